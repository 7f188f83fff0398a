import { z } from "zod";
import { grounds } from "./suppression";

/** One finding of checkov in a chart of ours that we live with; the tests of the charts read it. */
export const chartSuppressionSchema = z.strictObject({
  check: z.string().regex(/^CKV2?_K8S_\d+$/, "must be a check of checkov such as CKV_K8S_11"),
  chart: z.enum(["mmrv-app", "mmrv-platform"]),
  /** Kind and name as rendered, with `<application>` for the release's name. */
  resource: z.string().regex(/^[A-Z]\w+ \S+$/, "must be a kind and a name such as Deployment <application>"),
  ...grounds,
});

export type ChartSuppression = z.infer<typeof chartSuppressionSchema>;

/** Looked at twice a year: a later version of the applications may not need them any more. */
const HALF_YEARLY = "2027-05-31";

const suppress = (check: string, reason: string, resources: readonly string[]): ChartSuppression[] =>
  resources.map((resource) => ({ check, chart: "mmrv-app", resource, reason, expires: HALF_YEARLY }));

/** How many there are. The list can only shrink: whoever takes entries away lowers this number with them. */
export const CHART_CEILING = 11;

/** `-mail`, `-report` and `-migration` stand for every consumer, cron job and migration that values may add. */
export const chartSuppressions: readonly ChartSuppression[] = [
  ...suppress(
    "CKV_K8S_11",
    "A CPU limit throttles Node in its slowest requests; requests, the namespace's quota and the autoscaler bound it.",
    [
      "Deployment <application>",
      "Deployment <application>-mail",
      "CronJob <application>-report",
      "Job <application>-migration",
      "Job <application>-test",
    ],
  ),
  ...suppress(
    "CKV_K8S_35",
    "The applications read secrets from their environment, as on ECS; they are mounted as files as well, for the day that they do not.",
    [
      "Deployment <application>",
      "Deployment <application>-mail",
      "CronJob <application>-report",
      "Job <application>-migration",
    ],
  ),
  ...suppress("CKV_K8S_8", "A consumer of a queue answers nobody who could ask; it ends when it is broken.", [
    "Deployment <application>-mail",
  ]),
  ...suppress("CKV_K8S_9", "No traffic is sent to a consumer of a queue, so there is none to keep from it.", [
    "Deployment <application>-mail",
  ]),
];
