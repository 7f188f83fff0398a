import { z } from "zod";
import { HELM_VALUES } from "../../environments/all";
import type { Environment } from "../../model/environment";
import { HelmValues } from "../../model/helm-values";
import { APPLICATION_NAMESPACE } from "../../model/naming";
import { describeFileIssue } from "../../model/rules/issue";
import { UserError } from "../../model/user-error";
import { Helm } from "../deploy/kubernetes/helm";
import { kubectlFor } from "../deploy/kubernetes/own-kubectl";
import { answer, complain, say } from "../output";
import { parseJson } from "../parse-json";
import { findApplication, findEnvironment } from "../program/find-environment";
import { type AmplifyOptions, amplifyReport } from "./amplify/report";
import { filesOf, textIn } from "./conclude";
import { type EcsOptions, ecsReport } from "./ecs/report";
import { type Kept, keptIn } from "./meant";
import type { Report } from "./report";
import { type Difference, differences, drifts, settingsDrifts } from "./verify";

export interface CompareOptions {
  /** helm-values/ instead of the cluster. */
  readonly values?: boolean;
  readonly json?: boolean;
}

/**
 * Compares what the last import meant with the release, and with AWS when something tells of it.
 * @returns the exit code: 1 when something differs
 * @throws UserError when there was no import, or one side cannot be asked
 */
export async function compare(
  name: string,
  application: string,
  options: EcsOptions & AmplifyOptions & CompareOptions,
): Promise<number> {
  const environment = findEnvironment(name);
  findApplication(environment, application);
  const { kept: file } = filesOf({ environment: name, application });
  const text = textIn(file);
  if (text === undefined)
    throw new UserError(`${file}: there is none, so nothing was imported with --write\n  next: npx mmrv import --help`);
  const kept = keptIn(text, file);
  const release = options.values ? valuesOf(environment, application) : await releaseOf(environment, application);
  const others = options.values ? "helm-values" : "the release";
  const now = await newReport(name, application, kept.is, options);
  const found = [...differences(kept.values, release, others), ...(now === undefined ? [] : driftsOf(kept, now))];
  const told = { environment: name, application, isAwsCompared: now !== undefined, differences: found };
  answer(options.json === true, told, () => {
    for (const { is, path } of found) complain(`${path} ${is}`);
    const compared = now === undefined ? `${others} (AWS was not asked: ${ASKED[kept.is]})` : `${others} and AWS`;
    say(
      found.length === 0
        ? `${application} in ${name}: as the import meant it, in ${compared}`
        : `${found.length} ${found.length === 1 ? "difference" : "differences"}, compared with ${compared}`,
    );
  });
  return found.length === 0 ? 0 : 1;
}

/** By which AWS is asked, or its answers are read. */
const ASKED: Readonly<Record<Kept["is"], string>> = {
  ecs: "--task-definition FILE, or --cluster NAME with --service NAME",
  amplify: "--app FILE, or --app-id ID",
};

/** What an import would mean now; undefined when nothing tells of it. */
async function newReport(
  name: string,
  application: string,
  is: Kept["is"],
  options: EcsOptions & AmplifyOptions,
): Promise<Report | undefined> {
  if (is === "ecs")
    return options.taskDefinition === undefined && options.cluster === undefined
      ? undefined
      : ecsReport(name, application, options);
  return options.app === undefined && options.appId === undefined
    ? undefined
    : amplifyReport(name, application, options);
}

/** What is otherwise on AWS now: in values, in settings, and in what has to be asked. */
function driftsOf(kept: Kept, { decisions, draft }: Report): Difference[] {
  const others = "AWS now";
  return [
    ...drifts(kept.values, draft.values, others),
    ...settingsDrifts(kept.aws, draft.aws, others),
    ...decisions
      .filter(({ id }) => !kept.decisions.includes(id))
      .map(({ asks, id }) => ({ path: id, is: `is asked since then: ${asks}` })),
  ];
}

function valuesOf(environment: Environment, application: string): object {
  const { issues, merged } = new HelmValues(HELM_VALUES).of(application, environment);
  if (issues.length > 0) throw new UserError(issues.map(describeFileIssue).join("\n"));
  return merged;
}

/** What Helm was given for the revision that runs. */
async function releaseOf(environment: Environment, application: string): Promise<object> {
  await kubectlFor(environment);
  const text = await new Helm().run([
    "get",
    "values",
    application,
    "--namespace",
    APPLICATION_NAMESPACE,
    "--all",
    "--output",
    "json",
  ]);
  const values = z.record(z.string(), z.unknown()).safeParse(parseJson(text));
  if (values.success) return values.data;
  throw new UserError(
    `helm get values ${application}: answers no values; is it deployed? npx mmrv deploy ${environment.name}-${application}`,
  );
}
