import type { Environment } from "../environment";
import type { HelmValues } from "../helm-values";
import { describeIssue, describeIssues, type Issue, issue } from "../rules/issue";
import { evaluateShape, type Shape } from "../rules/shape";
import type { Workload } from "../schema/workload";
import { Cutover, type ReadCutover } from "./files";
import { nameIssues } from "./name-rules";
import { egressMet } from "./position";
import { cutoverSchema } from "./schema";
import { isAfter, isMoving } from "./stages";
import { stepIssues } from "./step-rules";

/** An environment, and what of it a cutover can be judged by. */
interface EvaluatedEnvironment {
  readonly settings: Environment;
  readonly shape: Pick<Shape, "isSound">;
}

/** What the rules read of an environment. */
const READS = ["applications", "aws.hostedZoneId", "dns", "domains", "egress", "name"] as const;

/** Every issue of one environment's file, one a line, and of what it forbids the environment and its values. */
export function cutoverIssues(
  { settings, shape }: EvaluatedEnvironment,
  { content, file, issues }: ReadCutover,
  helmValues: HelmValues | undefined,
): string[] {
  if (issues.length > 0) return issues.map((each) => describeIssue("", each));
  const evaluated = evaluateShape(cutoverSchema, content);
  const at = () => `${file} `;
  if (evaluated.issues.length > 0) return describeIssues(at, evaluated.issues);
  if (!READS.every(shape.isSound)) return [];
  const cutover = new Cutover(cutoverSchema.parse(content));
  const own = [
    ...strangers(settings, cutover),
    ...unproved(settings, cutover),
    ...unstoppedJobs(settings, cutover),
    ...settings.applications
      .filter(({ kind }) => kind === "web")
      .flatMap((application) => [
        ...nameIssues(settings, application.name, cutover),
        ...stepIssues(application, cutover),
      ]),
  ];
  return [
    ...describeIssues(at, own),
    ...describeIssues(() => `${settings.name}.`, egressInTheMiddle(settings, cutover, file)),
    ...(helmValues === undefined ? [] : jobsOnBothClouds(settings, cutover, helmValues, file)),
  ];
}

/** What is said of an application that is not there, or that nobody reaches. */
function strangers({ applications }: Environment, { file }: Cutover): Issue[] {
  const webs = applications.filter(({ kind }) => kind === "web").map(({ name }) => name);
  const onAws = applications.filter(({ from }) => from !== "nowhere").map(({ name }) => name);
  const unknown = (path: "components" | "jobs", fit: readonly string[], what: string) =>
    Object.keys(file[path] ?? {})
      .filter((name) => !fit.includes(name))
      .map((name) => issue(`${path}.${name}`, name, `must be ${what}: ${fit.join(", ") || "there is none"}`));
  return [
    ...unknown("components", webs, "a web application of the environment"),
    ...unknown("jobs", onAws, "an application that AWS runs today"),
  ];
}

/** The evidence that jobs have ended on the cloud that they leave, by the one that they come to. */
const STOPPED = { azure: "stopped-on-aws", aws: "stopped-on-azure" } as const;

/** Two clouds with one queue: what is not known to be stopped runs. */
function unstoppedJobs({ applications }: Environment, { file }: Cutover): Issue[] {
  const known = Object.entries(file.jobs ?? {}).filter(([name]) => applications.some((one) => one.name === name));
  return known.flatMap(([name, steps]) =>
    steps.flatMap(({ cloud, evidence = [], since }, index) => {
      const path = `jobs.${name}.${index}`;
      const [before, gate] = [steps[index - 1], STOPPED[cloud]];
      return [
        ...((before?.cloud ?? "aws") === cloud
          ? [issue(`${path}.cloud`, cloud, "must be the other cloud than before (jobs are on AWS at first)")]
          : []),
        ...(before !== undefined && Date.parse(since) < Date.parse(before.since)
          ? [issue(`${path}.since`, since, `must not be before ${before.since} (steps are in their order)`)]
          : []),
        ...(evidence.some((each) => each.gate === gate)
          ? []
          : [
              issue(
                `${path}.evidence`,
                evidence.map((each) => each.gate).join(", ") || undefined,
                `must say ${gate}: by whom, when and how they were stopped there`,
              ),
            ]),
      ];
    }),
  );
}

/** Whoever gives records weights has seen it work with this provider in this zone. */
function unproved({ applications, dns, name }: Environment, cutover: Cutover): Issue[] {
  if (dns.via !== "route53" || cutover.file.proof !== undefined) return [];
  const first = applications.find(
    ({ kind, name }) => kind === "web" && !["off", "adopt"].includes(cutover.stageOf(name)),
  );
  if (first === undefined) return [];
  const at = `${first.name} is at ${cutover.stageOf(first.name)}`;
  const must = `must be there before ready, and ${at} (npx mmrv cutover prove ${name}: every stage on a throw-away name)`;
  return [issue("proof", undefined, must)];
}

/** Users whose allow-lists and connections depend on the address must not lose it half-way. */
function egressInTheMiddle({ applications, egress }: Environment, cutover: Cutover, file: string): Issue[] {
  return applications.flatMap(({ name }) => {
    const { stage } = cutover.positionOf(name);
    if (!isMoving(stage)) return [];
    const met = egressMet(cutover.component(name)?.steps ?? []);
    const at = `${name} is at ${stage} in ${file}`;
    return [
      ...(met !== undefined && met !== egress.via
        ? [
            issue(
              "egress.via",
              egress.via,
              `must be ${met} while ${at} (a toggle breaks connections of users on both clouds)`,
            ),
          ]
        : []),
      ...(egress.via === "loadBalancer" && egress.address !== "own"
        ? [issue("egress.address", egress.address, `must be own while ${at} (it is a step between two shapes)`)]
        : []),
      ...(egress.via === "firewall" && egress.routing !== "active"
        ? [issue("egress.routing", egress.routing, `must be active while ${at} (the next step moves the gateway)`)]
        : []),
    ];
  });
}

/** Every job would run twice, or never. */
function jobsOnBothClouds(environment: Environment, cutover: Cutover, helmValues: HelmValues, file: string): string[] {
  return environment.applications.flatMap(({ from, name }) => {
    const { layers, merged } = helmValues.of(name, environment);
    const { consumers = {}, cronJobs = {}, workers } = merged as Partial<Workload>;
    const hasJobs = Object.keys({ ...consumers, ...cronJobs }).length > 0;
    const cloud = cutover.jobsOf(name);
    const { stage } = cutover.positionOf(name);
    if (from !== "nowhere" && hasJobs && cloud === "aws" && isAfter(stage, "full")) {
      const must = `must say azure before ${stage}, where ${name} is (its jobs would go with AWS)`;
      return [describeIssue(`${file} `, issue(`jobs.${name}`, undefined, must))];
    }
    if (from === "nowhere" || !hasJobs || workers === cloud) return [];
    const why = cloud === "aws" ? "they would run on both clouds" : "they would run on neither";
    const must = `must be ${cloud} while ${file} has the jobs of ${name} on ${cloud === "aws" ? "AWS" : "Azure"} (${why}; both files change in one commit: docs/cutover.md)`;
    const said = layers.findLast(({ values }) => Object.hasOwn(values, "workers")) ?? layers[0];
    return [describeIssue(`${said?.file ?? `helm-values/${name}`} `, issue("workers", workers, must))];
  });
}
