import type { At } from "./at";
import type { Caller } from "./draft";
import { idOf } from "./id";
import type { Ledger } from "./ledger";
import { ACCEPTED, type Question } from "./question";

/**
 * A service says the ARN of its registry alone.
 * @param names by which the registries answer, where AWS was asked
 */
export function callersByCloudMap(service: At, ledger: Ledger, names: ReadonlyMap<string, string>): Caller[] {
  return service.at("serviceRegistries").items.map((registry) => {
    const arn = registry.at("registryArn").text ?? "registry";
    const name = names.get(arn) ?? arn.split("/").at(-1) ?? "registry";
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
