import { mkdtempSync, readdirSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { GIT_OPS, HandoverStage } from "../../support/handover-stage";
import { standIn } from "../../support/stand-in";

const FILE = "environments/staging.ts";
const RENDERED = "gitops/staging/frontend/release.yaml";
/** They say who delivers. */
const PAGES = ["docs/homologation.md", "docs/es/homologation.md"];
const SUSPENDED = /^ {2}suspend: true$/m;

describe("a step in the environment's file", () => {
  const tools = mkdtempSync(join(tmpdir(), "mmrv-handover-"));
  const path = process.env["PATH"];
  let stage: HandoverStage;
  let before = "";
  let rendered = "";
  let pages: readonly string[] = [];

  beforeAll(async () => {
    // Nobody is logged in to anything.
    standIn(tools, "kubectl", "echo production");
    standIn(tools, "terraform", "echo 'Error: no such host' >&2; exit 1");
    stage = await HandoverStage.start({
      PATH: process.env["PATH"] ?? "",
      ARM_SUBSCRIPTION_ID: "3f6c1f0a-52a1-4b1e-9c53-6b6b7a0c9d11",
    });
    before = stage.read(FILE);
    rendered = stage.read(RENDERED);
    pages = PAGES.map((page) => stage.read(page));
  });
  afterAll(() => {
    stage?.stop();
    process.env["PATH"] = path;
    rmSync(tools, { recursive: true });
  });
  beforeEach(() => {
    stage.write(FILE, before);
    stage.write(RENDERED, rendered);
    for (const [index, page] of PAGES.entries()) stage.write(page, pages[index] ?? "");
  });

  const NO_CLUSTER = "kubectl looks at production, not at aks-mmrv-staging";
  const LOGIN =
    "az aks get-credentials --resource-group rg-mmrv-staging --name aks-mmrv-staging && kubelogin convert-kubeconfig --login azurecli";
  const leftOver = () => readdirSync(join(stage.folder, "environments")).filter((name) => name.startsWith("."));

  it("waits while nobody can be asked, and says once why not", async () => {
    const { code, stderr, stdout } = await stage.handover("next", "staging", "backend");
    expect(stdout.split("\n").filter((line) => line.includes("kubectl"))).toEqual([
      `unknown  gitops, probe, values, chart, release, pods, labels: ${NO_CLUSTER}; nothing was touched`,
    ]);
    expect(stdout).toContain(`         next: ${LOGIN}\n`);
    expect(stdout).toMatch(/^unknown {2}plan: staging-backend: .*nothing was touched$/m);
    expect([code, stderr]).toEqual([1, "backend: terraform → handover waits; nothing was written\n"]);
    expect(stage.read(FILE)).toBe(before);
  });

  it("goes back from flux whatever the cluster says: that only suspends", async () => {
    const dry = await stage.handover("back", "staging", "frontend", "--dry-run");
    expect([dry.code, stage.read(FILE)]).toEqual([0, before]);
    const { code, stderr, stdout } = await stage.handover("back", "staging", "frontend");
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout.split("\n")).toEqual([
      "wrote environments/staging.ts: frontend flux → handover",
      "wrote gitops/staging/frontend/release.yaml",
      ...PAGES.map((page) => `wrote ${page}`),
      `note: what is live now was not kept, so status has nothing to compare with: ${NO_CLUSTER}; nothing was touched`,
      "next: commit environments/staging.ts with what was rendered, and merge it",
      "next: move deployed/staging to it: deploy.yml, staging-releases; Flux stops acting",
      "next: npx mmrv deploy staging-gitops: its alerts know who delivers",
      "next: npx mmrv handover status staging frontend: before anything else is done to it",
      "",
    ]);
    expect(dry.stdout.split("\n")).toEqual([
      "would write environments/staging.ts: frontend flux → handover",
      ...stdout.split("\n").slice(5),
    ]);
    expect(stage.read(FILE)).toBe(before.replace('frontend: "flux",', 'frontend: "handover",'));
    expect([rendered, stage.read(RENDERED)].map((text) => SUSPENDED.test(text))).toEqual([false, true]);
    expect((await stage.mmrv("render", "--check")).code).toBe(0);
  });

  it("does not go on to Terraform before the cluster says that Flux does not act", async () => {
    stage.write(FILE, before.replace('frontend: "flux",', 'frontend: "handover",'));
    await stage.mmrv("render");
    const { code, stderr } = await stage.handover("back", "staging", "frontend");
    expect([code, stderr]).toEqual([1, `${NO_CLUSTER}; nothing was touched\n  next: ${LOGIN}\n`]);
    expect(stage.read(FILE)).toContain('frontend: "handover",');
  });

  it("is brought to its end, and not taken for the next one, when it was broken off before it was rendered", async () => {
    stage.write(FILE, before.replace('frontend: "flux",', 'frontend: "handover",'));
    const { code, stdout } = await stage.handover("back", "staging", "frontend");
    expect([code, stdout.split("\n")]).toEqual([
      0,
      [
        "what follows from environments/staging.ts is not written yet, as after a step that was broken off",
        "wrote gitops/staging/frontend/release.yaml",
        ...PAGES.map((page) => `wrote ${page}`),
        "",
      ],
    ]);
    expect(stage.read(FILE)).toContain('frontend: "handover",');
    expect(stage.read(RENDERED)).toMatch(SUSPENDED);
  });

  it("leaves the file as it was or as it becomes, whenever it is killed, and nothing beside it for good", async () => {
    const after = before.replace('frontend: "flux",', 'frontend: "handover",');
    const { ended: whole } = stage.run(["handover", "back", "staging", "frontend"]);
    const began = performance.now();
    await whole;
    const took = performance.now() - began;
    const seen = new Set<string>();
    for (const part of [0.5, 0.7, 0.8, 0.85, 0.9, 0.95]) {
      stage.write(FILE, before);
      const { child, ended } = stage.run(["handover", "back", "staging", "frontend"]);
      await sleep(took * part);
      child.kill("SIGKILL");
      await ended;
      seen.add(stage.read(FILE));
    }
    expect([...seen].filter((text) => ![before, after].includes(text))).toEqual([]);
    // A minute later nobody can still be at work on it.
    for (const name of leftOver()) utimesSync(join(stage.folder, "environments", name), 0, 0);
    stage.write(FILE, before);
    await stage.mmrv("render");
    expect((await stage.handover("back", "staging", "frontend")).code).toBe(0);
    expect(leftOver()).toEqual([]);
  });

  async function isLeftToAPerson(why: string): Promise<void> {
    const had = stage.read(FILE);
    await stage.mmrv("render");
    const { code, stderr } = await stage.handover("back", "staging", "frontend");
    expect([code, stderr]).toEqual([
      1,
      `environments/staging.ts is left as it is: ${why}\n  next: write delivery: { …, "frontend": "handover" } there in gitOps, then npx mmrv render\n`,
    ]);
    expect(stage.read(FILE)).toBe(had);
    expect(leftOver()).toEqual([]);
  }

  it("is left to a person where it is written in another way", async () => {
    const elsewhere = 'const ours = { platform: "flux", frontend: "flux" } as const;\n\n/** Where';
    stage.write(FILE, before.replace(GIT_OPS, '{ via: "deployKey", delivery: ours }').replace("/** Where", elsewhere));
    await isLeftToAPerson("there is no one gitOps: { … delivery: { … } } in it");
  });

  it("is left to a person where another environment would take it too", async () => {
    const production = stage.read("environments/production.ts");
    const imported = 'import { applications } from "./applications";';
    stage.write(
      "environments/production.ts",
      production
        .replace('{ via: "none" }', "staging.gitOps")
        .replace(imported, `${imported}\nimport { staging } from "./staging";`),
    );
    await isLeftToAPerson("the environments would then differ in something else than this delivery");
    stage.write("environments/production.ts", production);
  });
});
