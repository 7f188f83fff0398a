import { randomUUID } from "node:crypto";
import { readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CreateLoadBalancerCommand, ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RecordSet } from "../../../model/cutover/record-set";
import { CutoverStage, type Ended, LIVE } from "../../support/cutover-stage";
import type { Moto } from "../../support/moto";
import { requires } from "../../support/requires";
import { NOBODY } from "../../support/route53-front";

const AS = "as arn:aws:sts::123456789012:user/moto\n";

/** Of another name, behind which the apex is too. */
const ELSEWHERE: readonly RecordSet[] = [
  { Name: "other.example.com", Type: "A", TTL: 300, ResourceRecords: [{ Value: "192.0.2.99" }] },
  {
    Name: "a-other.example.com",
    Type: "TXT",
    TTL: 300,
    ResourceRecords: [{ Value: '"heritage=external-dns,external-dns/owner=main"' }],
  },
];

describe("adopt", requires("moto_server"), () => {
  let stage: CutoverStage;
  beforeAll(async () => {
    stage = await CutoverStage.start([...LIVE, ...ELSEWHERE]);
  });
  afterAll(() => stage?.stop());

  const adopt = (...more: readonly string[]): Promise<Ended> => stage.cutover("adopt", "staging", ...more);

  it("asks for a reason where CloudFront may keep the record, and writes nothing before it has one", async () => {
    const asked = (host: string) =>
      `  r8 ask: ${host} leads to CloudFront: if Amplify's domain association keeps the record, it must not be edited until retired; nor may CloudFormation or another program keep it\n`;
    expect(await adopt()).toEqual({
      code: 1,
      stdout: `backend: api.example.com
  r4 note: api.example.com: its AAAA record is deleted before users move, because Azure has no IPv6 address for it
  r5 note: api.example.com A: EvaluateTargetHealth becomes false, unless keepsTargetHealth says why not; with true an ill load balancer would send everybody to Azure before anything is proven
frontend: example.com
frontend: www.example.com
${asked("example.com")}  r6 note: www.example.com is a CNAME to d111111abcdef8.cloudfront.net: it becomes an alias of type A in one batch, because nothing weighted may stand beside a CNAME
${asked("www.example.com")}next: mend what says stop, and give a reason for what says ask: --accept RULE=WHY --by NAME
`,
      stderr: AS,
    });
    expect(() => stage.text).toThrow("ENOENT");
    expect(stage.front.batches).toEqual([]);
  });

  it("says what it would write", async () => {
    const { code, stdout } = await adopt("--dry-run", "--accept", "r8=frozen");
    expect(stdout).toContain("r8 accepted: example.com leads to CloudFront");
    expect(stdout).toContain("would write cutover/staging.yaml");
    expect(code).toBe(0);
    expect(() => stage.text).toThrow("ENOENT");
  });

  it("writes every name as it is in the zone, and what was accepted by whom", async () => {
    const { code, stderr } = await adopt("--accept", "r8=frozen until retired", "--by", "Ops");
    expect({ code, stderr }).toEqual({ code: 0, stderr: AS });
    const zone = { id: stage.zone, name: "example.com" };
    const azure = { A: ["127.0.0.7"] };
    const since = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    const accepted = [
      { rule: "r8", why: "frozen until retired", by: "Ops", date: new Date().toISOString().slice(0, 10) },
    ];
    expect(stage.file).toEqual({
      components: {
        backend: {
          names: [
            {
              host: "api.example.com",
              zone,
              aws: [
                { type: "A", alias: ALB },
                { type: "AAAA", alias: ALB, leaves: true },
              ],
              azure,
            },
          ],
          steps: [{ stage: "adopt", since }],
        },
        frontend: {
          names: [
            {
              host: "example.com",
              zone,
              aws: [{ type: "A", alias: { ...CLOUDFRONT, evaluateTargetHealth: false } }],
              azure,
              accepted,
            },
            {
              host: "www.example.com",
              zone,
              aws: [{ type: "CNAME", ttl: 500, values: [CLOUDFRONT.name], becomes: CLOUDFRONT }],
              azure,
              accepted,
            },
          ],
          steps: [{ stage: "adopt", since }],
        },
      },
    });
    // What every name has in common is written out, for whoever reads it at night.
    expect(stage.text).not.toMatch(/[&*]a\d/);
    expect(stage.front.batches).toEqual([]);
  });

  it("looks again before the first deployment: what is in the zone by now is written, and it is the same step", async () => {
    const before = stage.file.components?.["frontend"];
    await stage.front.changePast(stage.zone, [
      { Action: "UPSERT", ResourceRecordSet: { ...(LIVE[4] as RecordSet), TTL: 120 } },
    ]);
    expect((await adopt("frontend", "--accept", "r8=frozen until retired", "--by", "Ops")).code).toBe(0);
    const [apex, www] = before?.names ?? [];
    expect(stage.file.components?.["frontend"]).toEqual({
      names: [apex, { ...www, aws: [{ ...www?.aws[0], ttl: 120 }] }],
      steps: before?.steps,
    });
  });

  it("keeps why a record has its health flag, and who accepted what, when it looks again", async () => {
    const written = stage.text;
    stage.edit("cutover/staging.yaml", [
      /(evaluateTargetHealth: true\n)(?= {10}- type: AAAA)/,
      "$1            keepsTargetHealth: fails over by itself\n",
    ]);
    const said = stage.file;
    expect((await adopt("backend")).code).toBe(0);
    expect((await adopt("frontend", "--accept", "r8=frozen until retired", "--by", "Ops")).code).toBe(0);
    expect(stage.file).toEqual(said);
    expect(said.components?.["backend"]?.names?.[0]?.aws[0]?.keepsTargetHealth).toBe("fails over by itself");
    stage.write(written);
  });

  it("adds a name that domains got after it, and mends the zone, as long as the records are as they were found", async () => {
    const written = stage.text;
    const also = '{ host: "api.example.com", also: [{ host: "other.example.com", does: "redirects" }] }';
    await stage.front.changePast(stage.zone, [{ Action: "DELETE", ResourceRecordSet: ELSEWHERE[1] as RecordSet }]);
    stage.edit("environments/staging.ts", ['backend: "api.example.com"', `backend: ${also}`]);
    stage.write(written.replaceAll(stage.zone, "Z0000000000000"));
    const next = await stage.cutover("next", "staging", "backend", "--dry-run");
    const { code, stderr } = await adopt("backend");
    const blocked = await stage.cutover("next", "staging", "backend", "--dry-run");
    const whole = await adopt("--accept", "r8=frozen until retired", "--by", "Ops");
    expect(next.stderr).toContain("must have other.example.com too (npx mmrv cutover adopt staging backend)");
    expect({ code, stderr }).toEqual({ code: 0, stderr: AS });
    // The other application's zone is still another one.
    expect(blocked.stderr).toContain('components.frontend.names.0.zone.id: got "Z0000000000000"');
    expect(whole.code).toBe(0);
    const names = Object.values(stage.file.components ?? {}).flatMap((one) => one.names ?? []);
    expect(names.map(({ host, zone }) => [host, zone?.id])).toEqual(
      ["api.example.com", "other.example.com", "example.com", "www.example.com"].map((host) => [host, stage.zone]),
    );
    expect(stage.file.components?.["backend"]?.steps).toHaveLength(1);

    stage.write(prepared(written));
    expect(await adopt("backend")).toEqual({
      code: 1,
      stdout: "",
      stderr:
        "cutover/staging.yaml: other.example.com came after the records of backend were prepared, and joins no more; nothing was touched\n  next: nothing has to be done for the cutover, which goes on without; at full, or before AWS's load balancer is deleted, lead the record to Azure by hand\n",
    });
    stage.edit("environments/staging.ts", [`backend: ${also}`, 'backend: "api.example.com"']);
    stage.write(written);
  });

  it("is disturbed by no other environment's file, no editor's, and by no killed write, whose leftover it removes", async () => {
    const folder = join(stage.folder, "cutover");
    const names = readdirSync(folder);
    const written = stage.text;
    const beside = [".staging.yaml.swp", `.staging.yaml.${randomUUID()}`, `.staging.yaml.${randomUUID()}`] as const;
    for (const name of beside) writeFileSync(join(folder, name), "components: {");
    const anHourAgo = Date.now() / 1000 - 3600;
    for (const name of beside.slice(0, 2)) utimesSync(join(folder, name), anHourAgo, anHourAgo);
    writeFileSync(join(folder, "production.yaml"), "components: { nobody: { steps: [] } }\n");
    writeFileSync(join(folder, "prod.yaml"), "{}\n");
    const { code, stderr } = await adopt("backend");
    const left = readdirSync(folder);
    for (const name of [beside[0], beside[2], "prod.yaml", "production.yaml"]) rmSync(join(folder, name));
    expect({ code, stderr }).toEqual({ code: 0, stderr: AS });
    expect(left.sort()).toEqual([...names, beside[0], beside[2], "prod.yaml", "production.yaml"].sort());
    stage.write(written);
  });

  it("does not look again when the records are prepared: what is in the zone is its own", async () => {
    const written = stage.text;
    const now = prepared(written);
    stage.write(now);
    expect(now).not.toBe(written);
    expect(await adopt("backend")).toEqual({
      code: 1,
      stdout: "",
      stderr:
        "cutover/staging.yaml: backend: adopted and prepared already, so what is in the zone now is our own; nothing was touched\n  next: npx mmrv cutover status staging\n",
    });
    expect(stage.text).toBe(now);
    stage.write(written);
  });

  it("stops at a zone that the world does not ask, and where nobody can say which it asks", async () => {
    stage.answer = (type, name) =>
      type === "NS" && name === "example.com" ? [{ type: "NS", name, ttl: 60, data: "ns1.example.org" }] : undefined;
    const other = await adopt("backend");
    stage.answer = (type) => (type === "NS" ? "SERVFAIL" : undefined);
    const nobody = await adopt("backend");
    stage.answer = () => undefined;
    const servers = (await stage.front.nameServers(stage.zone)).sort().join(", ");
    expect([other.code, nobody.code]).toEqual([1, 1]);
    expect(other.stdout).toContain(
      `  r1 stop: example.com is delegated to ns1.example.org, and zone ${stage.zone} is served by ${servers}: weights in it would move nobody; mend aws.hostedZoneId, or the delegation\n`,
    );
    expect(nobody.stdout).toContain(
      `  r1 stop: whether example.com is delegated to zone ${stage.zone} could not be asked: NS of example.com: the resolver did not answer (ESERVFAIL); look at this machine's resolver and network, then again\n`,
    );
  });

  it("does not take a resolver that is out of order for an Azure without an address", async () => {
    stage.answer = (_, name) => (name.endsWith(".cloudapp.azure.com") ? "SERVFAIL" : undefined);
    const broken = await adopt("backend");
    stage.answer = (_, name) => (name.endsWith(".cloudapp.azure.com") ? "NXDOMAIN" : undefined);
    const absent = await adopt("backend");
    stage.answer = () => undefined;
    const label = "mmrv-staging-k3m7.eastus2.cloudapp.azure.com";
    const told = (stderr: string): Ended => ({ code: 1, stdout: "", stderr });
    expect([broken, absent]).toEqual([
      told(
        `staging: where Azure answers could not be asked: A of ${label}: the resolver did not answer (ESERVFAIL); look at this machine's resolver and network, then again; nothing was touched\n  next: run it again, or say --azure-address\n`,
      ),
      told(
        `staging: ${label} has no address, so nobody knows where Azure answers; nothing was touched\n  next: deploy staging-infra, which makes it, or say --azure-address\n`,
      ),
    ]);
    expect(await adopt("backend", "--azure-address", "example.com", "--azure-address", "2001:db8::7")).toEqual(
      told(
        "--azure-address example.com 2001:db8::7: must be IP addresses, at least one of IPv4; nothing was touched\n",
      ),
    );
  });

  it("stops at a zone that is private, and at one that the name is not in", async () => {
    const [secret, other] = [await stage.front.privateZone("corp.example"), await stage.front.zone("example.org")];
    const written = stage.text;
    stage.write("components: {}\n");
    stage.edit("environments/staging.ts", [stage.zone, secret]);
    stage.edit("environments/production.ts", [stage.zone, other]);
    const [inSecret, inOther] = await Promise.all([adopt("backend"), stage.cutover("adopt", "production", "backend")]);
    stage.edit("environments/staging.ts", [secret, stage.zone]);
    stage.edit("environments/production.ts", [other, stage.zone]);
    stage.write(written);
    const next = (environment: string) =>
      `  next: aws route53 list-hosted-zones-by-name --dns-name example.com, then mend aws.hostedZoneId, or the name's own, in environments/${environment}.ts\n`;
    expect([inSecret, inOther]).toEqual([
      {
        code: 1,
        stdout: "",
        stderr: `${AS}zone ${secret} is private: only its VPCs see it; nothing was touched\n${next("staging")}`,
      },
      {
        code: 1,
        stdout: "",
        stderr: `${AS}zone ${other} is that of example.org, which api.production.example.com is not in; nothing was touched\n${next("production")}`,
      },
    ]);
  });

  it("says everything that stands in the way of every name at once, as JSON and nothing else", async () => {
    const balancer = await loadBalancer(stage.moto);
    const twin = await stage.front.privateZone("private.example.com");
    const zone = await stage.front.zone("faulty.example", [...FAULTY, cname("balanced", balancer.name)]);
    const hosts = FAULTY_HOSTS.map((name) => `${name}.faulty.example`);
    const also = [...hosts, "secret.private.example.com"].map(
      (host) =>
        `{ host: "${host}", does: "redirects", hostedZoneId: "${host.endsWith("faulty.example") ? zone : stage.zone}" }`,
    );
    const servers = await stage.front.nameServers(zone);
    stage.answer = (type, name) =>
      type === "NS" && name === "faulty.example"
        ? servers.map((data) => ({ type: "NS", name, ttl: 60, data }) as const)
        : undefined;
    stage.edit("environments/production.ts", [
      'frontend: "production.example.com"',
      `frontend: { host: "production.example.com", also: [${also.join(", ")}] }`,
    ]);
    const { code, stderr, stdout } = await stage.cutover("adopt", "production", "frontend", "--json");
    expect({ code, stderr }).toEqual({ code: 1, stderr: AS });
    const { applications, ...rest } = JSON.parse(stdout) as {
      readonly applications: {
        readonly findings: Readonly<Record<"host" | "rule" | "text" | "weight", string>>[];
        readonly isAdopted: boolean;
        readonly names: { readonly host: string; readonly aws: unknown }[];
      }[];
    };
    const [{ findings = [], isAdopted = true, names = [] } = {}] = applications;
    expect({ ...rest, isAdopted }).toEqual({ environment: "production", dryRun: false, isAdopted: false });
    expect(findings.map(({ rule, text, weight }) => `${rule} ${weight}: ${text}`)).toEqual([
      nothing("production.example.com"),
      nothing("gone.faulty.example"),
      "r7 stop: one.wild.faulty.example is answered by *.wild.faulty.example, so there is nothing to adopt; a record of its own hides the wildcard for every type: make one of each type that the wildcard has, the same values, then adopt it",
      "r3 stop: hints.faulty.example has a record of type HTTPS, which leads past the weights; delete it and wait for its TTL",
      "r9 stop: shared.faulty.example A is one of several already (set identifier blue): somebody else shares it out; ask, and make it a simple record",
      "r8 stop: owned.faulty.example belongs to external-dns (edns-a-owned.faulty.example TXT), which would undo the weights: take the name from it first, and delete that TXT",
      "r10 stop: strict.faulty.example: CAA lets in amazon.com, and not letsencrypt.org by dns-01: both must be allowed until retired, because both sides renew their certificates",
      "r10 stop: shut.faulty.example: CAA lets in nobody, and not letsencrypt.org by dns-01 nor amazon.com: both must be allowed until retired, because both sides renew their certificates",
      "r6 stop: strange.faulty.example is a CNAME to somebody.example.net, which is neither CloudFront nor a load balancer of this account: make it an A record, or an alias, first",
      `r6 note: balanced.faulty.example is a CNAME to ${balancer.name}: it becomes an alias of type A in one batch, because nothing weighted may stand beside a CNAME`,
      "r11 ask: SPF of mailed.faulty.example (v=spf1 a -all) authorises whatever mailed.faulty.example leads to: with the weights the authorised sender changes",
      "r12 note: _0a1b.mailed.faulty.example validates AWS's certificate, which renews until retired: it stays",
      `r2 ask: secret.private.example.com is in the private zone ${twin} too: whoever is in its VPC never sees the weights`,
      nothing("secret.private.example.com"),
    ]);
    expect(names.find(({ host }) => host === "balanced.faulty.example")?.aws).toEqual([
      {
        type: "CNAME",
        ttl: 300,
        values: [balancer.name],
        becomes: { name: balancer.name, zone: balancer.zone },
      },
    ]);
    expect(names.find(({ host }) => host === "strange.faulty.example")?.aws).toEqual([
      { type: "CNAME", ttl: 300, values: ["somebody.example.net"] },
    ]);
    expect(stage.front.batches).toEqual([]);
  });
});

