import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DrillRun } from "../../support/drill-run";
import { requires } from "../../support/requires";

describe("drill vault", requires("azurerm provider", "Linux"), () => {
  let run: DrillRun;
  beforeAll(() => {
    run = new DrillRun("vault");
  });
  afterAll(() => run?.stop());

  it("leaves no process when it is killed while Terraform applies, and no evidence", async () => {
    expect([await run.kill(/^staging-infra: [1-9]\d*\/\d+ made/), run.evidence]).toEqual([[], []]);
    expect(run.left).toEqual([expect.stringMatching(/^mmrv-drill-/), "vault.json"]);
  });

  it("then begins anew, and brings vaults back with their secrets, and roles by the next apply", async () => {
    const { code, lines } = await run.walk();
    expect([code, lines[0], run.left]).toEqual([
      0,
      "drill vault: the last one was killed half-way; what it had left is removed, and it begins anew",
      [],
    ]);
    expect(lines).toEqual(
      expect.arrayContaining([
        "recovered, with 4 secrets and without role assignments",
        "the next apply made 4 azurerm_role_assignment, and the plan after it is empty",
      ]),
    );
    expect(run.evidence).toEqual([
      {
        drill: "vault",
        date: expect.any(String),
        place: "here",
        environment: "staging",
        by: null,
        lost: [
          "2 vaults with their secrets: kv-backend-stg-k3m7, kv-frontend-stg-k3m7",
          "the value of drill-canary, overwritten in each; then the secret itself, deleted in each",
        ],
        done: [
          "recovered the vaults, as az keyvault recover does",
          "applied the infra stack again: 4 azurerm_role_assignment",
          "restored the version before, and undeleted the secret, as mmrv secrets restore does",
        ],
        back: [
          "every secret with its value, in vaults as they were; role assignments by the apply, after which a plan is empty",
          "the overwritten value as a newest version, the deleted secret with all of its versions",
        ],
        counts: {
          vaults: { before: 2, after: 2 },
          secrets: { before: 4, after: 4 },
          "role assignments on vaults": { before: 4, after: 4 },
          "versions of what was deleted": { before: 6, after: 6 },
        },
        seconds: expect.any(Number),
      },
    ]);
  });
});
