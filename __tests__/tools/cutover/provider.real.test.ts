import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ChangeResourceRecordSetsCommand, type Change as SdkChange } from "@aws-sdk/client-route-53";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Change, RecordSet } from "../../../model/cutover/record-set";
import { Terraform } from "../../../tools/terraform/terraform";
import { AwsStandIn, pinnedAws } from "../../support/aws-stand-in";
import { Moto } from "../../support/moto";
import { requires } from "../../support/requires";
import { Route53Front } from "../../support/route53-front";

const API = "api.example.com";
const simple: RecordSet = { Name: `${API}.`, Type: "A", TTL: 60, ResourceRecords: [{ Value: "192.0.2.1" }] };
const aws: RecordSet = { ...simple, SetIdentifier: "aws", Weight: 255 };
const azure: RecordSet = { ...aws, SetIdentifier: "azure", Weight: 0, ResourceRecords: [{ Value: "203.0.113.7" }] };
const cname: RecordSet = {
  Name: `${API}.`,
  Type: "CNAME",
  TTL: 500,
  ResourceRecords: [{ Value: "d1.cloudfront.net" }],
};

/** As the provider sends a name: without its last dot. */
const sent = (set: RecordSet): RecordSet => ({ ...set, Name: set.Name.replace(/\.$/, "") });

const upsert = (ResourceRecordSet: RecordSet): Change => ({ Action: "UPSERT", ResourceRecordSet });

/** A record as a stack writes it: with what it needs beside its name and zone. */
type Block = Readonly<Record<string, unknown>>;
const record = (more: Block = {}): Block => ({ type: "A", ttl: 60, records: ["192.0.2.1"], ...more });
const weighted = (set_identifier: string, weight: number, more: Block = {}): Block =>
  record({ set_identifier, weighted_routing_policy: [{ weight }], ...more });
const pair = (weight: number): Record<string, Block> => ({
  aws: weighted("aws", weight),
  azure: weighted("azure", 255 - weight, { records: ["203.0.113.7"], depends_on: ["aws_route53_record.aws"] }),
});