/** The file with one more step of the backend, which stands before the frontend. */
const prepared = (file: string): string =>
  file.replace(
    /( {6}- stage: adopt\n {8}since: (.*)\n)( {2}frontend)/,
    "$1      - stage: adopt\n        prepared: true\n        since: $2\n$3",
  );

const nothing = (host: string): string =>
  `r7 stop: ${host} has no record of type A, AAAA or CNAME: nobody is led anywhere; mend the name in domains, or the record`;

const ALB = {
  name: "dualstack.main-123.us-east-1.elb.amazonaws.com",
  zone: "Z35SXDOTRQ7X7K",
  evaluateTargetHealth: true,
};
const CLOUDFRONT = { name: "d111111abcdef8.cloudfront.net", zone: "Z2FDTNDATAQYW2" };

const FAULTY_HOSTS = [
  "gone",
  "one.wild",
  "hints",
  "shared",
  "owned",
  "strict",
  "shut",
  "strange",
  "balanced",
  "mailed",
];

const record = (name: string, Type: string, Value: string): RecordSet => ({
  Name: `${name}.faulty.example`,
  Type,
  TTL: 300,
  ResourceRecords: [{ Value }],
});
const cname = (name: string, to: string): RecordSet => record(name, "CNAME", to);
const address = (name: string): RecordSet => record(name, "A", "192.0.2.1");

