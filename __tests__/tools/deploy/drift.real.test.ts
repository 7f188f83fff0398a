import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { FluxAnswer } from "../../../tools/azure/flux-state";
import { evaluateDrift } from "../../../tools/deploy/drift";
import type { Evaluation } from "../../../tools/deploy/evaluation";
import { DriftIssues } from "../../../tools/pipeline/drift-issues";
import { drift } from "../../../tools/pipeline/report-drift";
import { gitHubStandIn } from "../../support/github-stand-in";
import { requires } from "../../support/requires";
import { data, lay, sha256, stackInfo, terraformIn } from "../../support/small-stack";

let root = "";
let printed: string[] = [];
let gitHub: ReturnType<typeof gitHubStandIn>;
const folder = (stack: string) => join(root, stack);
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "mmrv-drift-"));
  gitHub = gitHubStandIn(root);
  vi.stubEnv("PATH", `${join(root, "bin")}:${process.env.PATH}`);
  printed = [];
  for (const method of ["log", "error"] as const)
    vi.spyOn(console, method).mockImplementation((line) => void printed.push(String(line)));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true });
});

/** A stack that was deployed with these inputs. */
async function deployed(stack: string, ...inputs: string[]): Promise<void> {
  lay(folder(stack), data(...inputs));
  const terraform = terraformIn(root)(folder(stack));
  await terraform.init();
  await terraform.text(["apply", "-auto-approve", "-input=false"]);
}

const evaluate = (stack: string, change = {}) =>
  evaluateDrift(stackInfo(stack, change), folder(stack), { at: terraformIn(root), environment: {} });
const run = (...stacks: string[]) =>
  drift(
    stacks.map((stack) => stackInfo(stack)),
    { at: terraformIn(root), folder, issuesIn: "mmrv/infrastructure" },
  );

