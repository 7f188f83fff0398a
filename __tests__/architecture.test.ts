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
const isIn = (folder: string, target: string) => target.startsWith(`./${folder}/`);
/** A folder that holds one kind of thing: those of tools/ are each one, as are the others as a whole. */
const roomOf = (file: string) => /^(tools\/[^/]+(?=\/)|[^/]+)/.exec(file)?.[0] ?? file;

/** Who imports whom, tests left out, as the names that `of` gives to files. */
function edgesBetween(of: (file: string) => string): Map<string, string[]> {
  const edges = new Map<string, string[]>();
  for (const { file, imports } of files.filter((one) => !one.file.startsWith("__tests__/"))) {
    const targets = imports.filter(isLocal).map((target) => of(fileOf(target)));
    edges.set(of(file), [...(edges.get(of(file)) ?? []), ...targets.filter((target) => target !== of(file))]);
  }
  return edges;
}
const fileOf = (target: string) =>
  files.find(({ file }) => `./${file}`.replace(/\.m?ts$/, "") === target)?.file ?? target;

/** The first way that leads back to where it began; undefined when there is none. */
function circleIn(edges: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const from = (name: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name];
    if (done.has(name)) return undefined;
    for (const next of edges.get(name) ?? []) {
      const circle = from(next, [...path, name]);
      if (circle) return circle;
    }
    done.add(name);
    return undefined;
  };
  for (const name of edges.keys()) {
    const circle = from(name, []);
    if (circle) return circle;
  }
  return undefined;
}

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
    const written = /^\.\/environments\/(staging|production|bootstrap|third-party|approvals|suppressions)$/;
    expect(offenders(files, (target, file) => written.test(target) && file !== "environments/all.ts")).toEqual([]);
    const isTest = (file: string) => file.startsWith("__tests__/") && !file.startsWith("__tests__/user-files/");
    expect(offenders(files, (target, file) => target === "./environments/all" && isTest(file))).toEqual([]);
  });

  it("let the model stand on itself alone, and what a user edits on the model", () => {
    expect(offenders(inside("model"), (target) => isLocal(target) && !isIn("model", target))).toEqual([]);
    expect(
      offenders(
        inside("environments"),
        (target) => isLocal(target) && !isIn("environments", target) && !isIn("model", target),
      ),
    ).toEqual([]);
  });

  it("give the local Azure nothing of this program, and no table of it", () => {
    expect(
      offenders(inside("tools/azure-simulator"), (target) => isLocal(target) && !isIn("tools/azure-simulator", target)),
    ).toEqual([]);
  });

  it("leave the commands to the command line, and main to those who synthesize", () => {
    const others = files.filter(({ file }) => !/^(__tests__|tools\/cli)\//.test(file));
    expect(offenders(others, (target) => isIn("tools/cli", target))).toEqual([]);
    const isMain = (target: string, file: string) => target === "./main" && !/^(__tests__|tools\/program)\//.test(file);
    expect(offenders(files, isMain)).toEqual([]);
  });

  it("never go round in a circle, neither between files nor between rooms", () => {
    expect(circleIn(edgesBetween((file) => file))).toBeUndefined();
    expect(circleIn(edgesBetween(roomOf))).toBeUndefined();
    expect(
      circleIn(
        new Map([
          ["a", ["b"]],
          ["b", ["c"]],
          ["c", ["b"]],
        ]),
      ),
    ).toEqual(["b", "c", "b"]);
  });
});

describe("files", () => {
  it("are no barrels", () => {
    expect(files.filter(({ file }) => /(^|\/)index\.ts$/.test(file))).toEqual([]);
  });

  it("read no environment variable below main.ts", () => {
    const pure = ["constructs", "stacks", "model"].flatMap(inside);
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

  it("run programs through the one module that does", () => {
    const runs = (target: string) => /^(node:child_process|execa)$/.test(target);
    expect(offenders(inside("tools"), (target, file) => runs(target) && file !== "tools/processes.ts")).toEqual([]);
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
