import type { ChildProcess } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Change } from "../../../model/cutover/record-set";
import type { CutoverFile } from "../../../model/cutover/schema";
import { run } from "../../../tools/processes";
import { folderOf, PYTHON } from "../../../tools/setup/locate";
import { fileAt, place, recordsOf, textOf, textWithBack } from "../../support/cutover-ramp";
import { CutoverStage, type Ended } from "../../support/cutover-stage";
import { requires } from "../../support/requires";
import { ACCESS_DENIED, THROTTLING } from "../../support/route53-front";

const ROLE = "arn:aws:iam::123456789012:role/mmrv-staging-cutover";
const AS = "as arn:aws:sts::123456789012:user/moto\n";
const API = "api.example.com";

describe("back --now", requires("moto_server"), () => {
  let stage: CutoverStage;
  let before = "";

  beforeAll(async () => {
    stage = await CutoverStage.start();
    expect((await stage.mmrv(["render"])).code).toBe(0);
  });
  afterAll(() => stage?.stop());

  beforeEach(async () => {
    await begin(fileAt("ramp", stage.zone));
  });

  /** The file and the zone say so, and nothing of the test before is left. */
  async function begin(file: CutoverFile): Promise<void> {
    await place(stage, file);
    before = stage.text;
    const { batches, bodies, faults, questionFaults, statuses } = stage.front;
    for (const list of [batches, bodies, faults, questionFaults, statuses]) list.length = 0;
    stage.front.pendingAnswers = 1;
  }

  /** Which pages the step changes is told by those that the test before has left, so they are not compared. */
  async function back(...more: readonly string[]): Promise<Ended> {
    const { stdout, ...ended } = await stage.cutover("back", "staging", ...more);
    return { ...ended, stdout: stdout.replaceAll(/^wrote docs\/.*\n/gm, "") };
  }
  const now = (...more: readonly string[]): Promise<Ended> => back("--now", ...more);

  /** As a run in which nothing was found that is worth a word; DNS servers are out of reach in every run. */
  const unmeasured = (...hosts: readonly string[]): string =>
    hosts
      .map(
        (host) =>
          `  not measured: none of the 4 name servers of example.com: ns-2048.awsdns-64.com did not answer for ${host} (ECONNREFUSED); look whether UDP port 53 is open from here, then again\n`,
      )
      .join("");

  const glass = (file: string) =>
    JSON.parse(readFileSync(join(stage.folder, "cutover/break-glass/staging", file), "utf8")) as {
      readonly HostedZoneId: string;
      readonly ChangeBatch: { readonly Changes: Change[] };
    };

  /** The moment that a command wrote down, which is now. */
  function momentIn(application: "backend" | "frontend"): string {
    const moment = stage.file.components?.[application]?.steps.at(-1)?.since ?? "";
    expect(Math.abs(Date.now() - Date.parse(moment))).toBeLessThan(10 * 60_000);
    return moment;
  }

  /** The file as it was, with a way back for these. */
  const wayBackOf = (...applications: readonly ("backend" | "frontend")[]): string =>
    applications.reduce((text, application) => textWithBack(text, application, momentIn(application)), before);

  it("sends and writes nothing in a dry run, and says what it would send", async () => {
    const files = () => readdirSync(join(stage.folder, "cutover"), { recursive: true }).sort();
    const there = files();
    expect(await now("--dry-run")).toEqual({
      code: 0,
      stdout: `${AS}backend: from ramp with 5 %: would be back on AWS, in Route 53 now; clients follow within the TTL of 60 s
frontend: from ramp with 5 %: would be back on AWS, in Route 53 now; clients follow within the TTL of 60 s
`,
      stderr: `  would send 4 changes to zone ${stage.zone}\n`.repeat(2),
    });
    expect([stage.front.batches, stage.text, files()]).toEqual([[], before, there]);
  });

  it("is one call for each application, waited for, then written down among what people wrote", async () => {
    // As it is deployed at ramp, so that the files are there before anybody needs them.
    expect((await stage.mmrv(["render"])).code).toBe(0);
    const files = [glass("backend.json"), glass("frontend.json")];
    expect(await now()).toEqual({
      code: 0,
      stdout: `${AS}backend: live in Route 53; waiting until every server has it
frontend: live in Route 53; waiting until every server has it
backend: from ramp with 5 %: back on AWS, in Route 53 now; clients follow within the TTL of 60 s
frontend: from ramp with 5 %: back on AWS, in Route 53 now; clients follow within the TTL of 60 s
wrote cutover/staging.yaml; commit it
`,
      stderr: unmeasured(API, "example.com", "www.example.com"),
    });
    expect(stage.front.batches).toEqual(files.map(({ ChangeBatch }) => ChangeBatch.Changes));
    expect(stage.front.batches.map((batch) => batch.map(oneLine))).toEqual([
      [
        "UPSERT api.example.com A aws 255",
        "UPSERT api.example.com A azure 0",
        "UPSERT api.example.com AAAA aws 255",
        "UPSERT api.example.com AAAA azure 0",
      ],
      [
        "UPSERT example.com A aws 255",
        "UPSERT example.com A azure 0",
        "UPSERT www.example.com A aws 255",
        "UPSERT www.example.com A azure 0",
      ],
    ]);
    // Both were live before either was waited for.
    expect(stage.front.statuses).toEqual(["PENDING", "PENDING", "INSYNC", "INSYNC"]);
    expect(stage.text).toBe(wayBackOf("backend", "frontend"));
    expect([glass("backend.json"), glass("frontend.json")]).toEqual(files);
  });

  it("sends the very bytes that the AWS CLI sends of the file beside it", async () => {
    expect((await now("backend")).code).toBe(0);
    const cli = await run(join(folderOf("moto_server") ?? "", PYTHON), [
      "-c",
      AS_THE_CLI,
      stage.front.url,
      join(stage.folder, "cutover/break-glass/staging/backend.json"),
    ]);
    expect(cli).toMatchObject({ exitCode: 0, stdout: "PENDING\n" });
    const [ours, theirs] = stage.front.bodies;
    expect(ours?.replace('<?xml version="1.0" encoding="UTF-8"?>', "")).toBe(theirs);
  });

  it("is finished by running it again, when it was killed while Route 53 had its call", async () => {
    stage.front.faults.push("hang");
    let child: ChildProcess | undefined;
    const killed = stage.mmrv(["cutover", "back", "staging", "backend", "--now"], {}, (started) => {
      child = started;
    });
    await expect.poll(() => stage.front.batches.length).toBe(1);
    child?.kill("SIGKILL");
    expect((await killed).code).toBeNull();
    expect(stage.text).toBe(before);
    expect(await now("backend")).toEqual({
      code: 0,
      stdout: `${AS}backend: from ramp with 5 %: back on AWS already, by Route 53
wrote cutover/staging.yaml; commit it
`,
      stderr: unmeasured(API),
    });
    expect(stage.front.batches.length).toBe(1);
    expect(stage.text).toBe(wayBackOf("backend"));
  });

  it("is the same when the connection is lost behind the call: the SDK sends it again", async () => {
    stage.front.faults.push("drop");
    expect(await now("backend")).toMatchObject({ code: 0 });
    const [first, second, ...more] = stage.front.batches;
    expect([second, more]).toEqual([first, []]);
    expect(await stage.weights(API)).toEqual(["A aws 255", "A azure 0", "AAAA aws 255", "AAAA azure 0"]);
    expect(stage.text).toBe(wayBackOf("backend"));
  });

  it("says what Route 53 has taken when it does not say how far that is, and writes it down", async () => {
    stage.front.questionFaults.push(ACCESS_DENIED);
    expect(await now("backend")).toMatchObject({
      code: 0,
      stderr: `  Route 53 has taken it; whether every server has it is not known: AWS does not let you ask whether a change is everywhere (AccessDenied)\n${unmeasured(API)}`,
    });
    expect(stage.text).toBe(wayBackOf("backend"));
  });

  it("leaves all as it is with a login that may not, by one line that says what to do", async () => {
    stage.front.faults.push(ACCESS_DENIED);
    expect(await now("backend")).toEqual({
      code: 1,
      stdout: AS,
      stderr: `AWS does not let you change zone ${stage.zone} (AccessDenied)
  next: take the role ${ROLE}, which may (docs/cutover.md)
`,
    });
    expect([stage.front.batches, stage.text]).toEqual([[], before]);
  });

  it("tries again where Route 53 is asked too often, and gives up with a line", async () => {
    stage.front.faults.push(...Array.from({ length: 6 }, () => THROTTLING));
    expect(await now("backend")).toEqual({
      code: 1,
      stdout: AS,
      stderr: `Route 53 was asked too often to change zone ${stage.zone} (Throttling)\n  next: run it again in a minute\n`,
    });
    expect([stage.front.faults, stage.front.batches, stage.text]).toEqual([[], [], before]);
  });

  it("does nothing with a login for another account", async () => {
    const answer = await stage.moto.call("sts", "AssumeRole", {
      RoleArn: "arn:aws:iam::210987654321:role/elsewhere",
      RoleSessionName: "someone",
    });
    const of = (name: string) => new RegExp(`<${name}>(.*)</${name}>`).exec(answer)?.[1] ?? "";
    const login = {
      AWS_ACCESS_KEY_ID: of("AccessKeyId"),
      AWS_SECRET_ACCESS_KEY: of("SecretAccessKey"),
      AWS_SESSION_TOKEN: of("SessionToken"),
    };
    expect(await stage.mmrv(["cutover", "back", "staging", "--now"], login)).toEqual({
      code: 1,
      stdout: "",
      stderr: `staging: you are logged in to the AWS account 210987654321, and aws.accountId says 123456789012; nothing was touched
  next: log in to the right one (AWS_PROFILE), or mend aws.accountId in environments/staging.ts
`,
    });
    expect([stage.front.batches, stage.text]).toEqual([[], before]);
  });

  it("says when there is no such zone", async () => {
    const gone = "Z0000000000000GONE";
    stage.write(before.replaceAll(stage.zone, gone));
    stage.edit("environments/staging.ts", [stage.zone, gone]);
    const ended = await now("backend");
    stage.edit("environments/staging.ts", [gone, stage.zone]);
    expect(ended).toEqual({
      code: 1,
      stdout: AS,
      stderr: `Route 53 has no such zone, asked to list the records of zone ${gone}\n  next: aws route53 list-hosted-zones, then mend aws.hostedZoneId\n`,
    });
    expect(stage.text).toBe(before.replaceAll(stage.zone, gone));
  });

  it("sends nothing that Route 53 would refuse, says so in its words, and sends the other application back", async () => {
    const frontend = { components: { frontend: stage.file.components?.["frontend"] } } as CutoverFile;
    const simple = { Name: API, Type: "A", TTL: 60, ResourceRecords: [{ Value: "192.0.2.1" }] };
    await stage.setRecords([simple, ...recordsOf(frontend)]);
    const refused = (side: string) =>
      `UPSERT A api.example.com ${side}: RRSet with DNS name api.example.com., type A, SetIdentifier ${side} cannot be created as a non-weighted set exists with the same name and type.`;
    expect(await now()).toEqual({
      code: 1,
      stdout: `${AS}frontend: live in Route 53; waiting until every server has it
frontend: from ramp with 5 %: back on AWS, in Route 53 now; clients follow within the TTL of 60 s
wrote cutover/staging.yaml; commit it
`,
      stderr: `backend: from ramp with 5 %: not back on AWS:
  backend: Route 53 would refuse this, nothing of it was touched:
    ${refused("aws")}
    ${refused("azure")}
    next: npx mmrv cutover status says what is there now
${unmeasured("example.com", "www.example.com")}`,
    });
    expect(stage.front.batches).toEqual([glass("frontend.json").ChangeBatch.Changes]);
    expect(await stage.weights(API)).toEqual(["A"]);
    expect(stage.text).toBe(wayBackOf("frontend"));
    expect(await now("backend")).toMatchObject({
      code: 1,
      stderr: `backend: Route 53 would refuse this, nothing of it was touched:
  ${refused("aws")}
  ${refused("azure")}
  next: npx mmrv cutover status says what is there now
`,
    });
  });

  it("says first that users are back, when the file cannot be written, and writes it when it is run again", async () => {
    const preload = join(stage.folder, "read-only.cjs");
    writeFileSync(preload, READ_ONLY);
    const ended = await stage.mmrv(["cutover", "back", "staging", "backend", "--now", "--resolver", stage.dns.at], {
      NODE_OPTIONS: `--require=${preload}`,
    });
    expect({ ...ended, stderr: ended.stderr.replace(/yaml\.[0-9a-f-]{36}/, "yaml.UNIQUE") }).toEqual({
      code: 1,
      stdout: `${AS}backend: live in Route 53; waiting until every server has it\n`,
      stderr: `users of backend are back on AWS, and cutover/staging.yaml does not say so yet: cutover/.staging.yaml.UNIQUE cannot be written (EROFS); the file system is read-only: work in a copy that you may write to
  next: run it again, which writes it down; until then a deployment is refused
`,
    });
    expect(await stage.weights(API)).toEqual(["A aws 255", "A azure 0", "AAAA aws 255", "AAAA azure 0"]);
    expect([stage.text, readdirSync(join(stage.folder, "cutover")).sort()]).toEqual([
      before,
      ["break-glass", "staging.yaml"],
    ]);
    expect((await now("backend")).code).toBe(0);
    expect([stage.front.batches.length, stage.text]).toEqual([1, wayBackOf("backend")]);
  });

  it("leaves the file to whoever changed it meanwhile, and says first that users are back", async () => {
    const running = now("backend");
    await expect.poll(() => stage.front.batches.length).toBe(1);
    stage.write(before.replace("The end.", "Somebody was here."));
    expect(await running).toMatchObject({
      code: 1,
      stderr: `users of backend are back on AWS, and cutover/staging.yaml does not say so yet: cutover/staging.yaml was changed meanwhile, and is left as it is
  next: run it again, which writes it down; until then a deployment is refused
`,
    });
    expect(stage.text).toBe(before.replace("The end.", "Somebody was here."));
  });

  it("is sent once more where the file says so already, and the zone does not; the file stays", async () => {
    expect(await back()).toEqual({
      code: 0,
      stdout: `backend: from ramp with 5 %: back on AWS in the file
frontend: from ramp with 5 %: back on AWS in the file
wrote cutover/staging.yaml; commit it
`,
      stderr: "  users move when staging-cutover is deployed; npx mmrv cutover back --now moves them at once\n".repeat(
        2,
      ),
    });
    const written = stage.text;
    expect([written, stage.front.batches]).toEqual([wayBackOf("backend", "frontend"), []]);
    expect(await now("backend")).toMatchObject({
      code: 0,
      stdout: `${AS}backend: live in Route 53; waiting until every server has it
backend: from ready with 0 %: back on AWS, in Route 53 now; clients follow within the TTL of 60 s
`,
    });
    expect([stage.front.batches, stage.text]).toEqual([[glass("backend.json").ChangeBatch.Changes], written]);
  });

  it("is written down by a clock that is behind that of the step before", async () => {
    const later = "2099-01-01T00:00:00Z";
    before = before.replaceAll("2026-01-01T08:00:00.000Z", later);
    stage.write(before);
    expect((await now("backend")).code).toBe(0);
    expect(stage.text).toBe(textWithBack(before, "backend", later));
  });

  it("has nothing to send where no record has weights, nor where AWS is no longer there", async () => {
    const [adopted, retired] = [fileAt("adopt", stage.zone), fileAt("retired", stage.zone)];
    const file = { ...adopted, components: { ...adopted.components, frontend: retired.components["frontend"] } };
    await begin(file as CutoverFile);
    const none = (text: string): Ended => ({ code: 1, stdout: "", stderr: `${text}; nothing was touched\n` });
    const [off, adopt, gone, json] = await Promise.all([
      stage.cutover("back", "production", "backend", "--now"),
      now("backend"),
      now("frontend"),
      now("frontend", "--json"),
    ]);
    expect([off, adopt, gone, json]).toEqual([
      none("production backend: no user of it has weights yet, so all are on AWS"),
      none("staging backend: no user of it has weights yet, so all are on AWS"),
      none("staging frontend: frontend is retired: AWS is no longer there to go back to"),
      none("staging frontend: frontend is retired: AWS is no longer there to go back to"),
    ]);
    expect([stage.front.batches, stage.text]).toEqual([[], before]);
  });

  it("is a call for each zone where an application has names in two, and what was refused is sent alone afterwards", async () => {
    const other = await stage.front.zone("example.net");
    stage.edit("environments/staging.ts", [
      'does: "redirects" }]',
      `does: "redirects" }, { host: "example.net", does: "redirects", hostedZoneId: "${other}" }]`,
    ]);
    const file = fileAt("ramp", stage.zone);
    const { frontend } = file.components;
    const [apex] = frontend?.names ?? [];
    const inOther = { ...apex, host: "example.net", zone: { id: other, name: "example.net" } };
    const both = {
      ...file,
      components: { frontend: { ...frontend, names: [...(frontend?.names ?? []), inOther] } },
    } as CutoverFile;
    const isInOther = ({ Name }: { readonly Name: string }) => Name === "example.net";
    stage.write(textOf(both));
    await stage.setRecords(recordsOf(both).filter((set) => !isInOther(set)));
    await stage.setRecords(recordsOf(both).filter(isInOther), other);
    expect((await stage.mmrv(["render"])).code).toBe(0);
    const files = [stage.zone, other].map((zone) => glass(`frontend.${zone}.json`));
    expect(files.map(({ HostedZoneId }) => HostedZoneId)).toEqual([stage.zone, other]);
    expect(existsSync(join(stage.folder, "cutover/break-glass/staging/frontend.json"))).toBe(false);

    stage.front.faults.push("pass", ACCESS_DENIED);
    const half = await now("frontend", "--json");
    expect(half).toEqual({
      code: 1,
      stdout: "",
      stderr: expect.stringContaining(
        `users of the names in ${stage.zone} are back on AWS, and the others are not: AWS does not let you change zone ${other} (AccessDenied)`,
      ),
    });
    expect(stage.text).toBe(textOf(both));
    const { length } = stage.front.batches;
    const whole = await now("frontend", "--json");
    expect({ ...whole, stdout: JSON.parse(whole.stdout) }).toMatchObject({
      code: 0,
      stdout: {
        environment: "staging",
        dryRun: false,
        isWritten: true,
        applications: [{ application: "frontend", from: "ramp with 5 %", moved: "sent" }],
      },
    });
    expect(stage.front.batches.slice(length)).toEqual([files[1]?.ChangeBatch.Changes]);
    expect(stage.file.components?.["frontend"]?.steps.at(-1)).toMatchObject({ stage: "ready", percent: 0 });
  });
});

const oneLine = ({ Action, ResourceRecordSet: { Name, SetIdentifier, Type, Weight } }: Change): string =>
  [Action, Name, Type, SetIdentifier, Weight].join(" ");

/** What `aws route53 change-resource-record-sets --cli-input-json file://…` does with its file: the CLI is botocore. */
const AS_THE_CLI = `
import json, sys, botocore.session
client = botocore.session.Session().create_client(
    "route53", region_name="us-east-1", endpoint_url=sys.argv[1],
    aws_access_key_id="test", aws_secret_access_key="test")
print(client.change_resource_record_sets(**json.load(open(sys.argv[2])))["ChangeInfo"]["Status"])
`;

/** A disk that lets nobody write the file, not even root, which no mode of a folder stops. */
const READ_ONLY = `
const files = require("node:fs/promises");
const { writeFile } = files;
files.writeFile = async (path, ...more) => {
  if (!String(path).includes("cutover/.staging.yaml")) return writeFile(path, ...more);
  throw Object.assign(new Error("EROFS: read-only file system"), { code: "EROFS", syscall: "open", path });
};
`;