describe("mmrv drift", requires("terraform"), () => {
  it("finds a stack clean, and exits 0", async () => {
    await deployed("clean", "x");
    expect(await run("clean")).toBe(0);
    expect([printed, gitHub.issues()]).toEqual([["clean: clean"], []]);
  });

  it("counts what would change and names the first five, in one line", async () => {
    await deployed("it", "a", "b", "c", "d", "e", "f", "g");
    lay(folder("it"), data("a", "B", "C", "D", "E", "F"));
    expect(await run("it")).toBe(1);
    expect(printed[0]).toBe(
      "it: drifted: 5 to change, 1 to destroy: terraform_data.it1, terraform_data.it2, terraform_data.it3, terraform_data.it4, terraform_data.it5, and 1 more",
    );
  });

  it("does not take an output for nothing", async () => {
    await deployed("output", "a");
    lay(folder("output"), { ...data("a"), output: { new: { value: "1" } } });
    expect(await evaluate("output")).toMatchObject({ is: "drifted", summary: "outputs" });
  });

  it("says that a stack is not deployed yet, whatever its environment still has to answer", async () => {
    lay(folder("new"), data("x"));
    const openMarkers = [{ path: "staging.gitHub.owner", question: "Who?" }];
    expect(await evaluate("new", { openMarkers })).toEqual({ is: "not deployed yet" });
    expect(await run("new")).toBe(0);
    await deployed("old", "x");
    expect(await evaluate("old", { openMarkers })).toEqual({
      is: "failed",
      why: "1 value in environments/staging.ts is still a marker, nothing was touched staging.gitHub.owner: Who?",
    });
  });

  it("does not judge what the reader's identity cannot plan, and says why", async () => {
    const needs = (provider: string) => ({
      json: {
        terraform: { required_providers: { [provider]: { source: provider, version: "1" } } },
        provider: { [provider]: [{}] },
      },
    });
    expect(await evaluate("cluster", needs("helm"))).toMatchObject({
      is: "not judged",
      why: expect.stringContaining("Helm's Secrets"),
    });
    expect(await evaluate("cluster", needs("kubernetes"))).toMatchObject({ is: "not judged" });
    expect(await evaluate("aws", needs("aws"))).toMatchObject({
      is: "not judged",
      why: expect.stringContaining("nobody is logged in to AWS"),
    });
  });

  it("asks what Flux says of what it delivers, whether the stack itself is deployed or not", async () => {
    const gitOps = { via: "deployKey", delivery: { backend: "flux" } } as const;
    const settings = { ...stackInfo("").settings, gitOps } as never;
    const stack = stackInfo("staging-backend", { settings });
    const ask = (answer: FluxAnswer, of = stack) =>
      evaluateDrift(of, folder(of.id), { at: terraformIn(root), environment: {}, askFlux: async () => answer });
    const refused = { is: "unknown", why: "Azure answers 403" } as const;
    const failed = { is: "failed", why: "what Flux says was not to be had: Azure answers 403" };
    lay(folder(stack.id), data("x"));
    expect(await ask(refused)).toEqual(failed);
    expect(await ask({ is: "absent" })).toMatchObject({ is: "drifted", by: "flux" });
    await deployed(stack.id, "x");
    expect(await ask(refused)).toEqual(failed);
    expect(await ask({ is: "absent" })).toMatchObject({ is: "drifted", by: "flux" });
  });

  it("asks nothing of Flux before its own stack is deployed, while every release is Terraform's", async () => {
    const gitOps = { via: "deployKey", delivery: { backend: "terraform" } } as const;
    const stack = stackInfo("staging-gitops", { settings: { ...stackInfo("").settings, gitOps } as never });
    lay(folder(stack.id), data("x"));
    const askFlux = vi.fn();
    const context = { at: terraformIn(root), environment: {}, askFlux };
    expect(await evaluateDrift(stack, folder(stack.id), context)).toEqual({ is: "not deployed yet" });
    expect(askFlux).not.toHaveBeenCalled();
  });

  it("goes on after a failure, and says in one line what Terraform says", async () => {
    await deployed("broken", "x");
    lay(folder("broken"), { output: { broken: { value: "${terraform_data.nowhere.id}" } } });
    await deployed("clean", "x");
    expect(await run("broken", "clean")).toBe(1);
    expect(printed).toEqual([
      expect.stringMatching(/^broken: failed: terraform plan failed: Error: Reference to undeclared resource [^\n]*$/),
      "clean: clean",
    ]);
    expect(gitHub.issues()).toEqual([]);
  });

  it("opens one issue, no second one, tells of a change, and closes it when the stack is clean", async () => {
    await deployed("it", "x");
    lay(folder("it"), data("y"));
    await run("it");
    expect(printed[1]).toBe("it: opened #1");
    const [opened] = gitHub.issues();
    expect(opened).toMatchObject({ title: "drift: it", state: "open", labels: ["drift"], comments: [] });
    expect(opened?.body).toMatch(
      /`1 to change: terraform_data\.it0`\.[\s\S]*```text\n[\s\S]*~ input += "x" -> "y"[\s\S]*```/,
    );

    await run("it");
    expect([gitHub.issues(), printed.at(-1)]).toEqual([[opened], "it: nothing new in #1"]);

    lay(folder("it"), data("z"));
    await run("it");
    expect(printed.at(-1)).toBe("it: updated #1");
    expect(gitHub.issues()).toEqual([
      { ...opened, body: expect.stringContaining('"x" -> "z"'), comments: [expect.stringContaining("It has changed")] },
    ]);

    lay(folder("it"), data("x"));
    expect(await run("it")).toBe(0);
    expect(printed.at(-1)).toBe("it: closed #1");
    expect(gitHub.issues()).toMatchObject([{ number: 1, state: "closed" }]);
    expect(gitHub.issues()[0]?.comments.at(-1)).toBe("There is no difference any more.");

    lay(folder("it"), data("y"));
    await run("it");
    expect(gitHub.issues().map(({ number, state }) => `${number} ${state}`)).toEqual(["1 closed", "2 open"]);
  });

  it("says in a dry run what would become of the issues, and writes none", async () => {
    await deployed("it", "x");
    lay(folder("it"), data("y"));
    const options = { at: terraformIn(root), folder, issuesIn: "mmrv/infrastructure", dryRun: true };
    expect(await drift([stackInfo("it")], options)).toBe(1);
    expect([printed.at(-1), gitHub.issues()]).toEqual(["it: would open an issue", []]);

    gitHub.seed([{ number: 7, title: "drift: it", body: "", state: "open", comments: [] }]);
    await drift([stackInfo("it")], options);
    expect(printed.at(-1)).toBe("it: would update #7");
    lay(folder("it"), data("x"));
    await drift([stackInfo("it")], options);
    expect(printed.at(-1)).toBe("it: would close #7");
    expect(gitHub.issues()).toEqual([expect.objectContaining({ number: 7, state: "open", body: "", comments: [] })]);
  });

  it("tells a program in JSON, and how it goes on beside it", async () => {
    await deployed("clean", "x");
    await deployed("it", "x");
    lay(folder("it"), data("y"));
    lay(folder("new"), data("x"));
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    const stacks = ["clean", "it", "new"].map((stack) => stackInfo(stack));
    expect(await drift(stacks, { at: terraformIn(root), folder, json: true })).toBe(1);
    expect(log.mock.calls.map(([text]) => JSON.parse(text))).toEqual([
      [
        { stack: "clean", is: "clean", why: null, sha256: null, issue: null },
        {
          stack: "it",
          is: "drifted",
          why: "1 to change: terraform_data.it0",
          sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
          issue: null,
        },
        { stack: "new", is: "not deployed yet", why: null, sha256: null, issue: null },
      ],
    ]);
    expect(printed).toEqual(["clean: clean", "it: drifted: 1 to change: terraform_data.it0", "new: not deployed yet"]);
  });

  it("says when GitHub refuses an issue, and goes on with the next stack", async () => {
    for (const stack of ["first", "second"]) {
      await deployed(stack, "x");
      lay(folder(stack), data("y"));
    }
    vi.stubEnv("GH_REFUSES", "first");
    expect(await run("first", "second")).toBe(1);
    expect(printed).toContain(
      "first: its issue could not be written: gh api repos/mmrv/infrastructure/issues: gh: Resource not accessible by integration (HTTP 403)",
    );
    expect(gitHub.issues().map(({ title }) => title)).toEqual(["drift: second"]);
  });

  it("says before it starts that the GitHub CLI is missing, or that the repository is none", async () => {
    rmSync(join(root, "bin"), { recursive: true });
    const only = join(root, "only");
    lay(only, {});
    writeFileSync(join(only, "terraform"), '#!/bin/sh\necho \'{"terraform_version":"1.11.4"}\'\n', { mode: 0o700 });
    vi.stubEnv("PATH", only);
    await expect(run("it")).rejects.toThrow("gh is not on the PATH; install the GitHub CLI: cli.github.com");
    await expect(drift([], { issuesIn: "mmrv" })).rejects.toThrow("--repository mmrv: must be such as owner/name");
    vi.stubEnv("PATH", root);
    await expect(run("it")).rejects.toThrow(/^terraform is not on the PATH/);
  });
});

