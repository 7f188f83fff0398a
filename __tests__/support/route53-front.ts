import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import {
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  type CreateHostedZoneCommandInput,
  DeleteHostedZoneCommand,
  GetHostedZoneCommand,
  ListHealthChecksCommand,
  Route53Client,
  type Change as SdkChange,
} from "@aws-sdk/client-route-53";
import { type Change, type RecordSet, recordsAfter, setKey, storedName } from "../../model/cutover/record-set";
import { type Refusal, route53Refusals } from "../../model/cutover/route53";
import { changeInfo, changesIn, errorAnswer, pageOf, recordSetsIn } from "./route53-xml";

/** What is answered in the place of an answer; nothing is taken. */
export interface Refused {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/**
 * "pass" is no fault, for the batches before one; "drop" takes the batch and breaks the connection instead of an answer, which an SDK tries again; "hang" takes it and never
 * answers, so that who has sent it can be killed meanwhile. An error is answered, and nothing is taken.
 */
export type Fault = "pass" | "drop" | "hang" | Refused;

/** Source: docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html#limits-api-requests-route-53. */
export const THROTTLING: Refused = { status: 400, code: "Throttling", message: "Rate exceeded" };

/** As for a login that may not write this zone, which one for another account never may. */
export const ACCESS_DENIED: Refused = {
  status: 403,
  code: "AccessDenied",
  message:
    "User: arn:aws:sts::210987654321:assumed-role/somebody/else is not authorized to perform: route53:ChangeResourceRecordSets because no identity-based policy allows the route53:ChangeResourceRecordSets action",
};

// The SDK warns users of Node.js 20 of versions to come.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";

/** As every client of a local AWS is called; nothing is checked. */
export const NOBODY = { accessKeyId: "test", secretAccessKey: "test" };

/**
 * Route 53 on loopback: a local AWS (moto) that keeps the zones, and in front of it what moto has not. Batches are judged
 * by `route53Refusals` and refused as AWS refuses them; a change is PENDING first; a DELETE takes its own set and no
 * other; pages go on at a set identifier. What is no call of record sets or changes goes to moto as it came.
 *
 * What it does not prove: the rules are ours, read from AWS's pages and from threads, and no test of this repository
 * has spoken to Route 53.
 */
export class Route53Front {
  /** How often GetChange answers PENDING before it answers INSYNC. */
  pendingAnswers = 2;
  /** What happens to the batches to come, one each. */
  readonly faults: Fault[] = [];
  /** What is answered to questions after a change, in the place of an answer, one each. */
  readonly questionFaults: Refused[] = [];
  /** What such questions were answered. */
  readonly statuses: string[] = [];
  /** Every batch that was taken, as it was sent. */
  readonly batches: (readonly Change[])[] = [];
  /** The same as XML, as it came. */
  readonly bodies: string[] = [];
  /** What the asked changes still answer PENDING to. */
  private readonly pending = new Map<string, number>();
  /** The work on the zones, one batch after the other. */
  private work: Promise<unknown> = Promise.resolve();
  private readonly moto: Route53Client;
  private readonly server = createServer((incoming, outgoing) => {
    this.answer(incoming, outgoing).catch((error: unknown) => {
      reply(outgoing, 500, errorAnswer("InternalFailure", String(error)));
    });
  });

  private constructor(private readonly target: string) {
    this.moto = new Route53Client({ endpoint: target, region: "us-east-1", credentials: NOBODY });
  }

