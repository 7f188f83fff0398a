import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Delivery } from "../../../model/schema/git-ops";
import { Checkout } from "../../../tools/gitops/checkout";
import { gitOpsDifference } from "../../../tools/gitops/deploy";
import { staging } from "../../support/fixtures/environments/staging";
import { GitOpsRepository } from "../../support/gitops-repository";
import { requires } from "../../support/requires";
import { answered, sha256 } from "../../support/small-stack";

const environment = { ...answered(staging), gitOps: { via: "deployKey", delivery: {} } } as const;

let repository: GitOpsRepository;
let complained: string[];
beforeEach(() => {
  repository = new GitOpsRepository();
  complained = [];
  vi.spyOn(console, "error").mockImplementation((line) => void complained.push(String(line)));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  repository.remove();
});

const diff = (commits = {}) => gitOpsDifference(new Checkout(repository.folder), environment, commits);
const deployed = () =>
  repository.git("push", "--quiet", "--force", "origin", "origin/main:refs/heads/deployed/staging");
const KUSTOMIZATION = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n";
/** The platform, with a namespace of its own. */
function withNamespace(delivery: Delivery): void {
  repository.releases({ platform: { delivery } });
  const file = "gitops/staging/platform/kustomization.yaml";
  const text = readFileSync(join(repository.folder, file), "utf8");
  repository.write(file, text.replace("  - release.yaml", "  - namespace.yaml\n  - release.yaml"));
  repository.write(
    "gitops/staging/platform/namespace.yaml",
    "apiVersion: v1\nkind: Namespace\nmetadata: { name: mmrv }\n",
  );
}
const ALL = `A chart, a digest, a value: the branch moves all releases of staging that Flux delivers, at once.`;