describe("an issue about drift", () => {
  const drifted = (text: string): Evaluation => ({
    is: "drifted",
    summary: "1 to change: a.b",
    shown: { text, sha256: sha256(text) },
    by: "plan",
  });
  const report = async (evaluation: Evaluation) => (await DriftIssues.read("mmrv/it")).report("it", evaluation);

  it("keeps within GitHub's limit and says that it was cut", async () => {
    await report(drifted(`${"x".repeat(70_000)}\n`));
    const [issue] = gitHub.issues();
    expect(issue?.body.length).toBeLessThan(65_536);
    expect(issue?.body).toContain("Cut; `npx mmrv plan it --read-only` shows the rest.");
  });

  it("says of what Flux delivers which pages say what a condition means, and where the rest is", async () => {
    const text = `${"x".repeat(70_000)}\n`;
    await report({ is: "drifted", summary: "Flux's release", shown: { text, sha256: sha256(text) }, by: "flux" });
    const [issue] = gitHub.issues();
    expect(issue?.body).toContain("docs/runbooks/flux-release.md, flux-source.md and flux-suspended.md");
    expect(issue?.body).not.toContain("Deploy `it`");
    expect(issue?.body).toContain("Cut; `az k8s-configuration flux show` shows the rest.");
  });

  it("keeps a plan that holds Markdown in its frame", async () => {
    await report(drifted('+ text = "\n````\n# no heading\n````\n"\n'));
    expect(gitHub.issues()[0]?.body).toMatch(/^`{5}text$[\s\S]*^`{4}$[\s\S]*^`{5}$/m);
  });

  it.each([
    { is: "failed", why: "no" },
    { is: "not judged", why: "no" },
  ] as const)("stays as it is when the stack is $is", async (evaluation) => {
    gitHub.seed([{ number: 1, title: "drift: it", body: "", state: "open", comments: [] }]);
    expect(await report(evaluation)).toBeUndefined();
    expect(gitHub.calls()).toHaveLength(1);
  });

  it("is closed when the stack is deployed no longer", async () => {
    gitHub.seed([{ number: 1, title: "drift: it", body: "", state: "open", comments: [] }]);
    expect(await report({ is: "not deployed yet" })).toBe("closed #1");
    expect(gitHub.issues()[0]).toMatchObject({
      state: "closed",
      comments: ["Nothing of it is deployed any more."],
    });
  });

  it("is found without its label and among those of other stacks; a twin is closed with it", async () => {
    const issue = { body: null as never, state: "open" as const, comments: [] };
    gitHub.seed([
      { ...issue, number: 1, title: "drift: it-too" },
      { ...issue, number: 2, title: "drift: it" },
      { ...issue, number: 3, title: "drift: it" },
    ]);
    expect(await report(drifted("plan\n"))).toBe("updated #2");
    expect(await report({ is: "clean" })).toBe("closed #2, #3");
    expect(gitHub.issues().map(({ state }) => state)).toEqual(["open", "closed", "closed"]);
    expect(gitHub.calls()[0]).toMatch(/^api repos\/mmrv\/it\/issues\?state=open&per_page=100 --paginate --jq /);
  });
});
