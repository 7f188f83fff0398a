import type { At } from "../at";
import { callersByCloudMap, callersByServiceConnect } from "../callers";
import type { Caller } from "../draft";
import { idOf } from "../id";
import type { Ledger } from "../ledger";
import { ACCEPTED } from "../question";

/** What Service Connect says of time, in seconds. */
export interface TimeLimits {
  readonly idleTimeoutSeconds?: number;
  readonly requestTimeoutSeconds?: number;
}

/**
 * Where the connections of a service are: in the PRIMARY deployment of what AWS answers (the service itself never says them), at
 * the top of what create-service takes. An older deployment is on its way out.
 */
export function connectionsAt(service: At, ledger: Ledger): At {
  const deployments = service.at("deployments").items;
  const primary = deployments.find((deployment) => deployment.at("status").text === "PRIMARY") ?? deployments[0];
  for (const deployment of deployments) {
    if (deployment === primary) ledger.dropped(deployment.at("status"), "this is the one that counts");
    else ledger.dropped(deployment, "an older deployment, on its way out");
  }
  return primary ?? service;
}

/** Who reaches the service by a name inside the VPC, and how long such a request may take. */
export function serviceConnections(
  service: At,
  ledger: Ledger,
  names: ReadonlyMap<string, string> = new Map(),
): { readonly callers: Caller[]; readonly limits: TimeLimits } {
  const from = connectionsAt(service, ledger);
  disks(from, ledger);
  byGateways(from, ledger);
  const connect = from.at("serviceConnectConfiguration");
  const isOff = connect.at("enabled").boolean === false;
  if (isOff) ledger.dropped(connect, "Service Connect is off");
  const callers = [
    ...callersByCloudMap(service, ledger, names),
    ...(isOff ? [] : callersByServiceConnect(connect, ledger)),
  ];
  return { callers, limits: isOff ? {} : limitsOf(connect, ledger) };
}

/** The longest of several, so that none is cut short. */
function limitsOf(connect: At, ledger: Ledger): TimeLimits {
  const services = connect.at("services").items;
  const longest = (name: string, most: number): number | undefined => {
    const seconds = services.flatMap((service) => service.at("timeout", name).number ?? []).filter((each) => each > 0);
    return seconds.length === 0 ? undefined : Math.min(most, Math.max(...seconds));
  };
  for (const service of services) {
    const { idle, whole } = {
      idle: service.at("timeout", "idleTimeoutSeconds"),
      whole: service.at("timeout", "perRequestTimeoutSeconds"),
    };
    if (idle.isThere) ledger.mapped(idle, "routes[].idleTimeoutSeconds");
    if (whole.isThere) ledger.mapped(whole, "routes[].requestTimeoutSeconds");
  }
  const idleTimeoutSeconds = longest("idleTimeoutSeconds", 4000);
  const requestTimeoutSeconds = longest("perRequestTimeoutSeconds", 3600);
  return {
    ...(idleTimeoutSeconds !== undefined && { idleTimeoutSeconds }),
    ...(requestTimeoutSeconds !== undefined && { requestTimeoutSeconds }),
  };
}

function disks(from: At, ledger: Ledger): void {
  for (const volume of from.at("volumeConfigurations").items)
    ledger.ask(volume, {
      id: idOf("volume", volume.at("name").text ?? "disk"),
      risk: "data",
      asks: "Each task gets a disk (EBS) when it starts. What is on it, and may it be empty at each start?",
      options: [ACCEPTED],
      without: "the application gets no such disk",
    });
}

function byGateways(from: At, ledger: Ledger): void {
  const lattice = [from.at("vpcLatticeConfigurations"), from.at("gatewayConnectors")].filter(({ isThere }) => isThere);
  if (lattice.length === 0) return;
  ledger.ask(lattice, {
    id: "lattice",
    risk: "unreachable",
    asks: "It is called by VPC Lattice, or by a gateway of AWS. Who calls it so, and by which name from now on?",
    options: [ACCEPTED],
    without: "those callers do not reach it on Azure",
  });
}
