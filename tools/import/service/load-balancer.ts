import type { At } from "../at";
import type { ServicePart } from "../ecs/inputs";
import { idOf } from "../id";
import type { Ledger } from "../ledger";
import { ACCEPTED } from "../question";

export interface Behind {
  readonly behind?: NonNullable<ServicePart["behind"]>;
  /** ARN of the target group that sends to it. */
  readonly targetGroupArn?: string;
  /** Of every target group of the service. */
  readonly targetGroupArns: readonly string[];
}

/**
 * The container and the port behind the load balancer. The chart's Service has one port: each further entry is asked about, and
 * the answer "main" makes it the one.
 */
export function behindLoadBalancer(service: At, ledger: Ledger): Behind {
  const entries = service.at("loadBalancers").items;
  const others = entries.slice(1).map((entry) => ({ entry, answer: askOther(entry, entries[0], ledger) }));
  const main = others.find(({ answer }) => answer === "main")?.entry ?? entries[0];
  const targetGroupArns = entries.flatMap((entry) => entry.at("targetGroupArn").text ?? []);
  if (main === undefined) return { targetGroupArns };
  if (main !== entries[0]) ledger.dropped(entries.slice(0, 1), "somebody said that another one is the main one");
  settle(main, ledger);
  const [container, port] = [main.at("containerName").text, main.at("containerPort").number];
  const targetGroupArn = main.at("targetGroupArn").text;
  return {
    targetGroupArns,
    ...(targetGroupArn !== undefined && { targetGroupArn }),
    ...(container !== undefined && port !== undefined && { behind: { container, port } }),
  };
}

function settle(main: At, ledger: Ledger): void {
  ledger.mapped(
    ["containerName", "containerPort"].map((name) => main.at(name)).filter(({ isThere }) => isThere),
    "port",
  );
  if (main.at("targetGroupArn").isThere) ledger.mapped(main.at("targetGroupArn"), "probes.readiness");
  const classic = main.at("loadBalancerName");
  if (classic.isThere)
    ledger.ask(classic, {
      id: "load-balancer:classic",
      risk: "unreachable",
      asks: "A Classic Load Balancer is in front of it. What does it listen to and check (aws elb describe-load-balancers)?",
      options: [ACCEPTED],
      without: "the application is reached at its domain by HTTPS, and the probes have the chart's defaults",
    });
  if (main.at("advancedConfiguration").isThere)
    ledger.dropped(
      main.at("advancedConfiguration"),
      "listeners of a roll-out side by side; the chart rolls pod by pod",
    );
}

function askOther(entry: At, first: At | undefined, ledger: Ledger): string | undefined {
  const [container, port] = [entry.at("containerName").text ?? "", entry.at("containerPort").text ?? ""];
  const isSame = first?.at("containerPort").text === port && (first.at("containerName").text ?? "") === container;
  const group = entry.at("targetGroupArn").text?.split("/").at(-2) ?? entry.at("loadBalancerName").text ?? "second";
  return ledger.ask(entry, {
    id: isSame ? idOf("load-balancer", group) : idOf("port", port),
    risk: "unreachable",
    asks: isSame
      ? `A second load balancer (${group}) sends to the same port. Who comes by it, and by which name from now on?`
      : `A second target group (${group}) sends to ${container}:${port}. The chart's Service has one port. Who calls this one?`,
    options: [ACCEPTED, { answer: "main", means: "it is the one that the gateway sends to; the first goes" }],
    without: "nobody reaches it on Azure",
  });
}
