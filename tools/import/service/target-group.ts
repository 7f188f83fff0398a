import type { At } from "../at";
import type { ServicePart } from "../ecs/inputs";
import type { Ledger } from "../ledger";
import type { Option, Question } from "../question";
import { ACCEPTED } from "../question";

type Readiness = NonNullable<ServicePart["readiness"]>;

export interface Checked {
  readonly readiness?: Readiness;
  /** How long AWS lets a start take before it gives up. */
  readonly startupSeconds?: number;
}

/** What the model takes: model/schema/workload.ts. */
const MOST = { periodSeconds: 300, timeoutSeconds: 60, failureThreshold: 120 } as const;

const PATH: Option = {
  form: "a path such as /healthz",
  fits: /^\/\S*$/,
  means: "the application answers it with 200 to 399, on its own port",
};

/**
 * What a target group asks of its targets, as a readiness probe: the kubelet asks the application's own port by HTTP/1.1, and
 * takes 200 to 399.
 * @param port of the application, where the service says it
 */
export function readinessOf(group: At, port: number | undefined, ledger: Ledger): Checked {
  for (const name of ["TargetGroupArn", "TargetGroupName", "Name"])
    if (group.at(name).isThere) ledger.dropped(group.at(name), "the gateway takes its place");
  targets(group, ledger);
  if (group.at("HealthCheckEnabled").boolean === false) {
    ledger.dropped(checks(group), "it checks nothing");
    return {};
  }
  const path = pathOf(group, port, ledger);
  const times = timesOf(group, ledger);
  const { failureThreshold, periodSeconds } = times;
  return {
    readiness: { ...(path !== undefined && { path }), ...times },
    ...(failureThreshold !== undefined &&
      periodSeconds !== undefined && { startupSeconds: failureThreshold * periodSeconds }),
  };
}

const checks = (group: At): At[] =>
  [
    ...[
      "HealthCheckEnabled",
      "HealthCheckProtocol",
      "HealthCheckPort",
      "HealthCheckPath",
      "HealthCheckIntervalSeconds",
    ],
    ...["HealthCheckTimeoutSeconds", "HealthyThresholdCount", "UnhealthyThresholdCount", "Matcher"],
  ]
    .map((name) => group.at(name))
    .filter(({ isThere }) => isThere);

function targets(group: At, ledger: Ledger): void {
  const type = group.at("TargetType");
  if (["ip", "instance"].includes(type.text ?? "")) ledger.dropped(type, "pods have an address of their own");
}

/** The path, unless the answer to one of the questions is another. */
function pathOf(group: At, port: number | undefined, ledger: Ledger): string | undefined {
  const own = group.at("HealthCheckPath");
  const answers = [protocol(group, ledger), otherPort(group, port, ledger), matcher(group, ledger)];
  const isSpoken = /^HTTPS?$/.test(group.at("HealthCheckProtocol").text ?? "HTTP");
  const isGrpc = group.at("ProtocolVersion").text === "GRPC";
  const answered = answers.find((answer) => answer?.startsWith("/"));
  if (own.isThere) ledger.mapped(own, "probes.readiness.path");
  if (group.at("HealthCheckEnabled").isThere) ledger.dropped(group.at("HealthCheckEnabled"), "the kubelet always asks");
  if (answered !== undefined) return answered;
  return isSpoken && !isGrpc ? (own.text ?? "/") : undefined;
}

