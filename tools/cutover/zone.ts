import { setTimeout as sleep } from "node:timers/promises";
import {
  ChangeResourceRecordSetsCommand,
  GetChangeCommand,
  GetHostedZoneCommand,
  ListHostedZonesByNameCommand,
  ListResourceRecordSetsCommand,
  type ListResourceRecordSetsResponse,
  type ResourceRecordSet,
  Route53Client,
} from "@aws-sdk/client-route-53";
import type { Batch } from "../../model/cutover/batches";
import type { RecordSet } from "../../model/cutover/record-set";
import { UserError } from "../../model/user-error";
import { isLogin, isNetwork, loginCommand } from "../aws/errors";
import { type BRIEF, PATIENT } from "../aws/retry";
import { flat } from "../flat";
import { describeUnexpected, partsOf } from "../unexpected";

/** A public zone of Route 53, as it is now. */
export interface LiveZone {
  readonly id: string;
  readonly name: string;
  readonly isPrivate: boolean;
  /** The servers that answer for it when its parent delegates to it. */
  readonly nameServers: readonly string[];
}

/** How often a change is asked after: it takes up to a minute (docs.aws.amazon.com/Route53/latest/APIReference/API_GetChange.html). */
const [ASKS, PAUSE_MS] = [60, 2_000];

/** Route 53 with the caller's login. Every refusal is a sentence: what, why, and what to do next. */
export class Route53 {
  private readonly client: Route53Client;

  /**
   * @param who the role that may do all this, for whoever is refused
   * @param patience how long it is tried
   */
  constructor(
    private readonly who: string,
    patience: typeof PATIENT | typeof BRIEF = PATIENT,
  ) {
    // Its only region; the endpoint is one for all.
    this.client = new Route53Client({ ...patience, region: "us-east-1" });
  }

  async zone(id: string): Promise<LiveZone> {
    const { DelegationSet, HostedZone } = await this.ask(`look at zone ${id}`, () =>
      this.client.send(new GetHostedZoneCommand({ Id: id })),
    );
    return {
      id,
      name: bare(HostedZone?.Name ?? ""),
      isPrivate: HostedZone?.Config?.PrivateZone === true,
      nameServers: DelegationSet?.NameServers ?? [],
    };
  }

  /** The zones of exactly this name, public and private. */
  async zonesNamed(name: string): Promise<{ readonly id: string; readonly isPrivate: boolean }[]> {
    const { HostedZones = [] } = await this.ask(`look for other zones called ${name}`, () =>
      this.client.send(new ListHostedZonesByNameCommand({ DNSName: name })),
    );
    return HostedZones.filter(({ Name = "" }) => bare(Name) === name).map(({ Config, Id = "" }) => ({
      id: Id.replace("/hostedzone/", ""),
      isPrivate: Config?.PrivateZone === true,
    }));
  }

  /** Every record set of a zone. */
  async records(HostedZoneId: string): Promise<RecordSet[]> {
    const found: ResourceRecordSet[] = [];
    let from: {
      StartRecordName?: string;
      StartRecordType?: ResourceRecordSet["Type"];
      StartRecordIdentifier?: string;
    } = {};
    for (;;) {
      const page: ListResourceRecordSetsResponse = await this.ask(`list the records of zone ${HostedZoneId}`, () =>
        this.client.send(new ListResourceRecordSetsCommand({ HostedZoneId, ...from })),
      );
      found.push(...(page.ResourceRecordSets ?? []));
      if (!page.IsTruncated) return found.map(recordSetOf);
      from = {
        ...(page.NextRecordName !== undefined && { StartRecordName: page.NextRecordName }),
        ...(page.NextRecordType !== undefined && { StartRecordType: page.NextRecordType }),
        ...(page.NextRecordIdentifier !== undefined && { StartRecordIdentifier: page.NextRecordIdentifier }),
      };
    }
  }

