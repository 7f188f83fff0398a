import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";

/** What is not ours, or no source. */
const FOREIGN = /^(node_modules|coverage|cdktf\.\w+|terraform\.tfstate\.d|\..*)$/;

/** Every TypeScript file below a folder. */
const sourcesIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !FOREIGN.test(name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return sourcesIn(path);
      return /\.m?ts$/.test(entry.name) ? [path] : [];
    });

/** Every one of them, with what it imports: packages as they are, files by path. */
const files = sourcesIn(".").map((file) => {
  const text = readFileSync(file, "utf8");
  const imports = [...text.matchAll(/(?:from|import|import\()\s*["']([^"']+)["']/g)].map(([, target = ""]) =>
    target.startsWith(".") ? `./${normalize(join(dirname(file), target))}` : target,
  );
  return { file, text, imports };
});

const inside = (folder: string) => files.filter(({ file }) => file.startsWith(`${folder}/`));
const isLocal = (target: string) => target.startsWith("./");
const offenders = (of: typeof files, isBad: (target: string, file: string) => boolean) =>
  of.flatMap(({ file, imports }) =>
    imports.filter((target) => isBad(target, file)).map((target) => `${file} → ${target}`),
  );

describe("imports", () => {
  it("reads a tree worth reading", () => {
    expect(files.length).toBeGreaterThan(40);
    expect(inside("constructs").flatMap(({ imports }) => imports)).toContain(
      "@cdktf/provider-azurerm/lib/kubernetes-cluster",
    );
  });

  it("take provider classes from lib/<resource> only", () => {
    expect(
      offenders(
        files,
        (target) =>
          /^@cdktf\/provider-[a-z]+(?!\/lib\/)/.test(target) &&
          !/^@cdktf\/provider-[a-z]+\/lib\/[a-z0-9-]+$/.test(target),
      ),
    ).toEqual([]);
  });

  it("go from constructs to constructs and packages only", () => {
    expect(offenders(inside("constructs"), (target) => isLocal(target) && !target.startsWith("./constructs/"))).toEqual(
      [],
    );
  });

  it("keep stacks apart from one another, their base excepted", () => {
    // What one stack is too long without has its name in front, as infra-egress has; parts may know one another.
    const isPartOf = (target: string, file: string) =>
      target.startsWith(file.replace(/^stacks\/(\w+)-\w+\.ts$/, "./stacks/$1-")) && !target.endsWith("-stack");
    const shared = ["./stacks/mmrv-stack", "./stacks/open-markers", "./stacks/state"];
    expect(
      offenders(
        inside("stacks"),
        (target, file) => target.startsWith("./stacks/") && !shared.includes(target) && !isPartOf(target, file),
      ),
    ).toEqual([]);
    expect(offenders(inside("stacks"), (target) => /^\.\/(tools|main)/.test(target))).toEqual([]);
  });

  it("read the user's files through environments/all.ts only, and in tests through those of the user's files only", () => {
    const written = /^\.\/environments\/(staging|production|bootstrap|third-party|approvals|exceptions)$/;
    expect(offenders(files, (target, file) => written.test(target) && file !== "environments/all.ts")).toEqual([]);
    const isTest = (file: string) => file.startsWith("__tests__/") && !file.startsWith("__tests__/user-files/");
    expect(offenders(files, (target, file) => target === "./environments/all" && isTest(file))).toEqual([]);
  });

  it("let environments and the model stand on the model alone", () => {
    const isElsewhere = (target: string) => isLocal(target) && !/^\.\/(environments|model)\//.test(target);
    expect(offenders([...inside("environments"), ...inside("model")], isElsewhere)).toEqual([]);
  });

  it("reach main from its tests and the commands only", () => {
    expect(offenders(files, (target, file) => target === "./main" && !/^(__tests__|tools)\//.test(file))).toEqual([]);
  });
});

describe("files", () => {
  it("are no barrels", () => {
    expect(files.filter(({ file }) => /(^|\/)index\.ts$/.test(file))).toEqual([]);
  });

  it("read no environment variable below main.ts", () => {
    const pure = ["constructs", "stacks", "environments", "model"].flatMap(inside);
    expect(
      pure
        .filter(({ text }) => /process\.env|Date\.now\(|new Date\(\)|Math\.random/.test(text))
        .map(({ file }) => file),
    ).toEqual([]);
  });

  it("name no environment under constructs/ or in a stack class", () => {
    expect(
      [...inside("constructs"), ...inside("stacks")]
        .filter(({ text }) => /["'`](staging|production)/.test(text))
        .map(({ file }) => file),
    ).toEqual([]);
  });

  it("override through the one helper that asks for a reason", () => {
    expect(
      files
        .filter(
          ({ file, text }) =>
            /\.addOverride\(/.test(text) && file !== "constructs/support/override.ts" && !file.startsWith("__tests__/"),
        )
        .map(({ file }) => file),
    ).toEqual([]);
  });
});