/** One name for each thing that may stand in the way. */
const FAULTY: readonly RecordSet[] = [
  address("*.wild"),
  address("hints"),
  record("hints", "HTTPS", "1 . ipv4hint=192.0.2.1"),
  { ...address("shared"), SetIdentifier: "blue", Weight: 10 },
  address("owned"),
  record("edns-a-owned", "TXT", '"heritage=external-dns,external-dns/owner=main"'),
  address("strict"),
  record("strict", "CAA", '0 issue "amazon.com"'),
  address("shut"),
  record("shut", "CAA", '0 issue ";"'),
  cname("strange", "somebody.example.net"),
  address("mailed"),
  record("mailed", "TXT", '"v=spf1 a -all"'),
  cname("_0a1b.mailed", "_2c3d.acm-validations.aws"),
];

async function loadBalancer(moto: Moto): Promise<{ readonly name: string; readonly zone: string }> {
  const subnets = await moto.call("ec2", "DescribeSubnets", {});
  const ids = [...subnets.matchAll(/<subnetId>(.*?)<\/subnetId>/g)].map(([, id = ""]) => id);
  const client = new ElasticLoadBalancingV2Client({ region: "us-east-1", endpoint: moto.url, credentials: NOBODY });
  const { LoadBalancers } = await client.send(
    new CreateLoadBalancerCommand({ Name: "balanced", Subnets: ids.slice(0, 2), Type: "application" }),
  );
  const [{ CanonicalHostedZoneId: zone = "", DNSName: name = "" } = {}] = LoadBalancers ?? [];
  return { name, zone };
}