describe("Terraform with the stand-in for hashicorp/aws", requires("terraform", "go", "moto_server"), () => {
  let moto: Moto;
  let standIn: AwsStandIn;
  const open: Stage[] = [];

  beforeAll(async () => {
    [moto, standIn] = await Promise.all([Moto.start(), AwsStandIn.build()]);
  });

  afterEach(() => Promise.all(open.splice(0).map((stage) => stage.close())));

  afterAll(async () => {
    moto?.stop();
    await standIn?.remove();
  });

  /** A zone with these records, and a folder where nothing is in the state. */
  async function stage(...records: readonly RecordSet[]): Promise<Stage> {
    const made = await Stage.open(moto, standIn, records);
    open.push(made);
    return made;
  }

  /** The same with the records of both clouds in the state, at these weights. */
  async function stagePair(weight: number): Promise<Stage> {
    const made = await stage({ ...aws, Weight: weight }, { ...azure, Weight: 255 - weight });
    const imports = ["aws", "azure"].map((set) => made.importOf(set, `${API}_A_${set}`));
    await made.apply(pair(weight), { import: imports });
    return made;
  }

  it("imports a simple record, and nothing is written", async () => {
    const run = await stage(simple);
    const imports = { import: [run.importOf("aws", `${API}_A`)] };
    expect(await run.plan({ aws: record() }, imports)).toEqual({
      exitCode: 2,
      said: "Plan: 1 to import, 0 to add, 0 to change, 0 to destroy.",
    });
    expect(await run.applyPlan()).toEqual([]);
    expect(await run.plan({ aws: record() }, imports)).toEqual(NO_CHANGES);
    expect(run.front.batches).toEqual([]);
  });

  it("turns a simple record weighted in place by one batch, and Azure's is created beside it", async () => {
    const run = await stage(simple);
    const imports = { import: [run.importOf("aws", `${API}_A`)] };
    await run.apply({ aws: record() }, imports);
    expect(await run.plan(pair(255), imports)).toEqual({
      exitCode: 2,
      said: "Plan: 1 to add, 1 to change, 0 to destroy.",
    });
    expect(await run.applyPlan()).toEqual([]);
    expect(run.front.batches).toEqual([
      [
        { Action: "DELETE", ResourceRecordSet: sent(simple) },
        { Action: "CREATE", ResourceRecordSet: sent(aws) },
      ],
      [{ Action: "CREATE", ResourceRecordSet: sent(azure) }],
    ]);
    expect(await run.front.records(run.zone)).toEqual([aws, azure]);
    // What the state has already is not imported again, so the block may stay although its id is of the past.
    expect(await run.plan(pair(255), imports)).toEqual(NO_CHANGES);
  });

  it("turns a CNAME into a weighted alias of type A by one batch", async () => {
    const run = await stage(cname);
    const imports = { import: [run.importOf("www", `${API}_CNAME`)] };
    await run.apply({ www: record({ type: "CNAME", ttl: 500, records: ["d1.cloudfront.net"] }) }, imports);
    const target = { name: "D1.cloudfront.net.", zone_id: "Z2FDTNDATAQYW2", evaluate_target_health: false };
    const { ttl: _, records: __, ...alias } = weighted("aws", 255, { alias: [target] });
    expect(await run.plan({ www: alias }, imports)).toEqual({
      exitCode: 2,
      said: "Plan: 0 to add, 1 to change, 0 to destroy.",
    });
    expect(await run.applyPlan()).toEqual([]);
    const AliasTarget = { HostedZoneId: "Z2FDTNDATAQYW2", DNSName: "D1.cloudfront.net.", EvaluateTargetHealth: false };
    expect(run.front.batches).toEqual([
      [
        { Action: "DELETE", ResourceRecordSet: sent(cname) },
        {
          Action: "CREATE",
          ResourceRecordSet: { Name: API, Type: "A", SetIdentifier: "aws", Weight: 255, AliasTarget },
        },
      ],
    ]);
    // However the target is written, it is read as the same.
    expect(await run.plan({ www: alias }, imports)).toEqual(NO_CHANGES);
  });

  it("moves a weight by one UPSERT for each record", async () => {
    const run = await stagePair(255);
    expect(await run.apply(pair(230))).toEqual([]);
    expect(run.front.batches).toEqual([
      [upsert(sent({ ...aws, Weight: 230 }))],
      [upsert(sent({ ...azure, Weight: 25 }))],
    ]);
    expect(await run.plan(pair(230))).toEqual(NO_CHANGES);
  });

  it("refuses to destroy what prevent_destroy keeps", async () => {
    const run = await stagePair(255);
    const { errors } = await run.terraform.json(["plan", "-destroy"]);
    expect(errors.map((error) => error.slice(0, error.indexOf(",")))).toEqual([
      "Instance cannot be destroyed: Resource aws_route53_record.azure has lifecycle.prevent_destroy set",
    ]);
    expect(run.front.batches).toEqual([]);
  });

  it("has weights that somebody else moved in the plan's before, and those of the state in its drift", async () => {
    const run = await stagePair(255);
    await run.moveBehind(upsert({ ...aws, Weight: 230 }), upsert({ ...azure, Weight: 25 }));
    expect(await run.plan(pair(255))).toEqual({ exitCode: 2, said: "Plan: 0 to add, 2 to change, 0 to destroy." });
    expect(await run.weights("resource_changes")).toEqual([
      { address: "aws_route53_record.aws", actions: ["update"], before: 230, after: 255 },
      { address: "aws_route53_record.azure", actions: ["update"], before: 25, after: 0 },
    ]);
    expect(await run.weights("resource_drift")).toEqual([
      { address: "aws_route53_record.aws", actions: ["update"], before: 255, after: 230 },
      { address: "aws_route53_record.azure", actions: ["update"], before: 0, after: 25 },
    ]);
  });

  it("says no changes where the configuration has the live weights, although the state is behind", async () => {
    const run = await stagePair(255);
    await run.moveBehind(upsert({ ...aws, Weight: 0 }), upsert({ ...azure, Weight: 255 }));
    expect(await run.plan(pair(0))).toEqual(NO_CHANGES);
    expect(await run.weights("resource_changes")).toEqual([
      { address: "aws_route53_record.aws", actions: ["no-op"], before: 0, after: 0 },
      { address: "aws_route53_record.azure", actions: ["no-op"], before: 255, after: 255 },
    ]);
    expect(await run.weights("resource_drift")).toEqual([
      { address: "aws_route53_record.aws", actions: ["update"], before: 255, after: 0 },
      { address: "aws_route53_record.azure", actions: ["update"], before: 0, after: 255 },
    ]);
    expect((await run.inState("aws"))?.["weighted_routing_policy"]).toEqual([{ weight: 255 }]);
    expect(run.front.batches.slice(1)).toEqual([]);
  });

  it("overwrites weights that were moved after its plan: nothing but a look at the zone keeps a saved plan from it", async () => {
    const run = await stagePair(230);
    await run.plan(pair(128));
    await run.moveBehind(upsert({ ...aws, Weight: 255 }), upsert({ ...azure, Weight: 0 }));
    expect(await run.applyPlan()).toEqual([]);
    expect(await run.front.records(run.zone)).toEqual([
      { ...aws, Weight: 128 },
      { ...azure, Weight: 127 },
    ]);
  });

  describe("after a conversion that Route 53 has refused", () => {
    /** The TTL changed between plan and apply, so the DELETE is of values that the zone has no more. */
    async function refused(imports: boolean): Promise<Stage> {
      const run = await stage(simple);
      const more = { import: [run.importOf("aws", `${API}_A`)] };
      await run.apply({ aws: record() }, more);
      await run.plan({ aws: weighted("aws", 255) }, imports ? more : {});
      await run.moveBehind(upsert({ ...simple, TTL: 300 }));
      expect(await run.applyPlan()).toEqual([
        `aws_route53_record.aws: updating Route53 Record (${run.zone}_${API}_A): operation error Route 53: ChangeResourceRecordSets, https response error StatusCode: 400, RequestID: 00000000-0000-0000-0000-000000000000, InvalidChangeBatch: [Tried to delete resource record set [name='api.example.com.', type='A'] but the values provided do not match the current values, RRSet with DNS name api.example.com., type A, SetIdentifier aws cannot be created as a non-weighted set exists with the same name and type.]`,
      ]);
      // The new set identifier is in the state although no such record is in the zone.
      expect(await run.inState("aws")).toMatchObject({ id: `${run.zone}_${API}_A`, set_identifier: "aws", ttl: 60 });
      return run;
    }

    const cannotCreate = [
      "aws_route53_record.aws: creating Route53 Record: operation error Route 53: ChangeResourceRecordSets, https response error StatusCode: 400, RequestID: 00000000-0000-0000-0000-000000000000, InvalidChangeBatch: [RRSet with DNS name api.example.com., type A, SetIdentifier aws cannot be created as a non-weighted set exists with the same name and type.]",
    ];

    it("tries to create it for ever without an import block", async () => {
      const run = await refused(false);
      expect(await run.apply({ aws: weighted("aws", 255) })).toEqual(cannotCreate);
      expect(await run.apply({ aws: weighted("aws", 255) })).toEqual(cannotCreate);
      expect(await run.inState("aws")).toBeUndefined();
    });

    it("two commands mend it: what is in the state is forgotten, what is in the zone imported", async () => {
      const run = await refused(false);
      const address = "aws_route53_record.aws";
      expect((await run.terraform.text(["state", "rm", address])).exitCode).toBe(0);
      expect((await run.terraform.text(["import", address, `${run.zone}_${API}_A`])).exitCode).toBe(0);
      expect(await run.apply({ aws: weighted("aws", 255) })).toEqual([]);
      expect(await run.front.records(run.zone)).toEqual([aws]);
      expect(await run.plan({ aws: weighted("aws", 255) })).toEqual(NO_CHANGES);
    });

    it("the import block mends it at the second try, because the first takes it out of the state", async () => {
      const run = await refused(true);
      const imports = { import: [run.importOf("aws", `${API}_A`)] };
      expect(await run.apply({ aws: weighted("aws", 255) }, imports)).toEqual(cannotCreate);
      expect(await run.apply({ aws: weighted("aws", 255) }, imports)).toEqual([]);
      expect(await run.front.records(run.zone)).toEqual([aws]);
    });
  });

  it("gives a record away by a removed block, and the record stands", async () => {
    const run = await stagePair(0);
    const removed = ["aws", "azure"].map((name) => ({
      from: `aws_route53_record.${name}`,
      lifecycle: [{ destroy: false }],
    }));
    expect(await run.plan({}, { removed })).toEqual({
      exitCode: 2,
      said: "Plan: 0 to add, 0 to change, 0 to destroy.",
    });
    expect(await run.weights("resource_changes")).toEqual([
      { address: "aws_route53_record.aws", actions: ["forget"], before: 0, after: undefined },
      { address: "aws_route53_record.azure", actions: ["forget"], before: 255, after: undefined },
    ]);
    expect(await run.applyPlan()).toEqual([]);
    expect(await run.terraform.stateList()).toEqual([]);
    expect(await run.front.records(run.zone)).toEqual([
      { ...aws, Weight: 0 },
      { ...azure, Weight: 255 },
    ]);
  });

  it("says destroyed of a record that Route 53 refused to delete, and it stands", async () => {
    const run = await stagePair(0);
    run.front.faults.push({ status: 400, code: "InvalidChangeBatch", message: "[on demand]" });
    const { aws: _, ...rest } = pair(0);
    const { azure: kept } = rest;
    const { depends_on: __, ...alone } = kept as Block;
    expect(await run.plan({ azure: alone })).toEqual({
      exitCode: 2,
      said: "Plan: 0 to add, 0 to change, 1 to destroy.",
    });
    expect(await run.applyPlan()).toEqual([]);
    expect(await run.terraform.stateList()).toEqual(["aws_route53_record.azure"]);
    expect(await run.front.records(run.zone)).toEqual([
      { ...aws, Weight: 0 },
      { ...azure, Weight: 255 },
    ]);
  });

  it("finds names and set identifiers with underscores, a wildcard and an apex by their ids", async () => {
    const odd = { ...aws, Name: "_x.api.example.com.", SetIdentifier: "blue_A_green" };
    const wild = { ...simple, Name: "\\052.example.com." };
    const apex = { ...simple, Name: "example.com." };
    const run = await stage(odd, wild, apex);
    const records = {
      odd: weighted("blue_A_green", 255, { name: "_x.api.example.com" }),
      wild: record({ name: "*.example.com" }),
      apex: record({ name: "example.com" }),
    };
    const imports = {
      import: [
        run.importOf("odd", "_x.api.example.com_A_blue_A_green"),
        run.importOf("wild", "*.example.com_A"),
        run.importOf("apex", "example.com_A"),
      ],
    };
    expect(await run.plan(records, imports)).toEqual({
      exitCode: 2,
      said: "Plan: 3 to import, 0 to add, 0 to change, 0 to destroy.",
    });
    expect(await run.applyPlan()).toEqual([]);
    expect(await run.plan(records, imports)).toEqual(NO_CHANGES);
  });

  it("does not find a weighted record by an id without its set identifier", async () => {
    const run = await stage(aws, azure);
    const [error = ""] = await run.apply({ aws: weighted("aws", 255) }, { import: [run.importOf("aws", `${API}_A`)] });
    expect(error).toContain("Cannot import non-existent remote object");
  });

  it("stops where the login is of another account", async () => {
    const run = await stage(simple);
    const provider = { aws: [{ region: "us-east-1", allowed_account_ids: ["000000000000"] }] };
    const [error = ""] = await run.apply({ aws: record() }, { provider });
    expect(error).toContain("AWS account ID not allowed: 123456789012");
    expect(run.front.batches).toEqual([]);
  });
});

