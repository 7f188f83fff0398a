import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { command } from "./command";
import type { GoModule } from "./tools";

/**
 * Builds one program from Go modules.
 * @param work an empty folder that is thrown away
 * @returns the program
 * @throws UserError with what Go says
 */
export async function buildFromGo(source: GoModule, version: string, work: string): Promise<string> {
  const bin = join(work, "bin");
  await Promise.all([mkdir(bin), mkdir(tmp(work))]);
  const stamps = Object.entries(source.stamps ?? {}).map(([variable, value]) => `-X ${variable}=${value}`);
  const options = ["-ldflags", ["-s", "-w", ...stamps].join(" ")];
  const program = source.program === undefined ? source.module : `${source.module}/${source.program}`;
  if (source.hasFolders) {
    await writeFile(join(work, "go.mod"), await moduleAround(source.module, version, work));
    const output = join(bin, "program");
    await go(["build", "-mod=mod", ...options, "-o", output, program], work);
    return output;
  }
  // With a version, go install ignores a go.mod in the working folder.
  await go(["install", ...options, `${program}@${version}`], work);
  return join(bin, basename(program));
}

/**
 * A module that needs the one to build. Of the modules that its go.mod replaces by folders, it takes what was published:
 * the required version where there is one (etcd), else v0 with the same minor and patch (the staging modules of Kubernetes).
 */
async function moduleAround(module: string, version: string, work: string): Promise<string> {
  const file = await go(["list", "-m", "-f", "{{.GoMod}}", `${module}@${version}`], work);
  const upstream = await readFile(file.trim(), "utf8");
  const folders = [...upstream.matchAll(/^\s*(?:replace )?(\S+) => \.\.?\//gm)].map(([, name = ""]) => name);
  const unpublished = folders.filter((name) => new RegExp(`^\\s*${name} v0\\.0\\.0$`, "m").test(upstream));
  return [
    "module around",
    /^go \S+$/m.exec(upstream)?.[0] ?? "",
    `require ${module} ${version}`,
    ...unpublished.map((name) => `replace ${name} => ${name} ${version.replace(/^v1\./, "v0.")}`),
    "",
  ].join("\n");
}

/** Not the working folder itself: Go takes no notice of a go.mod in the folder for temporary files. */
const tmp = (work: string): string => join(work, "tmp");

function go(args: readonly string[], work: string): Promise<string> {
  return command("go", args, {
    cwd: work,
    env: {
      GOBIN: join(work, "bin"),
      GOFLAGS: "-buildvcs=false -trimpath",
      // A workspace or a C compiler of the user's has no say.
      GOWORK: "off",
      CGO_ENABLED: "0",
      TMPDIR: tmp(work),
    },
  });
}