function protocol(group: At, ledger: Ledger): string | undefined {
  const [spoken, version, check] = [group.at("Protocol"), group.at("ProtocolVersion"), group.at("HealthCheckProtocol")];
  const grpc = group.at("Matcher", "GrpcCode");
  const places = [spoken, version, check, grpc].filter(({ isThere }) => isThere);
  const isHttp = (spoken.text ?? "HTTP") === "HTTP" && (check.text ?? "HTTP") === "HTTP";
  if (isHttp && (version.text ?? "HTTP1") === "HTTP1") {
    ledger.dropped(places, "so does the gateway: HTTP/1.1 to the pod");
    return undefined;
  }
  const what = [spoken.text, version.text].filter((word) => word !== undefined && word !== "HTTP1" && word !== "HTTP");
  const names = what.length > 0 ? what.join(" ") : `${check.text} for its checks`;
  const question: Question = {
    id: "probe:protocol",
    risk: "unreachable",
    asks: `The load balancer speaks ${names} with it; the gateway and the kubelet speak HTTP/1.1 without TLS. Does it answer that too, and at which path?`,
    options: [PATH, ACCEPTED],
    without: "the gateway does not reach it, or the pod never becomes ready",
  };
  return ledger.ask(places, question);
}

function otherPort(group: At, port: number | undefined, ledger: Ledger): string | undefined {
  const at = group.at("HealthCheckPort");
  if (!at.isThere) return undefined;
  if (at.text === "traffic-port" || at.number === port) {
    ledger.dropped(at, "the kubelet asks the application's own port");
    return undefined;
  }
  return ledger.ask(at, {
    id: "probe:port",
    risk: "unreachable",
    asks: `The load balancer asks port ${at.text} whether it is well, which is not where it serves. The kubelet asks the application's own port: which path answers there?`,
    options: [PATH, { answer: "accepted", means: "the same path answers on the application's own port" }],
    without: "the kubelet asks the same path on the application's own port, and the pod may never become ready",
  });
}

function matcher(group: At, ledger: Ledger): string | undefined {
  const at = group.at("Matcher", "HttpCode");
  if (!at.isThere) return undefined;
  const outside = (at.text ?? "").split(",").filter((range) => !/^[23]\d\d(-[23]\d\d)?$/.test(range.trim()));
  if (outside.length === 0) {
    ledger.defaulted(at, "probes.readiness", "the kubelet takes 200 to 399");
    return undefined;
  }
  return ledger.ask(at, {
    id: "probe:matcher",
    risk: "does not start",
    asks: `The load balancer takes ${outside.join(", ")} as a good answer; the kubelet takes 200 to 399 only, and asks by the pod's address. Which path answers so?`,
    options: [PATH, { answer: "accepted", means: "the path answers with 200 to 399 all the same" }],
    without: "a pod that answers so never becomes ready",
  });
}

function timesOf(group: At, ledger: Ledger): Omit<Readiness, "path"> {
  const times = {
    periodSeconds: within(group.at("HealthCheckIntervalSeconds"), "periodSeconds", ledger),
    timeoutSeconds: timeoutOf(group.at("HealthCheckTimeoutSeconds"), ledger),
    failureThreshold: within(group.at("UnhealthyThresholdCount"), "failureThreshold", ledger),
  };
  return Object.fromEntries(Object.entries(times).filter(([, value]) => value !== undefined));
}

/** AWS's own limits are within the chart's; what is beyond both stays unclaimed, and so is asked about. */
function within(at: At, key: keyof typeof MOST, ledger: Ledger): number | undefined {
  if (at.number === undefined || at.number > MOST[key]) return undefined;
  ledger.mapped(at, `probes.readiness.${key}`);
  return at.number;
}

function timeoutOf(at: At, ledger: Ledger): number | undefined {
  const most = MOST.timeoutSeconds;
  if (at.number === undefined || at.number <= most) return within(at, "timeoutSeconds", ledger);
  const answer = ledger.ask(at, {
    id: "probe:timeout",
    risk: "does not start",
    asks: `The load balancer waits ${at.number} s for an answer, and the kubelet here at most ${most}. How many seconds does a slow answer take?`,
    options: [
      { form: `a number from 1 to ${most}`, fits: /^([1-9]|[1-5]\d|60)$/, means: "so many seconds" },
      { answer: "accepted", means: `${most} s are enough` },
    ],
    without: `${most} s, and a pod that takes longer is out of traffic`,
  });
  return answer === undefined || answer === "accepted" ? most : Number(answer);
}