const NO_CHANGES = { exitCode: 0, said: "No changes. Your infrastructure matches the configuration." };

/** One zone, one folder, one state. */
class Stage {
  readonly terraform: Terraform;

  private constructor(
    readonly front: Route53Front,
    readonly zone: string,
    private readonly folder: string,
    standIn: AwsStandIn,
  ) {
    this.terraform = new Terraform(folder, standIn.environment(front.url), true);
  }

  static async open(moto: Moto, standIn: AwsStandIn, records: readonly RecordSet[]): Promise<Stage> {
    const front = await Route53Front.start(moto.url);
    const folder = await mkdtemp(join(tmpdir(), "mmrv-cutover-"));
    const stage = new Stage(front, await front.zone("example.com", records), folder, standIn);
    await stage.write({}, {});
    const { exitCode, stderr } = await stage.terraform.init();
    if (exitCode !== 0) throw new Error(stderr);
    return stage;
  }

  async close(): Promise<void> {
    this.front.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** An import block. @param id without the zone, which is in front of it */
  importOf = (name: string, id: string) => ({ to: `aws_route53_record.${name}`, id: `${this.zone}_${id}` });

  /** Saves a plan. @returns its exit code with -detailed-exitcode, and its last word */
  async plan(records: Readonly<Record<string, Block>>, more: Block = {}) {
    await this.write(records, more);
    const { exitCode, stdout } = await this.terraform.text(["plan", "-no-color", "-detailed-exitcode", "-out=saved"]);
    return { exitCode, said: /^(Plan: |No changes\.).*$/m.exec(stdout)?.[0] };
  }

  /** @returns the errors */
  async applyPlan(): Promise<readonly string[]> {
    return (await this.terraform.json(["apply", "saved"])).errors;
  }

  async apply(records: Readonly<Record<string, Block>>, more: Block = {}): Promise<readonly string[]> {
    await this.write(records, more);
    return (await this.terraform.json(["apply", "-auto-approve"])).errors;
  }

  /** The weights in the saved plan. */
  async weights(part: "resource_changes" | "resource_drift") {
    const { stdout } = await this.terraform.text(["show", "-json", "saved"]);
    const plan = JSON.parse(stdout) as Record<typeof part, readonly PlannedChange[]>;
    return plan[part].map(({ address, change: { actions, before, after } }) => ({
      address,
      actions,
      before: before?.weighted_routing_policy[0]?.weight,
      after: after?.weighted_routing_policy[0]?.weight,
    }));
  }

  /** The attributes of a record in the state; undefined where it is not. */
  async inState(name: string): Promise<Block | undefined> {
    const { stdout } = await this.terraform.text(["state", "pull"]);
    const { resources } = JSON.parse(stdout) as {
      resources: readonly { name: string; instances: readonly { attributes: Block }[] }[];
    };
    return resources.find((one) => one.name === name)?.instances[0]?.attributes;
  }

  /** Changes the zone as somebody else does, and is not among the batches. */
  async moveBehind(...batch: readonly Change[]): Promise<void> {
    // The SDK knows the same fields, with lists that may be changed.
    const ChangeBatch = { Changes: batch as unknown as SdkChange[] };
    await this.front.client().send(new ChangeResourceRecordSetsCommand({ HostedZoneId: this.zone, ChangeBatch }));
    this.front.batches.pop();
  }

  private async write(records: Readonly<Record<string, Block>>, more: Block): Promise<void> {
    const common = { name: API, zone_id: this.zone, lifecycle: [{ prevent_destroy: true }] };
    const resources = Object.entries(records).map(([name, block]) => [name, { ...common, ...block }]);
    const content = {
      terraform: { required_providers: { aws: { source: "aws", version: pinnedAws() } } },
      provider: { aws: [{ region: "us-east-1", allowed_account_ids: ["123456789012"] }] },
      ...(resources.length > 0 && { resource: { aws_route53_record: Object.fromEntries(resources) } }),
      ...more,
    };
    await writeFile(join(this.folder, "main.tf.json"), JSON.stringify(content, null, 2));
  }
}

type Planned = { readonly weighted_routing_policy: readonly { readonly weight: number }[] } | null;

interface PlannedChange {
  readonly address: string;
  readonly change: { readonly actions: readonly string[]; readonly before: Planned; readonly after: Planned };
}
