import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CutoverStage, LIVE } from "../../support/cutover-stage";
import { requires } from "../../support/requires";

describe("adopt", requires("moto_server"), () => {
  let stage: CutoverStage;
  beforeAll(async () => {
    stage = await CutoverStage.start();
  });
  afterAll(() => stage?.stop());

  it("asks for a reason where CloudFront may keep the record, and writes nothing before it has one", async () => {
    const { code, stdout } = await stage.cutover("adopt", "staging");
    expect(stdout).toContain("r8 ask: example.com leads to CloudFront");
    expect(code).toBe(1);
    expect(() => stage.text).toThrow("ENOENT");
    expect(stage.front.batches).toEqual([]);
  });

  it("says what it would write", async () => {
    const { code, stdout } = await stage.cutover("adopt", "staging", "--dry-run", "--accept", "r8=frozen");
    expect(stdout).toContain("would write cutover/staging.yaml");
    expect(code).toBe(0);
    expect(() => stage.text).toThrow("ENOENT");
  });

  it("writes every name as it is in the zone, and what was accepted by whom", async () => {
    const { code, stderr } = await stage.cutover(
      "adopt",
      "staging",
      "--accept",
      "r8=frozen until retired",
      "--by",
      "Ops",
    );
    expect({ code, stderr: stderr.replace(/^as .*\n/, "") }).toEqual({ code: 0, stderr: "" });
    expect(stage.file.components?.["backend"]?.names).toEqual([
      {
        host: "api.example.com",
        zone: { id: stage.zone, name: "example.com" },
        aws: [
          { type: "A", alias: ALIAS },
          { type: "AAAA", alias: ALIAS, leaves: true },
        ],
        azure: { A: ["127.0.0.7"] },
      },
    ]);
    const frontend = stage.file.components?.["frontend"];
    expect(frontend?.names?.[1]?.aws).toEqual([
      {
        type: "CNAME",
        ttl: 500,
        values: ["d111111abcdef8.cloudfront.net"],
        becomes: { name: "d111111abcdef8.cloudfront.net", zone: "Z2FDTNDATAQYW2" },
      },
    ]);
    expect(frontend?.steps.map(({ evidence, stage: at }) => [at, evidence?.map(({ by, gate }) => [gate, by])])).toEqual(
      [
        [
          "adopt",
          [
            ["r8", "Ops"],
            ["r8", "Ops"],
          ],
        ],
      ],
    );
    expect(stage.front.batches).toEqual([]);
  });
});

const ALIAS = {
  name: "dualstack.main-123.us-east-1.elb.amazonaws.com",
  zone: "Z35SXDOTRQ7X7K",
  evaluateTargetHealth: true,
};
void LIVE;
