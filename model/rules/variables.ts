import { didYouMean } from "../did-you-mean";
import type { Workload } from "../schema/workload";
import { secretIn } from "../secret-shapes";
import { type Issue, issue } from "./issue";

/** What the chart sets by itself for whoever logs in to AWS. */
const OF_AWS = ["AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_STS_REGIONAL_ENDPOINTS"];

/** What is in a list again, once for each time. */
export const twice = (names: readonly string[]): string[] =>
  names.filter((name, index) => names.indexOf(name) !== index);

/** Variables in two places, of which one would hide the other. */
export function variablesTwice({ env, secrets }: Workload): Issue[] {
  const fromSecrets = secrets.flatMap(({ env: variable }) => (variable === undefined ? [] : [variable]));
  return [
    ...collisions("", env, fromSecrets, ["PORT", ...OF_AWS]),
    ...twice(secrets.map(({ name }) => name)).map((name) => issue("secrets", name, "must be listed once")),
  ];
}

/** The same of each sidecar's own, and secrets that the application does not list. */
export function variablesOfSidecars({ secrets, sidecars }: Workload): Issue[] {
  const listed = secrets.map(({ name }) => name);
  return Object.entries(sidecars).flatMap(([sidecar, { env = {}, secrets: own = [] }]) => {
    const at = `sidecars.${sidecar}.`;
    return [
      ...collisions(
        at,
        env,
        own.map(({ env: variable }) => variable),
        OF_AWS,
      ),
      ...own.flatMap(({ name }, index) =>
        listed.includes(name)
          ? []
          : [
              issue(
                `${at}secrets.${index}.name`,
                name,
                `must be one of the application's secrets, ${listed.join(", ") || "and there is none"} (the pod fetches no other)${didYouMean(name, listed)}`,
                ["secrets"],
              ),
            ],
      ),
    ];
  });
}

function collisions(at: string, env: Workload["env"], fromSecrets: readonly string[], ours: readonly string[]) {
  return [
    ...[...Object.keys(env), ...fromSecrets]
      .filter((name) => ours.includes(name))
      .map((name) => issue(`${at}env.${name}`, name, "must be absent (the chart sets it)")),
    ...twice([...new Set(fromSecrets)].concat(Object.keys(env))).map((name) =>
      issue(`${at}env.${name}`, name, "must be in env or in secrets, not in both (one would hide the other)"),
    ),
    ...twice(fromSecrets).map((name) => issue(`${at}secrets`, name, "must be the variable of one secret only")),
  ];
}

/** The sentence names the kind; the value is hidden by whoever shows an issue. */
export const secretsInPlainView = ({ env }: Workload): Issue[] => plainSecrets("", env);

/** The same of each sidecar's own. */
export const plainSecretsOfSidecars = ({ sidecars }: Workload): Issue[] =>
  Object.entries(sidecars).flatMap(([name, { env = {} }]) => plainSecrets(`sidecars.${name}.`, env));

function plainSecrets(at: string, env: Workload["env"]): Issue[] {
  return Object.entries(env).flatMap(([name, value]) => {
    const kind = secretIn(value);
    if (kind === undefined) return [];
    const must = `must be in the application's vault, and under secrets with env: ${name} (it looks like ${kind}, and everybody may read env; git keeps it, so replace it)`;
    return [issue(`${at}env.${name}`, value, must)];
  });
}
