import type { SecretSource } from "../../../model/schema/aws";
import { commandLine } from "../../shell";
import { isAccessKey, isConfigurationName } from "./secret-looking";
import {
  ask,
  askAccessKey,
  askSecretOrPlain,
  PLAIN,
  SECRET_OR_PLAIN,
  secretName,
  variableOf,
} from "./secret-questions";
import { type Reference, referenceIn, vaultName } from "./secret-source";
import { noteOfTails, type SecretVariable } from "./secret-variables";
import type { Task } from "./task";

export interface Secrets {
  readonly secrets: readonly { readonly name: string; readonly env?: string }[];
  readonly sources: readonly SecretSource[];
  /** Parameters that are no secrets, with the value that somebody gave. */
  readonly env: Readonly<Record<string, string>>;
}

export function secretsOf(task: Task, variables: readonly SecretVariable[], plain: readonly string[]): Secrets {
  const secrets: { name: string; env?: string }[] = [];
  const sources: SecretSource[] = [];
  const env: [name: string, value: string][] = [];
  // A name that somebody gives must not be one that a later variable has by itself.
  const names = new Set(variables.map((one) => one.env));
  for (const variable of variables) {
    const settled = settle(task, variable);
    if (settled === undefined) continue;
    if ("value" in settled) {
      env.push([variable.env, settled.value]);
      continue;
    }
    const named = withoutCollision(task, variable, settled.source, sources);
    if (named === undefined) continue;
    const as = variableOf(task, variable, plain, [...names]);
    if (as !== undefined) names.add(as);
    task.ledger.mapped(variable.at, `secrets (${named.to}), and aws.secrets.${task.context.application}`);
    sources.push(named);
    secrets.push({ name: named.to, ...(as !== undefined && { env: as }) });
  }
  noteOfTails(task, variables);
  return { secrets, sources, env: Object.fromEntries(env) };
}

type Settled = { readonly source: SecretSource } | { readonly value: string };

function settle(task: Task, variable: SecretVariable): Settled | undefined {
  const { template } = task;
  if (variable.at.some((one) => template.covers(one.at("valueFrom")))) {
    task.ledger.mapped(
      variable.at.map((one) => one.at("name")),
      "secrets, once the file is no template",
    );
    if (isConfigurationName(variable.env)) askSecretOrPlain(task, variable);
    return undefined;
  }
  const known = task.inputs.known.get(variable.valueFrom);
  const reference = referenceIn(variable.valueFrom);
  if (reference.from === "nothing") return ask(task, variable, reference.why, "it is left out");
  if (known?.type === "missing") return ask(task, variable, "AWS has none of this name", "it is left out");
  const misplaced = whyMisplaced(task, reference);
  if (misplaced !== undefined) return ask(task, variable, misplaced, "it is left out");
  if (reference.version !== undefined)
    return ask(
      task,
      variable,
      `it names the version ${reference.version}, and mmrv secrets copies the current one`,
      "it is left out",
    );
  if (isAccessKey(variable.env)) return askAccessKey(task, variable);
  if (reference.from === "parameterStore") return ofParameter(task, variable, known?.name ?? reference.written);
  const name = known?.name ?? secretName(task, variable, reference);
  const to = vaultName(name, reference.key);
  const source = {
    from: "secretsManager",
    name,
    ...(reference.key !== undefined && { key: reference.key }),
    to,
  } as const;
  if (!isConfigurationName(variable.env)) return { source };
  const answer = askSecretOrPlain(task, variable);
  return answer === undefined || answer === "secret" ? { source } : { value: answer.slice("plain:".length) };
}

/** Offline nobody can tell a SecureString from a String, which mmrv secrets refuses to copy. */
function ofParameter(task: Task, variable: SecretVariable, name: string): Settled | undefined {
  const source = { from: "parameterStore", name, to: vaultName(name) } as const;
  const type = task.inputs.known.get(variable.valueFrom)?.type;
  if (type === "SecureString") return { source };
  const answer = task.ledger.ask(variable.at, {
    id: `secret:${variable.env}`,
    risk: "wrong secret",
    asks:
      type === undefined
        ? `Is the parameter ${name} a SecureString, a secret, or a String, which everybody may read? aws ssm describe-parameters says.`
        : `The parameter ${name} is a ${type}, no secret, and becomes the plain variable ${variable.env}. What is its value? ${commandLine("aws", "ssm", "get-parameter", "--name", name)} prints it.`,
    options: type === undefined ? SECRET_OR_PLAIN : [PLAIN],
    without:
      type === undefined ? "it counts as a secret, and mmrv secrets refuses it if it is a String" : "it is left out",
  });
  if (answer?.startsWith("plain:")) return { value: answer.slice("plain:".length) };
  return type === undefined ? { source } : undefined;
}

function whyMisplaced(task: Task, reference: Reference): string | undefined {
  if (reference.from === "nothing" || reference.place === undefined) return undefined;
  const { accountId, region } = task.context.environment.aws;
  const { place } = reference;
  if (place.region === region && place.account === accountId) return undefined;
  return `it is in account ${place.account}, ${place.region}; mmrv secrets reads the environment's, ${accountId}, ${region}`;
}

/** Key Vault compares names without case; and one secret that is read by two variables is copied once for each. */
function withoutCollision(
  { ledger }: Task,
  variable: SecretVariable,
  source: SecretSource,
  others: readonly SecretSource[],
): SecretSource | undefined {
  const first = others.find(({ to }) => to.toLowerCase() === source.to.toLowerCase());
  if (first === undefined) return source;
  if (isSameSource(first, source)) return { ...source, to: vaultName(source.to, variable.env) };
  const free = new RegExp(`^(?!(${others.map(({ to }) => to).join("|")})$)[0-9a-z-]{1,127}$`, "i");
  const answer = ledger.ask(variable.at, {
    id: `secret:${variable.env}`,
    risk: "wrong secret",
    asks: `${sourceName(first)} and ${sourceName(source)} would both be called ${source.to} in the vault, which compares names without case. What is ${variable.env} to be called there?`,
    options: [
      {
        form: "a name of letters, digits and hyphens that no other secret has",
        fits: free,
        means: "its name in the vault",
      },
    ],
    without: `${variable.env} is left out`,
  });
  return answer === undefined ? undefined : { ...source, to: answer };
}

const keyOf = (source: SecretSource): string | undefined => ("key" in source ? source.key : undefined);
const sourceName = (source: SecretSource): string => [source.name, ...(keyOf(source) ? [keyOf(source)] : [])].join(" ");
const isSameSource = (one: SecretSource, other: SecretSource): boolean =>
  one.from === other.from && one.name === other.name && keyOf(one) === keyOf(other);
