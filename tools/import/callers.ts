import type { At } from "./at";
import type { Caller } from "./draft";
import { idOf } from "./id";
import type { Ledger } from "./ledger";
import { ACCEPTED, type Question } from "./question";

/** Callers have the name of a registry; what it is called for them stands in Cloud Map alone. */
export function callersByCloudMap(service: At, ledger: Ledger): Caller[] {
  return service.at("serviceRegistries").items.map((registry) => {
    const name = registry.at("registryArn").text?.split("/").at(-1) ?? "registry";
    ledger.ask(registry, whoCalls(name, "Cloud Map"));
    return { name, by: "Cloud Map" };
  });
}

/** @param connect a serviceConnectConfiguration */
export function callersByServiceConnect(connect: At, ledger: Ledger): Caller[] {
  const by = "Service Connect";
  const services = connect.at("services").items;
  settle(connect, services.length > 0, ledger);
  return services.flatMap((service) => {
    const discovery = service.at("discoveryName").text ?? service.at("portName").text ?? "service";
    const aliases = service.at("clientAliases").items;
    const named = aliases.length > 0 ? aliases : [service.at("discoveryName")];
    const callers = named.map((alias) => {
      const name = alias.at("dnsName").text ?? discovery;
      ledger.ask(alias.at("dnsName").isThere ? alias.at("dnsName") : alias, whoCalls(name, by));
      ledger.dropped(
        [alias.at("port"), alias.at("testTrafficRules")].filter(({ isThere }) => isThere),
        "part of how the name was reached",
      );
      return { name, by };
    });
    for (const name of ["portName", "discoveryName", "ingressPortOverride"])
      if (service.at(name).isThere) ledger.dropped(service.at(name), "part of how the name was reached");
    if (service.at("tls").isThere) ledger.ask(service.at("tls"), encrypted);
    return callers;
  });
}

function settle(connect: At, isServer: boolean, ledger: Ledger): void {
  const parts = ["enabled", "namespace"].map((name) => connect.at(name)).filter(({ isThere }) => isThere);
  ledger.dropped(parts, "Service Connect is a proxy of ECS; here a name is a Service or a domain");
  if (parts.length > 0 && !isServer)
    ledger.note("It calls others by names of Service Connect, which exist on AWS alone: see its variables for them.");
}

const encrypted: Question = {
  id: "service-connect:tls",
  risk: "access lost",
  asks: "Service Connect encrypts what its callers send inside the network. Must it be encrypted inside the cluster too?",
  options: [ACCEPTED],
  without: "the gateway ends TLS, and sends plain HTTP to the pod",
};

/** A private name leads to AWS as long as nobody changes it, and nowhere once the tasks are gone. */
export const whoCalls = (name: string, by: string): Question => ({
  id: idOf("caller", name),
  risk: "unreachable",
  asks: `Who on AWS calls it by ${name} (${by})? That name leads to tasks of ECS only.`,
  options: [ACCEPTED],
  without: "whoever uses that name goes on calling AWS, and finds nobody there when the tasks stop",
});

/** A record of a hosted zone, as list-resource-record-sets answers. */
export interface ZoneRecord {
  readonly name: string;
  /** Names and addresses that it leads to, an alias's too. */
  readonly leadsTo: readonly string[];
}

/**
 * Names of a private zone that lead to the application's load balancer.
 * @param loadBalancers DNS names of it
 */
export function callersByPrivateZone(records: readonly ZoneRecord[], loadBalancers: readonly string[]): Caller[] {
  const plain = (name: string): string =>
    name
      .toLowerCase()
      .replace(/\.$/, "")
      .replace(/^dualstack\./, "");
  const ours = new Set(loadBalancers.map(plain));
  return records
    .filter(({ leadsTo }) => leadsTo.some((name) => ours.has(plain(name))))
    .map(({ name }) => ({ name: plain(name), by: "private zone" }));
}
