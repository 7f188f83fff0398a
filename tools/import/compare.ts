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
import { filesOf, textIn } from "./conclude";
import { type EcsOptions, ecsReport } from "./ecs/report";
import { keptIn } from "./meant";
import { type Difference, differences } from "./verify";

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
  options: EcsOptions & CompareOptions,
): Promise<number> {
  const environment = findEnvironment(name);
  findApplication(environment, application);
  const { kept: file } = filesOf({ environment: name, application });
  const text = textIn(file);
  if (text === undefined)
    throw new UserError(
      `${file}: there is none, so nothing was imported with --write\n  next: npx mmrv import ecs ${name} ${application} --help`,
    );
  const meant = keptIn(text, file).values;
  const release = options.values ? valuesOf(environment, application) : await releaseOf(environment, application);
  const others = options.values ? "helm-values" : "the release";
  const found: Difference[] = differences(meant, release, others);
  const isAsked = options.taskDefinition !== undefined || options.cluster !== undefined;
  if (isAsked) found.push(...differences(meant, (await ecsReport(name, application, options)).draft.values, "AWS now"));
  answer(options.json === true, { environment: name, application, isAwsCompared: isAsked, differences: found }, () => {
    for (const { is, path } of found) complain(`${path} ${is}`);
    const with_ = isAsked
      ? `${others} and AWS`
      : `${others} (AWS was not asked: --task-definition FILE or --cluster NAME)`;
    say(
      found.length === 0
        ? `${application} in ${name}: as the import meant it, in ${with_}`
        : `${found.length} differences, compared with ${with_}`,
    );
  });
  return found.length === 0 ? 0 : 1;
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
