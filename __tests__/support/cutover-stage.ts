import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { parse } from "yaml";
import type { RecordSet } from "../../model/cutover/record-set";
import type { CutoverFile } from "../../model/cutover/schema";
import { type DnsReply, DnsServer } from "./dns-server";
import { fillMarkers } from "./edits";
import { Moto } from "./moto";
import { copyProject } from "./project-copy";
import { NOBODY, Route53Front } from "./route53-front";

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The records of the zone as somebody has them who runs on AWS; the same shapes as the importer's example has. */
const ALB = { HostedZoneId: "Z35SXDOTRQ7X7K", DNSName: "dualstack.main-123.us-east-1.elb.amazonaws.com." };
const CLOUDFRONT = { HostedZoneId: "Z2FDTNDATAQYW2", DNSName: "d111111abcdef8.cloudfront.net." };
export const LIVE: readonly RecordSet[] = [
  { Name: "api.example.com.", Type: "A", AliasTarget: { ...ALB, EvaluateTargetHealth: true } },
  { Name: "api.example.com.", Type: "AAAA", AliasTarget: { ...ALB, EvaluateTargetHealth: true } },
  { Name: "example.com.", Type: "A", AliasTarget: { ...CLOUDFRONT, EvaluateTargetHealth: false } },
  { Name: "example.com.", Type: "MX", TTL: 3600, ResourceRecords: [{ Value: "10 mail.example.net" }] },
  { Name: "www.example.com.", Type: "CNAME", TTL: 500, ResourceRecords: [{ Value: "d111111abcdef8.cloudfront.net" }] },
];

/** A copy of the program, a Route 53 with AWS's rules, and a DNS that says where the zone is delegated to. */
export class CutoverStage {
  private readonly running = new Set<ChildProcess>();
  /** What the test's DNS answers before anything else; undefined for what it answers anyway. */
  answer: (type: string, name: string) => DnsReply | undefined = () => undefined;

  private constructor(
    readonly folder: string,
    readonly front: Route53Front,
    readonly zone: string,
    readonly dns: DnsServer,
    readonly moto: Moto,
  ) {}

  static async start(records: readonly RecordSet[] = LIVE): Promise<CutoverStage> {
    const moto = await Moto.start();
    const front = await Route53Front.start(moto.url);
    const zone = await front.zone("example.com", records);
    const folder = copyProject();
    fillMarkers(folder);
    for (const environment of ["staging", "production"]) inZone(folder, environment, zone);
    const nameServers = await front.nameServers(zone);
    let stage: CutoverStage | undefined;
    const dns = await DnsServer.start((type, name) => {
      const own = stage?.answer(type, name);
      if (own !== undefined) return own;
      if (type === "NS" && name === "example.com")
        return nameServers.map((data) => ({ type: "NS", name, ttl: 60, data }) as const);
      // Whoever is one of them is on loopback, where nobody listens: asking it fails at once.
      if (type === "A" && nameServers.includes(name)) return [{ type: "A", name, ttl: 60, data: "127.0.0.1" }];
      if (type === "A" && name.endsWith(".cloudapp.azure.com"))
        return [{ type: "A", name, ttl: 60, data: "127.0.0.7" }];
      return [];
    });
    stage = new CutoverStage(folder, front, zone, dns, moto);
    return stage;
  }

  /** `npx mmrv cutover …` in the copy; whoever answers DNS is the test's. */
  cutover(...args: readonly string[]): Promise<Ended> {
    return this.mmrv(["cutover", ...args, ...(args[0] === "history" ? [] : ["--resolver", this.dns.at])]);
  }

  /** @param onStart for whoever wants to kill it */
  async mmrv(
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
    onStart: (child: ChildProcess) => void = () => {},
  ): Promise<Ended> {
    const child = spawn(process.execPath, ["tools/cli/mmrv.mjs", ...args], {
      cwd: this.folder,
      env: { ...process.env, ...this.login, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.running.add(child);
    onStart(child);
    const [stdout, stderr, code] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      new Promise<number | null>((resolve) => child.once("exit", resolve)),
    ]);
    this.running.delete(child);
    return { code, stdout, stderr };
  }

  /** The file of staging, as written and as read. */
  get text(): string {
    return readFileSync(this.path, "utf8");
  }
  get file(): CutoverFile {
    return parse(this.text) as CutoverFile;
  }
  write(content: string): void {
    mkdirSync(dirname(this.path), { recursive: true });
    writeFileSync(this.path, content);
  }

  /** Changes a file of the copy; every text that is replaced must be there. */
  edit(file: string, ...pairs: readonly (readonly [from: string | RegExp, to: string])[]): void {
    const path = join(this.folder, file);
    const after = pairs.reduce(
      (before, [from, to]) => {
        const changed = before.replace(from, to);
        if (changed === before) throw new Error(`${file}: nothing to replace: ${from}`);
        return changed;
      },
      readFileSync(path, "utf8"),
    );
    writeFileSync(path, after);
  }

  /** Puts other records in the place of all that the zone has; no batch counts for it. */
  async setRecords(records: readonly RecordSet[], zone = this.zone): Promise<void> {
    const before = await this.front.records(zone);
    await this.front.changePast(zone, [
      ...before.map((set) => ({ Action: "DELETE", ResourceRecordSet: set }) as const),
      ...records.map((set) => ({ Action: "CREATE", ResourceRecordSet: set }) as const),
    ]);
  }

  /** What the zone has of a name, as "TYPE set weight". */
  async weights(host: string): Promise<string[]> {
    const records = await this.front.records(this.zone);
    return records
      .filter(({ Name, Type }) => Name === `${host}.` && ["A", "AAAA", "CNAME"].includes(Type))
      .map(({ SetIdentifier, Type, Weight }) =>
        [Type, SetIdentifier, Weight].filter((one) => one !== undefined).join(" "),
      );
  }

  async stop(): Promise<void> {
    for (const child of this.running) child.kill("SIGKILL");
    await this.dns.stop();
    this.front.stop();
    this.moto.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get login(): Record<string, string> {
    return {
      AWS_ENDPOINT_URL: this.front.url,
      AWS_ACCESS_KEY_ID: NOBODY.accessKeyId,
      AWS_SECRET_ACCESS_KEY: NOBODY.secretAccessKey,
      AWS_EC2_METADATA_DISABLED: "true",
    };
  }

  private get path(): string {
    return join(this.folder, "cutover", "staging.yaml");
  }
}

/** Real names in a real zone; production has others, because two environments share no host. */
function inZone(folder: string, environment: string, zone: string): void {
  const path = join(folder, "environments", `${environment}.ts`);
  const domains =
    environment === "staging"
      ? '{ backend: "api.example.com", frontend: { host: "example.com", also: [{ host: "www.example.com", does: "redirects" }] } }'
      : '{ backend: "api.production.example.com", frontend: "production.example.com" }';
  const before = readFileSync(path, "utf8");
  const after = before
    .replace(/domains: \{.*\},/, `domains: ${domains},`)
    .replace(/hostedZoneId: ".*"/, `hostedZoneId: "${zone}"`);
  writeFileSync(path, after);
}
