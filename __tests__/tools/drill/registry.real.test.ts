import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DrillRun } from "../../support/drill-run";
import { requires } from "../../support/requires";

describe("drill registry", requires("docker-registry", "regctl", "Linux"), () => {
  let run: DrillRun;
  beforeAll(() => {
    run = new DrillRun("registry");
  });
  afterAll(() => run?.stop());

  it("says with --dry-run what it would lose, and touches nothing", async () => {
    const { code, lines } = await run.walk("--dry-run");
    expect([code, lines.length, lines.every((line) => line.startsWith("would ")), run.left, run.evidence]).toEqual([
      0,
      5,
      true,
      [],
      [],
    ]);
  });

  it("leaves no process when it is killed in the middle, and no evidence", async () => {
    expect([await run.kill(/^deleted \d+ digests/), run.evidence]).toEqual([[], []]);
    expect(run.left).toEqual([expect.stringMatching(/^mmrv-drill-/), "registry.json"]);
  });

  it("then begins anew, says so in one line, and brings every digest back, from ECR and from the other registry", async () => {
    const { code, lines } = await run.walk();
    expect([code, lines[0], run.left]).toEqual([
      0,
      "drill registry: the last one was killed half-way; what it had left is removed, and it begins anew",
      [],
    ]);
    const digest = "sha256:[0-9a-f]{64}";
    expect(run.evidence).toEqual([
      {
        drill: "registry",
        date: expect.any(String),
        place: "here",
        environment: "staging",
        by: null,
        lost: [
          expect.stringMatching(
            new RegExp(
              `^in our registry, twice: mmrv/backend@${digest}, mmrv/frontend@${digest}, with platforms and referrers$`,
            ),
          ),
          "the second time in ECR too",
        ],
        done: [
          "copied back from ECR, as mmrv images copy does",
          "copied back from the other registry, which had got them from ours",
        ],
        back: ["the same digests of every index, platform and referrer, both times"],
        counts: {
          // Of each image the index, two platforms and two referrers.
          "digests, from ECR": { before: 10, after: 10 },
          "digests, from the other registry": { before: 10, after: 10 },
          images: { before: 2, after: 2 },
        },
        seconds: expect.any(Number),
      },
    ]);
  });
});
