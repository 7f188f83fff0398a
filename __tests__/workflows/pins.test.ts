import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { TOOLS } from "../../tools/setup/tools";
import { actions, stepsOf, workflows } from "../support/workflow-files";

const files = [...workflows, ...actions];
const scriptsOf = (content: Parameters<typeof stepsOf>[0]) => stepsOf(content).flatMap(({ run }) => run ?? []);

/** As they are written: `uses: NAME@REF # COMMENT`. */
const usesIn = (text: string) =>
  [...text.matchAll(/^\s*(?:- )?(?:&\w+ )?uses: (\S+?)(?:@(\S+))?(?: # (.*))?$/gm)].map(
    ([, name = "", ref, comment]) => ({ name, ref, comment }),
  );
const isLocal = (name: string) => name.startsWith("./.github/actions/");

describe("what workflows run of others", () => {
  it("is found in every file", () => {
    expect(workflows.map(({ file }) => file)).toEqual(
      expect.arrayContaining([
        ".github/workflows/publish-image.yml",
        ".github/workflows/promote.yml",
        ".github/workflows/migrate.yml",
        "examples/workflows/backend.yml",
        "examples/workflows/frontend.yml",
      ]),
    );
    expect(files.flatMap(({ text }) => usesIn(text)).length).toBeGreaterThan(20);
    // No other way of writing it gets by.
    for (const { file, text } of files) expect(usesIn(text), file).toHaveLength(text.match(/\buses:/g)?.length ?? 0);
  });

  it.each(files)("is pinned by commit in $file, with the version beside it", ({ text }) => {
    const others = usesIn(text).filter(({ name }) => !isLocal(name));
    const loose = others.filter(({ ref }) => !/^[0-9a-f]{40}$/.test(ref ?? ""));
    const unnamed = others.filter(
      ({ comment, ref }) => !/^v\d+(\.\d+){1,2}$/.test(comment ?? "") && !/^0+$/.test(ref ?? ""),
    );
    expect(loose).toEqual([]);
    expect(unnamed).toEqual([]);
  });

  it("is one commit of each action, everywhere", () => {
    const commits = new Map<string, Set<string>>();
    for (const { name, ref = "", comment = "" } of files.flatMap(({ text }) => usesIn(text))) {
      const known = commits.get(name.toLowerCase()) ?? new Set();
      commits.set(name.toLowerCase(), known.add(`${ref} ${comment}`));
    }
    expect([...commits].filter(([, refs]) => refs.size > 1)).toEqual([]);
  });

  it("never is an action whose tags were hijacked", () => {
    const names = files.flatMap(({ text }) => usesIn(text)).map(({ name }) => name);
    expect(names.filter((name) => /^(aquasecurity|tj-actions|reviewdog)\//i.test(name))).toEqual([]);
  });

  it("is pinned by digest where it is an image", () => {
    const variables = workflows.flatMap(({ content }) => Object.entries(content.env ?? {}));
    const images = variables.filter(([name]) => name !== "APPLICATIONS");
    expect(images.map(([name]) => name)).toEqual(["BUILDKIT", "SBOM_GENERATOR", "SCANNER"]);
    for (const [, image] of images) expect(image).toMatch(/^[a-z/-]+:v?\d+\.\d+\.\d+@sha256:[0-9a-f]{64}$/);
    for (const { file, text } of files) {
      expect(text, file).not.toMatch(/docker:\/\//);
      for (const [command] of text.matchAll(/docker (run|pull|build)\b[\s\S]*?(?<!\\)$/gm))
        expect(command, file).toContain('"$SCANNER"');
    }
    expect(files.filter(({ text }) => text.includes("docker run"))).toHaveLength(1);
    // A job's own container, and those beside it, would be images too.
    for (const job of workflows.flatMap(({ content }) => Object.values(content.jobs)))
      expect(Object.keys(job)).not.toEqual(expect.arrayContaining([expect.stringMatching(/^(container|services)$/)]));
  });

  it("is checked by its SHA-256 where it is downloaded", () => {
    const downloads = files.flatMap(({ content }) => scriptsOf(content)).filter((run) => /\b(curl|wget)\b/.test(run));
    expect(downloads).toHaveLength(2);
    // A called workflow cannot use an action of its own repository before that is checked out; so it is there twice.
    expect(new Set(downloads).size).toBe(1);
    const [script = ""] = downloads;
    expect(script).toContain("sha256sum --check --strict");
    expect(script.match(/^install_tool .*\n +[0-9a-f]{64}$/gm)).toHaveLength(script.match(/https:\/\//g)?.length ?? 0);
  });
});

describe("what a workflow installs", () => {
  const found = (pattern: RegExp) => files.flatMap(({ text }) => [...text.matchAll(pattern)]);

  it("is of the version that tests know, where it is downloaded", () => {
    const downloads = found(/releases\/download\/(v[\d.]+)\/(\w+)-linux/g).map(([, version, name]) => ({
      name,
      version,
    }));
    const pinned = (["regctl", "cosign"] as const).map((name) => ({ name, version: TOOLS[name].version }));
    expect(downloads).toEqual(expect.arrayContaining(pinned));
    expect(
      downloads.filter(({ name, version }) => !pinned.some((one) => one.name === name && one.version === version)),
    ).toEqual([]);
  });

  it.each([
    ["terraform", /terraform_version: (\S+)/g],
    ["python3", /python-version: "(\S+)"/g],
  ] as const)("is a %s that will do", (name, pattern) => {
    const versions = found(pattern).map(([, version = ""]) => version);
    expect(versions.length).toBeGreaterThan(0);
    expect(versions.filter((version) => !TOOLS[name].fits.pattern.test(version))).toEqual([]);
  });
});

describe("the devcontainer", () => {
  const text = readFileSync(".devcontainer/devcontainer.json", "utf8").replace(/^ *\/\/.*$/gm, "");
  const { features, postCreateCommand } = JSON.parse(text) as {
    features: Record<string, { version?: string }>;
    postCreateCommand: string;
  };
  const versionOf = (feature: string) => `${features[`ghcr.io/devcontainers/features/${feature}:1`]?.version}.0`;

  it("installs what builds the tools, in versions that will do, and then the tools", () => {
    expect(versionOf("go")).toMatch(TOOLS.go.fits.pattern);
    expect(versionOf("python")).toMatch(TOOLS.python3.fits.pattern);
    expect(versionOf("terraform")).toMatch(TOOLS.terraform.fits.pattern);
    expect(postCreateCommand).toBe("npm ci && npm run tools");
  });
});

describe.each(workflows)("the jobs of $file", ({ content, text }) => {
  const jobs = Object.entries(content.jobs);

  it("gives its token nothing that a job does not ask for", () => {
    expect(content.permissions).toEqual({});
    for (const [name, { permissions }] of jobs) expect(permissions, name).toBeDefined();
    const all = jobs.flatMap(([, { permissions = {} }]) => Object.entries(permissions).map((one) => one.join(": ")));
    const known = ["actions: read", "contents: read", "id-token: write", "issues: write", "pull-requests: write"];
    expect(all.filter((permission) => !known.includes(permission))).toEqual([]);
  });

  it("never runs what a stranger wrote beside a secret", () => {
    expect(Object.keys(content.on)).not.toEqual(expect.arrayContaining(["pull_request_target"]));
    expect(text).not.toMatch(/\bpull_request_target\b|\bworkflow_run\b|secrets: inherit/);
  });

  it("does not run twice at once", () => {
    expect(content.concurrency?.group).toBeTruthy();
    expect(content.concurrency).toHaveProperty("cancel-in-progress");
  });

  it("ends, on a system that does not change by itself", () => {
    const own = jobs.filter(([, { uses }]) => uses === undefined);
    for (const [name, job] of own) {
      expect(job["timeout-minutes"], name).toBeLessThanOrEqual(180);
      expect(job["runs-on"], name).toMatch(/^ubuntu-\d\d\.04$|^\$\{\{ needs\.choose\.outputs\.runner \}\}$/);
    }
  });

  it("stops at the first error of a script", () => {
    // Named alone it is GitHub's own: bash --noprofile --norc -eo pipefail; without a name there is no pipefail.
    expect(content.defaults?.run.shell).toMatch(/^bash($| .*-euo pipefail \{0\}$)/);
  });
});

describe.each(files)("the steps of $file", ({ content }) => {
  it("puts no expression into a script: what a stranger wrote would be run", () => {
    expect(scriptsOf(content).filter((run) => run.includes("${{"))).toEqual([]);
  });

  it("leaves no token behind in what it checks out", () => {
    const checkouts = stepsOf(content).filter(({ uses }) => uses?.startsWith("actions/checkout@"));
    expect(checkouts.filter(({ with: inputs }) => inputs?.["persist-credentials"] !== false)).toEqual([]);
  });
});

describe("what publishes, deploys or copies", () => {
  const names = ["publish-image", "promote", "migrate", "deploy"];

  it.each(workflows.filter(({ file }) => names.some((name) => file.endsWith(`/${name}.yml`))))(
    "is not stopped half-way by $file",
    ({ content }) => expect(content.concurrency?.["cancel-in-progress"]).toBe(false),
  );
});