  /** @param target the address of moto */
  static async start(target: string): Promise<Route53Front> {
    const front = new Route53Front(target);
    await once(front.server.listen(0, "127.0.0.1"), "listening");
    return front;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as { port: number }).port}`;
  }

  /** A client as the tools have one, but for where it calls. @param maxAttempts 1 for one that does not try again */
  client(maxAttempts = 3): Route53Client {
    return new Route53Client({ endpoint: this.url, region: "us-east-1", credentials: NOBODY, maxAttempts });
  }

  /** Makes a zone that has these records from the start; no batch counts for it. @returns its id */
  async zone(name: string, records: readonly RecordSet[] = []): Promise<string> {
    const id = await this.make(name);
    if (records.length > 0) await this.write(id, [], records);
    return id;
  }

  /** Makes a zone that only a network of its own sees. @returns its id */
  privateZone(name: string): Promise<string> {
    const VPC = { VPCId: "vpc-0123456789abcdef0", VPCRegion: "us-east-1" } as const;
    return this.make(name, { HostedZoneConfig: { PrivateZone: true }, VPC });
  }

  /** A zone whose id begins with a Z, as all of AWS's do; moto draws them from every letter. */
  private async make(
    name: string,
    more: Pick<CreateHostedZoneCommandInput, "HostedZoneConfig" | "VPC"> = {},
  ): Promise<string> {
    for (;;) {
      const { HostedZone } = await this.moto.send(
        new CreateHostedZoneCommand({ Name: name, CallerReference: crypto.randomUUID(), ...more }),
      );
      const id = (HostedZone?.Id ?? "").replace("/hostedzone/", "");
      if (id.startsWith("Z")) return id;
      await this.moto.send(new DeleteHostedZoneCommand({ Id: id }));
    }
  }

  /** Who answers for the zone, when it is delegated to. */
  async nameServers(zone: string): Promise<string[]> {
    const { DelegationSet } = await this.moto.send(new GetHostedZoneCommand({ Id: zone }));
    return DelegationSet?.NameServers ?? [];
  }

  /** Somebody changes the zone past everything that is tested; no batch counts for it. */
  async changePast(zone: string, changes: readonly Change[]): Promise<void> {
    const before = await this.records(zone);
    await this.write(zone, before, recordsAfter(before, changes));
  }

  /** What the zone holds, NS and SOA of the zone itself left out. */
  async records(zone: string): Promise<RecordSet[]> {
    const page = pageOf(await this.list(zone), new URLSearchParams());
    return recordSetsIn(page).filter(({ Type }) => Type !== "NS" && Type !== "SOA");
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
    this.moto.destroy();
  }

  private async answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(incoming.url ?? "", this.url);
    const body = await buffer(incoming);
    const [, zone] = /^\/2013-04-01\/hostedzone\/([^/]+)\/rrset\/?$/.exec(pathname) ?? [];
    const [, change = ""] = /^\/2013-04-01\/change\/([^/]+)$/.exec(pathname) ?? [];
    const zoneName = zone && (await this.nameOf(zone));
    if (this.pending.has(change)) return this.tellStatus(change, outgoing);
    if (zone === undefined || zoneName === undefined) return this.pass(incoming, body, outgoing);
    if (incoming.method === "GET") return reply(outgoing, 200, pageOf(await this.list(zone), searchParams));
    const done = this.work.then(() => this.change({ id: zone, name: zoneName }, body.toString(), outgoing));
    this.work = done.catch(() => {});
    return done;
  }

  private async change(zone: { id: string; name: string }, body: string, outgoing: ServerResponse): Promise<void> {
    const fault = this.faults.shift();
    if (typeof fault === "object") return reply(outgoing, fault.status, errorAnswer(fault.code, fault.message));
    const [batch, before] = [changesIn(body), recordSetsIn(await this.list(zone.id))];
    const healthChecks = (await this.moto.send(new ListHealthChecksCommand({}))).HealthChecks ?? [];
    const known = { name: zone.name, healthChecks: healthChecks.flatMap(({ Id }) => Id ?? []) };
    const refusals = route53Refusals(known, before, batch);
    if (refusals.length > 0) return refuse(outgoing, refusals);
    await this.write(zone.id, before, recordsAfter(before, batch));
    this.batches.push(batch);
    this.bodies.push(body);
    if (fault === "hang") return;
    if (fault === "drop") return void outgoing.destroy();
    const id = `C${String(this.batches.length).padStart(13, "0")}`;
    this.pending.set(id, this.pendingAnswers);
    reply(outgoing, 200, changeInfo("ChangeResourceRecordSets", id, "PENDING"));
  }

  /**
   * Has moto hold what Route 53 would. To moto a DELETE means every set with that set identifier, whatever its name and
   * type, or every set of the name and type; so what must stay is put there again.
   */
  private async write(zone: string, before: readonly RecordSet[], after: readonly RecordSet[]): Promise<void> {
    const staying = new Set(after.map(setKey));
    const gone = before.filter((set) => !staying.has(setKey(set)));
    const put = after.filter(
      (set) => set.Type !== "SOA" && set.Type !== "NS" && (gone.length > 0 || !before.includes(set)),
    );
    const changes = [
      ...gone.map((set) => ({ Action: "DELETE", ResourceRecordSet: set })),
      ...put.map((set) => ({ Action: "UPSERT", ResourceRecordSet: stored(set) })),
    ];
    await this.moto.send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId: zone,
        // The SDK knows the same fields, with lists that may be changed.
        ChangeBatch: { Changes: changes as unknown as SdkChange[] },
      }),
    );
  }

  /** Everything in the zone, in moto's words. */
  private async list(zone: string): Promise<string> {
    const { body } = await this.ask(`/2013-04-01/hostedzone/${zone}/rrset?maxitems=100000`, {});
    return body.toString();
  }

  /** undefined where there is no such zone. */
  private nameOf(zone: string): Promise<string | undefined> {
    return this.moto.send(new GetHostedZoneCommand({ Id: zone })).then(
      ({ HostedZone }) => HostedZone?.Name,
      () => undefined,
    );
  }

  private tellStatus(change: string, outgoing: ServerResponse): void {
    const fault = this.questionFaults.shift();
    if (fault !== undefined) {
      reply(outgoing, fault.status, errorAnswer(fault.code, fault.message));
      return;
    }
    const left = this.pending.get(change) ?? 0;
    this.pending.set(change, left - 1);
    const status = left > 0 ? "PENDING" : "INSYNC";
    this.statuses.push(status);
    reply(outgoing, 200, changeInfo("GetChange", change, status));
  }

  private async pass(incoming: IncomingMessage, body: Buffer, outgoing: ServerResponse): Promise<void> {
    const { method = "GET", url = "/", headers } = incoming;
    const kept = ["authorization", "content-type", "x-amz-target"].flatMap((name) => {
      const value = headers[name];
      return typeof value === "string" ? [[name, value]] : [];
    });
    const sent = body.length > 0 ? { body: new Uint8Array(body) } : {};
    const answer = await this.ask(url, { method, headers: Object.fromEntries(kept), ...sent });
    outgoing.writeHead(answer.status, { "Content-Type": answer.type });
    outgoing.end(answer.body);
  }

  private async ask(path: string, init: RequestInit): Promise<{ status: number; type: string; body: Buffer }> {
    // moto reads the service from the credential.
    const authorization = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/route53/aws4_request";
    const answered = await fetch(new URL(path, this.target), { ...init, headers: { authorization, ...init.headers } });
    const type = answered.headers.get("Content-Type") ?? "text/xml";
    return { status: answered.status, type, body: Buffer.from(await answered.arrayBuffer()) };
  }
}

/** As Route 53 gives a set back, however it was written. */
function stored({ AliasTarget, ...set }: RecordSet): RecordSet {
  const alias = AliasTarget && { AliasTarget: { ...AliasTarget, DNSName: storedName(AliasTarget.DNSName) } };
  return { ...set, ...alias, Name: storedName(set.Name) };
}

/**
 * A malformed batch is refused before it is held against the zone, for its first fault; what the zone does not allow is
 * answered all at once, as a list in brackets (aws/aws-sdk-kotlin#1435).
 */
function refuse(outgoing: ServerResponse, refusals: readonly Refusal[]): void {
  const of = (code: Refusal["code"]) => refusals.filter((one) => one.code === code).map(({ message }) => message);
  const [malformed] = of("InvalidInput");
  const [unchecked] = of("NoSuchHealthCheck");
  if (malformed !== undefined) reply(outgoing, 400, errorAnswer("InvalidInput", malformed));
  else if (unchecked !== undefined) reply(outgoing, 404, errorAnswer("NoSuchHealthCheck", unchecked));
  else reply(outgoing, 400, errorAnswer("InvalidChangeBatch", `[${of("InvalidChangeBatch").join(", ")}]`));
}

function reply(outgoing: ServerResponse, status: number, body: string): void {
  outgoing.writeHead(status, { "Content-Type": "text/xml" });
  outgoing.end(body);
}
