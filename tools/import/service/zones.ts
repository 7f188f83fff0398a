import type { At } from "../at";
import { whoCalls } from "../callers";
import type { Caller } from "../draft";
import type { Ledger } from "../ledger";

/**
 * Names of private zones that lead to a load balancer in front of the application: whoever uses one is inside the VPC.
 * @param groups target groups of the application, whose load balancers AWS names in their ARNs
 */
export function callersByPrivateZone(records: readonly At[], groups: readonly At[], ledger: Ledger): Caller[] {
  const balancers = groups
    .flatMap((group) => group.at("LoadBalancerArns").words)
    .flatMap((arn) => arn.split("/").at(-2) ?? []);
  return records.flatMap((record) => {
    const name = plain(record.at("Name").text ?? "");
    if (!leadsTo(record).some((host) => balancers.some((balancer) => isOf(balancer, host)))) {
      ledger.dropped(record, "leads to something else");
      return [];
    }
    ledger.ask(record.at("Name"), whoCalls(name, "a private zone"));
    ledger.dropped(
      [...places(record)].filter(({ isThere }) => isThere),
      "where the name leads",
    );
    return [{ name, by: "private zone" }];
  });
}

const places = (record: At): At[] => [
  ...record.at("ResourceRecords").items.map((one) => one.at("Value")),
  record.at("AliasTarget", "DNSName"),
];

const leadsTo = (record: At): string[] => places(record).flatMap(({ text }) => (text === undefined ? [] : plain(text)));

/** A load balancer answers at its name with a number behind it, and something in front of it. */
const isOf = (balancer: string, host: string): boolean =>
  host.endsWith(".amazonaws.com") &&
  new RegExp(`^(dualstack\\.)?(internal-)?${balancer.toLowerCase()}-[0-9a-f]+\\.`).test(host);

const plain = (name: string): string => name.toLowerCase().replace(/\.$/, "");