describe("mmrv gitops diff", requires("helm"), () => {
  it("shows a value that changes in the object that it changes, and says what becomes of every release", async () => {
    repository.releases({
      platform: { delivery: "handover" },
      backend: { delivery: "flux" },
      frontend: { delivery: "terraform" },
    });
    const from = repository.merge();
    deployed();
    repository.releases({
      backend: { delivery: "flux", values: "replicas: 3\n" },
      frontend: { delivery: "terraform", values: "replicas: 9\n" },
    });
    const to = repository.merge();
    const text = [
      `deployed/staging: from ${from} to ${to}`,
      "probe: no release, and Flux applies it: nothing changes",
      "platform: handed over and suspended, so nothing is released: nothing changes",
      "backend: Flux delivers it: 2 objects change",
      "frontend: Terraform delivers it, and Flux reads nothing of it",
      ALL,
      "",
      "--- backend: ConfigMap/mmrv-gitops/backend-values",
      "+++ backend: ConfigMap/mmrv-gitops/backend-values",
      "@@ -1,7 +1,7 @@",
      " apiVersion: v1",
      " data:",
      "   values.yaml: |",
      "-    replicas: 2",
      "+    replicas: 3",
      " kind: ConfigMap",
      " metadata:",
      "   annotations:",
      "--- backend: Deployment/mmrv/backend",
      "+++ backend: Deployment/mmrv/backend",
      "@@ -5,4 +5,4 @@ metadata:",
      "   namespace: mmrv",
      " spec:",
      "   host: none",
      "-  replicas: 2",
      "+  replicas: 3",
      "",
    ].join("\n");
    expect(await diff()).toEqual({
      branch: "deployed/staging",
      from,
      to,
      changes: true,
      probe: { objects: [], why: null },
      releases: [
        { release: "platform", before: "handover", delivery: "handover", objects: [], why: null },
        {
          release: "backend",
          before: "flux",
          delivery: "flux",
          objects: [
            { object: "backend: ConfigMap/mmrv-gitops/backend-values", is: "changed" },
            { object: "backend: Deployment/mmrv/backend", is: "changed" },
          ],
          why: null,
        },
        { release: "frontend", before: "terraform", delivery: "terraform", objects: [], why: null },
      ],
      text,
      sha256: sha256(text),
    });
    expect(complained).toEqual([]);
  });

  it("is the same for everybody, whatever their git and their working copy look like", async () => {
    repository.releases({ backend: { delivery: "flux" } });
    repository.merge();
    deployed();
    repository.releases({ backend: { delivery: "flux", values: "replicas: 3\n" } });
    repository.merge();
    const { sha256: before } = await diff();
    const settings = join(repository.folder, "settings");
    writeFileSync(settings, "[diff]\n\tnoprefix = true\n\tcontext = 9\n\texternal = false\n[color]\n\tui = always\n");
    vi.stubEnv("GIT_CONFIG_GLOBAL", settings);
    vi.stubEnv("GIT_DIFF_OPTS", "--unified=9");
    vi.stubEnv("GIT_EXTERNAL_DIFF", "false");
    repository.write("helm-values/backend/values.yaml", "replicas: 77\n");
    expect((await diff()).sha256).toBe(before);
  });

  it("shows all as new the first time, and what Flux would not change on the cluster is nothing", async () => {
    repository.releases({ backend: { delivery: "terraform" } });
    const to = repository.merge();
    const first = await diff();
    expect([first.from, first.changes, first.text]).toEqual([
      null,
      true,
      [
        `deployed/staging: made at ${to}`,
        "probe: no release, and Flux applies it: 1 object changes",
        "platform: the commit says nothing of it, and Flux takes nothing away",
        "backend: Terraform delivers it, and Flux reads nothing of it",
        "frontend: the commit says nothing of it, and Flux takes nothing away",
        ALL,
        "",
        "--- (none)",
        "+++ probe: ConfigMap/mmrv-gitops/probe",
        "@@ -0,0 +1,11 @@",
        "+apiVersion: v1",
        "+data:",
        "+  environment: staging",
        "+kind: ConfigMap",
        "+metadata:",
        "+  annotations:",
        "+    kustomize.toolkit.fluxcd.io/substitute: disabled",
        "+  labels:",
        "+    reconcile.fluxcd.io/watch: Enabled",
        "+  name: probe",
        "+  namespace: mmrv-gitops",
        "",
      ].join("\n"),
    ]);
    deployed();
    repository.write("README.md", "a word\n");
    repository.merge();
    expect((await diff()).changes).toBe(false);
  });

  it("says that taking over is one upgrade, and shows what the commit before says of the same objects", async () => {
    repository.releases({ backend: { delivery: "handover" } });
    repository.merge();
    deployed();
    repository.releases({ backend: { delivery: "flux" } });
    repository.merge();
    const { releases, text } = await diff();
    expect(releases[1]?.objects).toEqual([{ object: "backend: HelmRelease/mmrv-gitops/backend", is: "changed" }]);
    expect(text).toContain(
      "backend: handover → flux; Flux delivers it: 1 object changes; taking it over is one upgrade, so its migration runs, and it is compared with what the commit before says\n",
    );
    expect(text).toContain("-  suspend: true\n");
    // The way back takes nothing away either.
    const back = await diff({ from: "origin/main", ref: "origin/deployed/staging" });
    expect(back.releases[1]?.objects).toEqual([{ object: "backend: HelmRelease/mmrv-gitops/backend", is: "changed" }]);
  });

  it("shows a release that Flux is told of for the first time as new, the platform's namespace too", async () => {
    repository.releases({ platform: { delivery: "terraform" } });
    repository.merge();
    deployed();
    withNamespace("handover");
    repository.merge();
    const { changes, releases, text } = await diff();
    expect([changes, releases[0]?.objects]).toEqual([
      true,
      ["ConfigMap/mmrv-gitops/platform-values", "HelmRelease/mmrv-gitops/platform", "Namespace/mmrv"].map((object) => ({
        object: `platform: ${object}`,
        is: "added",
      })),
    ]);
    expect(text).toContain(
      "\nplatform: terraform → handover; handed over and suspended, so nothing is released: 3 objects change\n",
    );
  });

  it("shows no deletion where a release goes back to Terraform: Flux takes nothing away", async () => {
    withNamespace("handover");
    repository.merge();
    deployed();
    withNamespace("terraform");
    repository.merge();
    const { changes, releases, text } = await diff();
    expect([changes, releases[0]?.objects]).toEqual([
      true,
      [{ object: "platform: HelmRelease/mmrv-gitops/platform", is: "changed" }],
    ]);
    expect(text).toContain(
      "\nplatform: handover → terraform; Terraform delivers it, and Flux takes nothing away: 1 object changes, for as long as Flux reads the folder\n",
    );
    expect(text.split("\n").filter((line) => /^[-+]( |$)/.test(line))).toEqual([
      "-    mmrv/delivery: handover",
      "+    mmrv/delivery: terraform",
    ]);
  });

  it("says of an object that leaves Git that it stays, and of one that leaves the chart that it goes", async () => {
    withNamespace("flux");
    repository.merge();
    deployed();
    repository.releases({ platform: { delivery: "flux" } });
    repository.write("charts/small/templates/all.yaml", "");
    repository.merge();
    const { changes, releases, text } = await diff();
    expect([changes, releases[0]?.objects]).toEqual([
      true,
      [
        { object: "platform: Namespace/mmrv", is: "kept" },
        { object: "platform: Deployment/mmrv/platform", is: "removed" },
        { object: "platform: Service/mmrv/platform", is: "removed" },
      ],
    ]);
    expect(text).toContain("\nplatform: Flux delivers it: 2 objects change, and 1 that left Git stays\n");
    expect(text).toContain(
      "\n--- platform: Namespace/mmrv\n+++ (left Git, and stays on the cluster: Flux takes nothing away)\n--- platform: Dep",
    );
    repository.git("rm", "-r", "--quiet", "gitops/staging/platform");
    repository.releases({ backend: { delivery: "terraform" } });
    repository.merge();
    expect((await diff()).releases[0]?.objects.map(({ is }) => is)).toEqual(["kept", "kept", "kept"]);
  });

  it.each([
    [
      "an object beside the probe",
      "probe/kustomization.yaml",
      (text: string) => `${text}resources: [more.yaml]\n`,
      [{ object: "probe: Namespace/more", is: "added" }],
    ],
    [
      "a literal of the probe",
      "probe/kustomization.yaml",
      (text: string) => text.replace("environment=staging", "environment=$$other"),
      [{ object: "probe: ConfigMap/mmrv-gitops/probe", is: "changed" }],
    ],
    [
      "a label of a generated ConfigMap",
      "backend/kustomization.yaml",
      (text: string) => text.replace("watch: Enabled", "watch: Disabled"),
      [{ object: "backend: ConfigMap/mmrv-gitops/backend-values", is: "changed" }],
    ],
    [
      "a file that no release reads",
      "backend/kustomization.yaml",
      (text: string) => text.replace("    options", "      - more.yaml\n    options"),
      [{ object: "backend: ConfigMap/mmrv-gitops/backend-values", is: "changed" }],
    ],
    [
      "a release that the environment does not have",
      "leaving/release.yaml",
      (text: string) => text.replace("10m", "20m"),
      [{ object: "leaving: HelmRelease/mmrv-gitops/leaving", is: "changed" }],
    ],
  ])("takes %s for a change, and shows it", async (_, file, edit, objects) => {
    repository.releases({ backend: { delivery: "handover" }, leaving: { delivery: "handover" } });
    const [folder = ""] = file.split("/");
    repository.write(
      `gitops/staging/${folder}/more.yaml`,
      "apiVersion: v1\nkind: Namespace\nmetadata: { name: more }\n",
    );
    repository.merge();
    deployed();
    expect((await diff()).changes).toBe(false);
    const path = `gitops/staging/${file}`;
    repository.write(path, edit(readFileSync(join(repository.folder, path), "utf8")));
    repository.merge();
    const { changes, probe, releases, text } = await diff();
    expect([changes, [...probe.objects, ...releases.flatMap((release) => release.objects)]]).toEqual([true, objects]);
    expect(text).toContain(`+++ ${objects[0]?.object}\n`);
  });

  it("reads what render writes: every release of an environment, and its probe", async () => {
    for (const folder of ["gitops", "helm-values"])
      cpSync(folder, join(repository.folder, folder), { recursive: true });
    const file = "gitops/staging/backend/release.yaml";
    repository.write(file, readFileSync(file, "utf8").replace("mmrv/delivery: terraform", "mmrv/delivery: handover"));
    repository.merge();
    const { probe, releases } = await diff();
    expect(probe.objects).toEqual([{ object: "probe: ConfigMap/mmrv-gitops/probe", is: "added" }]);
    expect(releases.map(({ delivery, objects, release }) => [release, delivery, objects.length > 0])).toEqual([
      ["platform", "terraform", false],
      ["backend", "handover", true],
      ["frontend", "terraform", false],
    ]);
  });

  it("keeps what only Azure knows as its variable, and undoes what was doubled for Flux", async () => {
    repository.releases({ backend: { delivery: "flux", computed: `{ host: "$${"{backend_client_id}"}-a$$$$b" }` } });
    repository.merge();
    expect((await diff()).text).toContain("+  host: ${backend_client_id}-a$$b\n");
  });

  it("refuses a commit that Helm cannot render, and mends one that is deployed", async () => {
    repository.releases({ backend: { delivery: "flux", values: "replicas: [\n" } });
    repository.merge();
    await expect(diff()).rejects.toThrow(/^helm template: .*helm-values\/backend\/values\.yaml/);
    deployed();
    repository.releases({ backend: { delivery: "flux" } });
    repository.merge();
    const { releases, text } = await diff();
    expect(releases[1]).toMatchObject({ before: null, why: expect.stringMatching(/^helm template: /) });
    expect(text).toContain(" (what is deployed cannot be rendered, so all of it is shown as new: helm template: ");
  });

  it.each([
    [
      "kustomization.yaml",
      "kind: [\n",
      /^gitops\/staging\/backend\/kustomization\.yaml: .*\n {2}next: npx mmrv render$/,
    ],
    ["kustomization.yaml", `${KUSTOMIZATION}resources: [other.yaml]\n`, /other\.yaml: is named, and not there\n/],
    [
      "kustomization.yaml",
      `${KUSTOMIZATION}namePrefix: x-\n`,
      /kustomization\.yaml: : Unrecognized key: "namePrefix"\n/,
    ],
    ["release.yaml", "kind: Secret\nmetadata: { name: x }\n", /kustomization\.yaml: names no HelmRelease\n/],
    ["release.yaml", "kind: HelmRelease\nmetadata: { name: x }\n", /release\.yaml: spec: .*\n/],
  ])("says which file is not what render writes: %s with %j", async (file, text, says) => {
    repository.releases({ backend: { delivery: "flux" } });
    repository.write(`gitops/staging/backend/${file}`, text);
    repository.merge();
    await expect(diff()).rejects.toThrow(says);
  });

  it("does not let a name in a file forge a line", async () => {
    repository.releases({
      backend: { delivery: "flux", values: 'replicas: 2\nhost: "x\\r\\nbackend: no change\\e[2K"\n' },
    });
    repository.merge();
    repository.write("charts/small/templates/more.yaml", 'kind: A\nmetadata: { name: "x\\nfrontend: gone" }\n');
    repository.merge();
    const { text } = await diff();
    expect(text).toContain('\n+  host: "x\\r\\nbackend: no change\\e[2K"\n');
    expect(text).toContain("\n+++ backend: A/x\\nfrontend: gone\n");
  });

  it("refuses without GitOps, a commit that is not there, and one that knows nothing of the environment", async () => {
    repository.merge();
    await expect(diff({ ref: "--output=x" })).rejects.toThrow("--output=x: there is no such commit here");
    await expect(diff()).rejects.toThrow("has nothing in gitops/staging/, so Flux would find nothing");
    await expect(
      gitOpsDifference(new Checkout(repository.folder), { ...environment, gitOps: { via: "none" } }, {}),
    ).rejects.toThrow("staging: Flux delivers nothing there, because gitOps.via is none in environments/staging.ts");
  });

  it("compares with what was fetched before when the remote is away, and says so", async () => {
    repository.releases({ backend: { delivery: "flux" } });
    repository.merge();
    repository.git("remote", "set-url", "origin", join(repository.folder, "nowhere"));
    expect((await diff()).changes).toBe(true);
    expect(complained).toEqual([
      expect.stringMatching(/^the remote could not be asked, so this compares with what was fetched before: .*nowhere/),
    ]);
  });
});