  /** Sends a batch, which Route 53 takes as a whole or not at all, and waits until every server of AWS has it. */
  async change(batch: Batch): Promise<void> {
    await this.waitFor(await this.send(batch));
  }

  /** Sends a batch, which is live as soon as it is taken. @returns by which id the change is asked after */
  async send(batch: Batch): Promise<string> {
    const { ChangeInfo } = await this.ask(`change zone ${batch.HostedZoneId}`, () =>
      this.client.send(new ChangeResourceRecordSetsCommand(structuredClone(batch) as never)),
    );
    return ChangeInfo?.Id ?? "";
  }

  /** @throws UserError when Route 53 does not say within two minutes that every server of AWS has a change */
  async waitFor(Id: string): Promise<void> {
    for (let asks = 0; asks < ASKS; asks += 1) {
      const { ChangeInfo: now } = await this.ask("ask whether a change is everywhere", () =>
        this.client.send(new GetChangeCommand({ Id })),
      );
      if (now?.Status === "INSYNC") return;
      await sleep(PAUSE_MS);
    }
    throw new UserError(
      `Route 53 took the change, and has not said INSYNC for ${(ASKS * PAUSE_MS) / 1000} s\n  next: run it again; it goes on from there`,
    );
  }

  /** @param what it is to do, as a refusal names it */
  private async ask<T>(what: string, send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      throw this.refusal(what, error);
    }
  }

  private refusal(what: string, error: unknown): UserError {
    const { code, name } = partsOf(error);
    if (isNetwork(error))
      return new UserError(
        `AWS cannot be reached to ${what} (${code || name})\n  next: run it again, it goes on from there; npx mmrv cutover status asks the name servers without AWS`,
      );
    if (name === "InvalidChangeBatch" || name === "InvalidInput")
      return new UserError(
        `Route 53 refuses to ${what}, and nothing is changed: ${flat(messagesOf(error))}\n  next: npx mmrv cutover status says what is there now`,
      );
    if (name === "NoSuchHostedZone")
      return new UserError(
        `Route 53 has no such zone, asked to ${what}\n  next: aws route53 list-hosted-zones, then mend aws.hostedZoneId`,
      );
    if (/AccessDenied/.test(name))
      return new UserError(
        `AWS does not let you ${what} (${name})\n  next: take the role ${this.who}, which may (docs/cutover.md)`,
      );
    if (isLogin(error))
      return new UserError(
        `you are not logged in to AWS, or not any more (${name})\n  next: ${loginCommand()}, then again`,
      );
    if (/Throttl|PriorRequestNotComplete/.test(name))
      return new UserError(`Route 53 was asked too often to ${what} (${name})\n  next: run it again in a minute`);
    return new UserError(`Route 53: to ${what}: ${describeUnexpected(error)}`);
  }
}

/** A name without its last dot, and without the escapes by which Route 53 writes an asterisk. */
export const bare = (name: string): string => name.replace(/\.$/, "").replace("\\052", "*").toLowerCase();

/** Records of DNS are no secret, so what Route 53 says of them may be shown. */
const messagesOf = (error: unknown): string => {
  const { message, messages } = error as { readonly message?: string; readonly messages?: readonly string[] };
  return messages?.join(" ") || message || "it does not say why";
};

/** What AWS answered, in the form in which the program writes record sets. */
function recordSetOf({ AliasTarget, Name = "", Type = "A", ...rest }: ResourceRecordSet): RecordSet {
  return {
    ...(rest as Omit<RecordSet, "Name" | "Type" | "AliasTarget">),
    Name: bare(Name),
    Type,
    ...(AliasTarget && {
      AliasTarget: {
        HostedZoneId: AliasTarget.HostedZoneId ?? "",
        DNSName: bare(AliasTarget.DNSName ?? ""),
        EvaluateTargetHealth: AliasTarget.EvaluateTargetHealth === true,
      },
    }),
  };
}
