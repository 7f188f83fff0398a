import { Cutovers } from "../../model/cutover/files";
import { gatesOf } from "../../model/cutover/gates";
import type { AdoptedName, Component, CutoverFile, Step } from "../../model/cutover/schema";
import type { Stage } from "../../model/cutover/stages";
import { publicNamesOf } from "../../model/domains";
import type { Environment } from "../../model/environment";

/** What a proof of the real provider in the real zone would have left. */
export const PROOF: NonNullable<CutoverFile["proof"]> = {
  date: "2026-12-01",
  by: "Operations",
  host: "cutover-proof.example.com",
  provider: "6.25.0",
};

/** The way to a stage without detours; at canary and ramp with the least that the stage takes. */
const WAY: readonly Omit<Step, "since" | "evidence">[] = [
  { stage: "adopt" },
  { stage: "adopt", prepared: true },
  { stage: "ready" },
  { stage: "canary", percent: 1, egress: "loadBalancer" },
  { stage: "ramp", percent: 5 },
  { stage: "full" },
  { stage: "drained" },
  { stage: "retired" },
];

/** The moment of a step: two hours after the one before. */
export const momentOf = (index: number): string => new Date(Date.UTC(2026, 11, 1, 2 * index)).toISOString();

/** Steps with their moments and with all the evidence that they need. */
export function taken(
  steps: readonly Omit<Step, "since" | "evidence">[],
  from: Parameters<typeof gatesOf>[0]["from"] = "ecs",
): Step[] {
  return steps.map((step, index) => ({
    ...step,
    since: momentOf(index),
    evidence: gatesOf({ from }, steps[index - 1], step).map(({ name }) => ({
      gate: name,
      answer: "yes",
      by: "Operations",
      date: "2026-12-01",
    })),
  }));
}

/** The steps that lead to a stage, the prepared adopt included. */
export const wayTo = (stage: Stage): Omit<Step, "since" | "evidence">[] =>
  WAY.slice(0, WAY.findLastIndex((step) => step.stage === stage) + 1);

/** A name as adopt writes it: an alias to a load balancer, and one address on Azure. */
export const nameOf = (host: string, { aws }: Environment): AdoptedName => ({
  host,
  zone: { id: aws.hostedZoneId, name: host.split(".").slice(-2).join(".") },
  aws: [
    {
      type: "A",
      alias: { name: "main-123.us-east-1.elb.amazonaws.com", zone: "Z35SXDOTRQ7X7K", evaluateTargetHealth: true },
    },
  ],
  azure: { A: ["203.0.113.7"] },
});

/** An application at a stage, with each of its names. */
export function componentAt(environment: Environment, application: string, stage: Stage): Component {
  const from = environment.applications.find(({ name }) => name === application)?.from ?? "ecs";
  const steps = wayTo(stage).map((step) => (step.egress ? { ...step, egress: environment.egress.via } : step));
  return {
    names: publicNamesOf(environment)
      .filter((name) => name.application === application)
      .map(({ host }) => nameOf(host, environment)),
    steps: taken(steps, from),
  };
}

/** The cutover of one environment with each application at a stage; those that are not named are off. */
export function cutoverAt(environment: Environment, stages: Readonly<Record<string, Stage>>): Cutovers {
  const components = Object.fromEntries(
    Object.entries(stages).map(([application, stage]) => [application, componentAt(environment, application, stage)]),
  );
  return new Cutovers({ [environment.name]: { proof: PROOF, components } });
}

/** Where jobs went, with the evidence that they were stopped where they came from. */
export const jobsStep = (cloud: "aws" | "azure", since = "2026-12-01T10:00:00Z") => ({
  cloud,
  since,
  evidence: [
    {
      gate: cloud === "azure" ? "stopped-on-aws" : "stopped-on-azure",
      answer: "schedules disabled",
      by: "Operations",
      date: "2026-12-01",
    },
  ],
});
