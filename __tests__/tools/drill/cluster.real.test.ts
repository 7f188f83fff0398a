import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DrillRun } from "../../support/drill-run";
import { LOCAL_CLUSTER, PROVIDERS, requires } from "../../support/requires";

/** Who delivers what in the copy: one release each way. */
const DELIVERY = `{ via: "deployKey", delivery: { platform: "flux", frontend: "flux" } }`;

/** What of each kind a walk has counted, when nothing is missing. */
const isAll = (counts: Readonly<Record<string, { readonly before: number; readonly after: number }>>) =>
  Object.values(counts).every(({ after, before }) => before > 0 && before === after);

describe("drill cluster, by Terraform", requires(...LOCAL_CLUSTER, ...PROVIDERS, "Linux"), () => {
  let run: DrillRun;
  beforeAll(() => {
    run = new DrillRun("cluster");
  });
  afterAll(() => run?.stop());

  it("leaves no process when it is killed while a release is made, and no evidence", async () => {
    expect([await run.kill(/^platform: released by Terraform/), run.evidence]).toEqual([[], []]);
    expect(run.left).toEqual([expect.stringMatching(/^mmrv-drill-/), "cluster.json"]);
  });

  it("then begins anew, and brings every release back, after the namespace and after the cluster", async () => {
    const { code, lines } = await run.walk();
    expect([code, lines[0], run.left]).toEqual([
      0,
      "drill cluster: the last one was killed half-way; what it had left is removed, and it begins anew",
      [],
    ]);
    const [evidence] = run.evidence;
    expect([evidence?.environment, evidence?.lost, evidence?.done]).toEqual([
      "staging",
      [
        "the namespace mmrv with platform, backend, frontend",
        "then the whole cluster aks-mmrv-staging, with all of its objects",
      ],
      [
        "applied again by Terraform, twice: platform, backend, frontend",
        "between the two, made the cluster anew, with an empty API server",
      ],
    ]);
    expect([isAll(evidence?.counts ?? {}), evidence?.counts["Deployment, after the cluster"]]).toEqual([
      true,
      { before: 2, after: 2 },
    ]);
  });
});

describe(
  "drill cluster, by Flux and Terraform",
  requires(...LOCAL_CLUSTER, ...PROVIDERS, "flux controllers", "Linux"),
  () => {
    let run: DrillRun;
    beforeAll(() => {
      run = new DrillRun("cluster");
      const file = join(run.folder, "environments/staging.ts");
      writeFileSync(file, readFileSync(file, "utf8").replace('{ via: "none" }', DELIVERY));
    });
    afterAll(() => run?.stop());

    it("has each release delivered again by whoever delivered it, after the namespace and after the cluster", async () => {
      const { code, lines } = await run.walk();
      expect([code, run.left]).toEqual([0, []]);
      const delivered = lines.filter((line) => / (delivered|released) by /.test(line));
      const once = ["platform: delivered by Flux", "backend: released by Terraform", "frontend: delivered by Flux"];
      expect(delivered).toEqual([...once, ...once, ...once]);
      const [evidence] = run.evidence;
      expect([isAll(evidence?.counts ?? {}), evidence?.done]).toEqual([
        true,
        [
          "applied again by Terraform, twice: backend",
          "delivered again by Flux, twice: platform, frontend",
          "between the two, made the cluster anew, with an empty API server",
        ],
      ]);
    });
  },
);
