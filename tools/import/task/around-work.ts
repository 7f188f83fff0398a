import type { Draft } from "../draft";
import type { EcsInputs } from "../ecs/inputs";
import type { Ledger } from "../ledger";
import { mergeValues } from "./merge-values";

type Values = Draft["values"];

/** What the model takes: model/schema/workload.ts. */
const MOST_REPLICAS = 50;

/**
 * What a service means for a consumer: it has a number of pods, and neither routes nor an autoscaler.
 * @param values of a service without a server
 * @param consumer its name below `consumers`
 */
export function valuesOfWork(values: Values, consumer: string, { scalableTargets }: EcsInputs, ledger: Ledger): Values {
  const { autoscaling, cronJobs, replicas } = values;
  const answer =
    autoscaling?.enabled === true ? askScale(autoscaling, replicas ?? 1, scalableTargets, ledger) : undefined;
  const count = answer === undefined ? replicas : Number(answer);
  return {
    ...(cronJobs !== undefined && { cronJobs }),
    ...(count !== undefined && { consumers: { [consumer]: { replicas: count } } }),
  };
}

function askScale(
  { maxReplicas = 1, minReplicas = 1 }: NonNullable<Values["autoscaling"]>,
  replicas: number,
  targets: EcsInputs["scalableTargets"],
  ledger: Ledger,
): string | undefined {
  return ledger.ask(
    targets.flatMap((target) => [target.at("MinCapacity"), target.at("MaxCapacity")]),
    {
      id: "autoscaling:consumer",
      risk: "slower",
      asks: `The service scales from ${minReplicas} to ${maxReplicas} tasks. A consumer has a fixed number of pods. How many?`,
      options: [{ form: `a number from 1 to ${MOST_REPLICAS}`, fits: /^([1-9]|[1-4]\d|50)$/, means: "so many pods" }],
      without: `${replicas}, as many as it wants now`,
    },
  );
}

/** A cron job that says nothing of its size has the application's, or its first consumer's. */
export function withJobResources(values: Values): Values {
  const { consumers = {}, cronJobs } = values;
  const resources = values.resources ?? Object.values(consumers)[0]?.resources;
  if (cronJobs === undefined || resources === undefined) return values;
  const sized = Object.entries(cronJobs).map(([name, job]) => {
    const own = job?.resources;
    return [name, { ...job, ...mergeValues({ resources }, own === undefined ? {} : { resources: own }) }] as const;
  });
  return { ...values, cronJobs: Object.fromEntries(sized) as NonNullable<Values["cronJobs"]> };
}
