import type { ChildProcess } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PROOF_WAY } from "../../../model/cutover/proof";
import { placeText } from "../../../model/cutover/transitions";
import { AwsStandIn, pinnedAws } from "../../support/aws-stand-in";
import { CutoverStage, type Ended } from "../../support/cutover-stage";
import { requires } from "../../support/requires";
import { ACCESS_DENIED, type Refused } from "../../support/route53-front";

const HOST = "cutover-proof.api.example.com";
const ALIAS = "cutover-proof-alias.api.example.com";

/** What the aws provider takes for a record that is gone already. */
const NOT_FOUND: Refused = {
  status: 400,
  code: "InvalidChangeBatch",
  message: `[Tried to delete resource record set [name='${HOST}.', type='A', set identifier='aws'] but it was not found]`,
};

describe("prove, with the stand-in for the provider", requires("terraform", "go", "moto_server"), () => {
  let stage: CutoverStage;
  let standIn: AwsStandIn;
  let whatWasThere: unknown;

  beforeAll(async () => {
    [stage, standIn] = await Promise.all([CutoverStage.start(), AwsStandIn.build()]);
    // Each step asks once more after its change; how it waits is tried with the way back.
    stage.front.pendingAnswers = 0;
    mkdirSync(temporary());
    whatWasThere = await stage.front.records(stage.zone);
    stage.write(FILE);
  });
  afterAll(async () => {
    await stage?.stop();
    await standIn?.remove();
  });

  const temporary = () => join(stage.folder, "temporary");

  /** @param onStep what happens as soon as a step has begun, counted from 1 */
  function prove(onStep: (step: number, child: ChildProcess) => void = () => {}, ...more: string[]): Promise<Ended> {
    const environment = { ...standIn.environment(stage.front.url), TMPDIR: temporary() };
    return stage.mmrv(["cutover", "prove", "staging", "--by", "Ops", ...more], environment, (child) => {
      child.stdout?.on("data", (chunk: Buffer) => {
        for (const [, step] of chunk.toString().matchAll(/^(\d+) of \d+: /gm)) onStep(Number(step), child);
      });
    });
  }

  it("says in a dry run where it would be made, and makes nothing", async () => {
    expect(await prove(undefined, "--dry-run")).toEqual({
      code: 0,
      stdout: `staging: ${PROOF_WAY.length} steps on ${HOST} and ${ALIAS} in zone ${stage.zone}\n`,
      stderr: "",
    });
    expect(stage.front.batches).toEqual([]);
  });

  it("leaves nothing behind when it may not even begin", async () => {
    stage.front.faults.push(ACCESS_DENIED);
    expect(await prove()).toMatchObject({
      code: 1,
      stderr: `AWS does not let you change zone ${stage.zone} (AccessDenied)
  next: take the role arn:aws:iam::123456789012:role/mmrv-staging-cutover, which may (docs/cutover.md)
`,
    });
    expect([readdirSync(temporary()), stage.text]).toEqual([[], FILE]);
  });

  it("names the step at which Terraform fails, with Terraform's reason", async () => {
    const { code, stderr } = await prove((step) => {
      if (step === 2) stage.front.faults.push(ACCESS_DENIED);
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^staging: step 2 of 11: adopt, prepared: aws_route53_record\.cutover-proof(-alias)?_api_example_com-A-aws: .*AccessDenied.*\n {2}next: do not go to ready; run it again, which clears what this run left, and report what stays\n$/,
    );
    expect([readdirSync(temporary()), stage.text]).toEqual([[], FILE]);
  });

  it("may be killed in the middle, when records have weights already", async () => {
    const { code } = await prove((step, child) => {
      if (step === 4) child.kill("SIGKILL");
    });
    expect(code).toBeNull();
    expect([await stage.weights(HOST), await stage.weights(ALIAS)]).toEqual([
      ["A aws 255", "A azure 0"],
      ["A aws 255", "A azure 0"],
    ]);
    expect([readdirSync(temporary()).length, stage.text]).toEqual([1, FILE]);
  });

  it("clears what was left, and notices a provider that says deleted of what is there", async () => {
    expect(
      await prove((step) => {
        if (step === 10) stage.front.faults.push(NOT_FOUND);
      }),
    ).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /^staging: step 10 of 11: retired: (cutover-proof(-alias)?\.api\.example\.com): nothing by the file, A aws weight 0 → .* in Route 53\n {2}next: do not go to ready; /,
      ),
    });
    expect(stage.text).toBe(FILE);
  });

  it("walks every stage and back, writes down that it did, and leaves nothing in the zone", async () => {
    // In so many minutes somebody may write into the file.
    const written = FILE.replace("# Nobody", "# Still nobody");
    expect(
      await prove((step) => {
        if (step === 5) stage.write(written);
      }),
    ).toEqual({
      code: 0,
      stdout: [
        `staging: ${PROOF_WAY.length} steps on ${HOST} and ${ALIAS} in zone ${stage.zone}`,
        "as arn:aws:sts::123456789012:user/moto",
        ...PROOF_WAY.map((place, index) => `${index + 1} of ${PROOF_WAY.length}: ${placeText(place)}`),
        "wrote cutover/staging.yaml: every stage and back, with the aws provider that is pinned\n",
      ].join("\n"),
      stderr: "",
    });
    expect(stage.text).toBe(
      `${written}proof:\n  date: ${new Date().toISOString().slice(0, 10)}\n  by: Ops\n  host: ${HOST}\n  provider: ${pinnedAws()}\n`,
    );
    expect(await stage.front.records(stage.zone)).toEqual(whatWasThere);
    // The folder of the run that was killed is the system's to clear.
    expect(readdirSync(temporary()).length).toBe(1);
  });
});

const FILE = "# Nobody has begun.\ncomponents: {}\n";
