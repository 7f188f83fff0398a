import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { gatesOf } from "../../../model/cutover/gates";
import { AwsStandIn } from "../../support/aws-stand-in";
import { CutoverStage, type Ended } from "../../support/cutover-stage";
import { requires } from "../../support/requires";

const HOST = "api.example.com";

/** One application from its first look to the first user and back, by the commands and real Terraform. */
describe("a cutover by hand", requires("terraform", "go", "moto_server"), () => {
  let stage: CutoverStage;
  let standIn: AwsStandIn;

  beforeAll(async () => {
    [stage, standIn] = await Promise.all([CutoverStage.start(), AwsStandIn.build()]);
  });
  afterAll(async () => {
    await stage?.stop();
    await standIn?.remove();
  });

  const mmrv = (...args: readonly string[]): Promise<Ended> => stage.mmrv(args, standIn.environment(stage.front.url));
  const plan = (): Promise<Ended> => mmrv("plan", "staging-cutover", "--out", "kept");
  const apply = (): Promise<Ended> => mmrv("apply", "staging-cutover", "kept");

  async function deploy(): Promise<Ended> {
    const planned = await plan();
    return planned.code === 2 ? apply() : planned;
  }

  /** A step, with every gate answered. */
  function next(...more: readonly string[]): Promise<Ended> {
    const gates = [...gatesOf({ from: "ecs" }, { stage: "ready" }, { stage: "canary", percent: 1 })];
    const all = more.includes("--answers") ? gates.map(({ name }) => name) : ["zone", "certificates"];
    const answers = all.flatMap((name) => ["--answer", `${name}=yes`]);
    const wanted = more.filter((one) => one !== "--answers");
    return stage.cutover("next", "staging", "backend", "--by", "Ops", ...wanted, ...answers);
  }

  it("takes the records over, and changes nothing", async () => {
    expect(await stage.cutover("adopt", "staging", "backend")).toMatchObject({ code: 0 });
    expect((await plan()).stdout).toContain("Plan: 2 to import, 0 to add, 0 to change, 0 to destroy.");
    expect(await apply()).toMatchObject({ code: 0 });
    expect(stage.front.batches).toEqual([]);
  });

  it("prepares them, and does not delete the AAAA that leaves without an approval", async () => {
    const { code, stdout } = await stage.cutover("next", "staging", "backend");
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringContaining(
        "aws_route53_record.api_example_com-AAAA-aws will be deleted: it needs an approval",
      ),
    });
    const refused = await plan();
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("delete aws_route53_record.api_example_com-AAAA-aws: must have an approval"),
    });
    approve("aws_route53_record.api_example_com-AAAA-aws");
    expect(await deploy()).toMatchObject({ code: 0 });
    expect(await stage.weights(HOST)).toEqual(["A"]);
  });

  it("waits for the old TTL and for the proof, before the records get weights", async () => {
    const early = await next();
    expect(early).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /since: got .*, must be .* or later \(resolvers keep the old answer for its TTL, 60 s\)/,
      ),
    });
    expect(early.stderr).toContain("proof: got nothing, must be there before ready");
    stage.write(
      `${stage.text.replace(/(prepared: true\n\s+since: ).*/, "$12026-01-01T00:00:00Z")}${PROOF}`.replace(
        /(stage: adopt\n\s+since: ).*/,
        "$12026-01-01T00:00:00Z",
      ),
    );
    const { code, stderr } = await next();
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(await deploy()).toMatchObject({ code: 0 });
    expect(await stage.weights(HOST)).toEqual(["A aws 255", "A azure 0"]);
    // One batch turned the simple record, so that no moment was without one.
    expect(stage.front.batches.map((batch) => batch.map(({ Action }) => Action))).toContainEqual(["DELETE", "CREATE"]);
  });

  it("asks what no command sees, before the first user", async () => {
    const { code, stderr } = await stage.cutover("next", "staging", "backend");
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /gates are open, nothing was touched:\n {2}certificates: .*\n[\s\S]*redirect-uris: Does the identity provider/,
    );
    expect(await next("--answers")).toMatchObject({ code: 0 });
    expect(await deploy()).toMatchObject({ code: 0 });
    expect(await stage.weights(HOST)).toEqual(["A aws 252", "A azure 3"]);
    expect(readFileSync(join(stage.folder, "cutover/break-glass/staging/backend.json"), "utf8")).toContain(
      '"Weight": 255',
    );
  });

  it("is sent back past Terraform: the very bytes of the file that needs no program", async () => {
    const glass = JSON.parse(readFileSync(join(stage.folder, "cutover/break-glass/staging/backend.json"), "utf8"));
    const before = stage.front.batches.length;
    const { code, stdout } = await stage.cutover("back", "staging", "--now");
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining("back on AWS, in Route 53 now") });
    expect(stage.front.batches.slice(before)).toEqual([glass.ChangeBatch.Changes]);
    expect(await stage.weights(HOST)).toEqual(["A aws 255", "A azure 0"]);
    const empty = await plan();
    expect(empty).toMatchObject({ code: 0, stdout: expect.stringContaining("No changes.") });
  });

  it("is not sent on again by a plan that was made before, nor by a file that does not know of it", async () => {
    expect(await next("--answers")).toMatchObject({ code: 0 });
    expect(await plan()).toMatchObject({ code: 2 });
    const written = stage.text;
    expect(await apply()).toMatchObject({ code: 0 });
    expect(await next("--percent", "5", "--answer", "errors=quiet", "--answer", "latency=quiet")).toMatchObject({
      code: 1,
    });
    const glass = JSON.parse(readFileSync(join(stage.folder, "cutover/break-glass/staging/backend.json"), "utf8"));
    // Somebody breaks the glass while a plan to move more of them waits for its approval.
    await moreUsers(written);
    expect(await plan()).toMatchObject({ code: 2 });
    await stage.front.changePast(stage.zone, glass.ChangeBatch.Changes);
    const stale = await apply();
    expect(stale).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("Route 53 has changed since this plan was made, nothing was touched"),
    });
    const moved = await plan();
    expect(moved).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("weights were changed past Terraform, nothing was touched"),
    });
    expect(await stage.weights(HOST)).toEqual(["A aws 255", "A azure 0"]);
    expect(await stage.cutover("back", "staging")).toMatchObject({ code: 0 });
    expect(await plan()).toMatchObject({ code: 0 });
  });

  async function moreUsers(_: string): Promise<void> {
    const answers = ["errors=quiet", "latency=quiet"].flatMap((one) => ["--answer", one]);
    const step = await stage.cutover("next", "staging", "backend", "--percent", "5", "--by", "Ops", ...answers);
    if (step.code !== 0) throw new Error(step.stderr);
  }

  /** What a reviewer merges for the day. */
  function approve(address: string): void {
    const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
    const approval = { stack: "staging-cutover", address, from: day(-1), until: day(2), reason: "Azure has no IPv6" };
    const path = join(stage.folder, "environments/approvals.ts");
    writeFileSync(path, readFileSync(path, "utf8").replace("= [];", `= [${JSON.stringify(approval)}];`));
  }
});

const PROOF = "\nproof: { date: 2026-01-01, by: Ops, host: cutover-proof.api.example.com, provider: 6.25.0 }\n";
