import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import type { AdoptedName, CutoverFile } from "../../../model/cutover/schema";
import type { Stage } from "../../../model/cutover/stages";
import { PROOF, wayTo } from "../../support/cutover";
import { longAgo, recordsOf } from "../../support/cutover-ramp";
import { CutoverStage, type Ended } from "../../support/cutover-stage";
import { requires } from "../../support/requires";

const [HOME, STANDBY] = ["127.0.0.7", "127.0.0.9"];

describe("over", requires("moto_server"), () => {
  let stage: CutoverStage;
  let path = "";

  beforeAll(async () => {
    stage = await CutoverStage.start();
    path = join(stage.folder, "cutover", "production.yaml");
    mkdirSync(dirname(path), { recursive: true });
    await place("full", "ramp");
  });
  afterAll(() => stage?.stop());

  /** Both applications of production where they are, in the file and in the zone. */
  async function place(backend: Stage, frontend: Stage, azure: AdoptedName["azure"] = { A: [HOME] }): Promise<void> {
    const name = (host: string): AdoptedName => ({
      host,
      zone: { id: stage.zone, name: "example.com" },
      aws: [
        { type: "A", ttl: 60, values: ["192.0.2.9"] },
        ...(azure.AAAA ? [{ type: "AAAA" as const, ttl: 60, values: ["2001:db8::9"] }] : []),
      ],
      azure,
    });
    const steps = (at: Stage, from?: "amplify") =>
      longAgo(wayTo(at), from).map(({ egress, ...step }) => ({
        ...step,
        ...(egress && { egress: "natGateway" as const }),
      }));
    const file: CutoverFile = {
      proof: PROOF,
      components: {
        backend: { names: [name("api.production.example.com")], steps: steps(backend) },
        frontend: { names: [name("production.example.com")], steps: steps(frontend, "amplify") },
      },
    };
    writeFileSync(path, `# On call.\n${stringify(file, { lineWidth: 0, aliasDuplicateObjects: false })}`);
    await stage.setRecords(recordsOf(file));
    stage.front.batches.length = 0;
  }

  const over = (...more: readonly string[]): Promise<Ended> =>
    stage.cutover("over", "production", "--by", "ana", ...more);
  const file = (): CutoverFile => parse(readFileSync(path, "utf8")) as CutoverFile;
  /** What Azure's side of each name says, and its weight; and how many records AWS's side has. */
  const live = async (): Promise<string[]> =>
    (await stage.front.records(stage.zone))
      .filter(({ Name, SetIdentifier }) => Name.includes("production") && SetIdentifier !== undefined)
      .map(({ Name, ResourceRecords, SetIdentifier, Weight }) =>
        [Name, SetIdentifier, Weight, ...(ResourceRecords ?? []).map(({ Value }) => Value)].join(" "),
      )
      .sort();
  const ZONE = (azure: string) => [
    "api.production.example.com. aws 0 192.0.2.9",
    `api.production.example.com. azure 255 ${azure}`,
    "production.example.com. aws 242 192.0.2.9",
    `production.example.com. azure 13 ${azure}`,
  ];

  it("writes down where the standby answers, long before, and touches no record", async () => {
    const before = readFileSync(path, "utf8");
    const { code, stdout } = await over("--prepare", "--azure-address", STANDBY);
    expect([code, stdout.includes("wrote cutover/production.yaml; commit it")]).toEqual([0, true]);
    expect(file().standby).toEqual({ azure: { A: [STANDBY] }, steps: [] });
    expect(readFileSync(path, "utf8").startsWith(before)).toBe(true);
    expect([await live(), stage.front.batches]).toEqual([ZONE(HOME), []]);
  });

  it("says what it would send in a dry run, and sends and writes nothing", async () => {
    const before = readFileSync(path, "utf8");
    const { code, stderr, stdout } = await over("--now", "--dry-run");
    expect([code, stdout.includes("backend: would be on standby, in Route 53 now")]).toEqual([0, true]);
    expect(stderr).toContain(`would send 1 changes to zone ${stage.zone}`);
    expect([readFileSync(path, "utf8"), stage.front.batches]).toEqual([before, []]);
  });

  it("leads Azure's side to the standby by one call for each application, weights and AWS as they are", async () => {
    const { code, stdout } = await over("--now");
    expect([code, stdout.match(/: on standby, in Route 53 now/g)?.length]).toEqual([0, 2]);
    expect(stage.front.batches.map((batch) => batch.length)).toEqual([1, 1]);
    expect(await live()).toEqual(ZONE(STANDBY));
    expect(file().standby?.steps.map(({ by, to }) => [to, by])).toEqual([["standby", "ana"]]);
  });

  it("sends nothing again, and writes nothing twice", async () => {
    stage.front.batches.length = 0;
    const before = readFileSync(path, "utf8");
    const { code, stdout } = await over("--now");
    expect([code, stdout.match(/: on standby already, by Route 53/g)?.length]).toEqual([0, 2]);
    expect([stage.front.batches, readFileSync(path, "utf8")]).toEqual([[], before]);
  });

  it("is what the file says from then on: the records agree with it", async () => {
    const { stdout } = await stage.cutover("status", "production", "--json");
    const { applications } = JSON.parse(stdout) as { applications: { differences: string[] }[] };
    expect(applications.flatMap(({ differences }) => differences)).toEqual([]);
  });

  it("leads home again", async () => {
    const { code } = await over("--home", "--now");
    expect([code, await live()]).toEqual([0, ZONE(HOME)]);
    expect(file().standby?.steps.map(({ to }) => to)).toEqual(["standby", "primary"]);
  });

  it("is refused for users whose address it does not have, without a standby, and before Azure has a side", async () => {
    stage.front.batches.length = 0;
    const nowhere = await stage.cutover("over", "staging", "--now");
    expect([nowhere.code, nowhere.stderr]).toEqual([
      1,
      expect.stringMatching(/^staging: no environment stands by for it/),
    ]);
    await place("full", "ramp", { A: [HOME], AAAA: ["2001:db8::7"] });
    const six = await over("--now", "--azure-address", STANDBY);
    expect([six.code, six.stderr]).toEqual([1, expect.stringMatching(/Azure answers there by IPv6 too/)]);
    await place("adopt", "adopt");
    const early = await over("--now", "--azure-address", STANDBY);
    expect([early.code, early.stderr]).toEqual([1, expect.stringMatching(/Azure has no side of them in DNS yet/)]);
    expect([stage.front.batches, file().standby]).toEqual([[], undefined]);
  });
});
