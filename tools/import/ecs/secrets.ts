import type { SecretSource } from "../../../model/schema/aws";
import type { At } from "../at";
import type { Option, Question } from "../question";
import type { Container } from "./container";
import { VARIABLE } from "./env";
import { isAccessKey, isConfigurationName } from "./secret-looking";
import { nameIn, type Reference, referenceIn, vaultName } from "./secret-source";
import type { Task } from "./task";
import { sharing } from "./variables";

/** A variable that a task gets from Secrets Manager or the Parameter Store. */
export interface SecretVariable {
  readonly env: string;
  readonly valueFrom: string;
  readonly at: readonly At[];
}

export interface Secrets {
  readonly secrets: readonly { readonly name: string; readonly env?: string }[];
  readonly sources: readonly SecretSource[];
  /** Parameters that are no secrets, with the value that somebody gave. */
  readonly env: Readonly<Record<string, string>>;
}

/** Every variable of a secret once; that of a container comes before the same one of another. */
export function secretVariablesOf(task: Task, containers: readonly Container[] = sharing(task)): SecretVariable[] {
  const found = new Map<string, SecretVariable>();
  for (const container of containers)
    for (const one of container.at.at("secrets").items) {
      const [env, valueFrom] = [one.at("name").text ?? "", one.at("valueFrom").text ?? ""];
      const known = found.get(env);
      if (known !== undefined && known.valueFrom !== valueFrom) askOfTwo(task, env, [...known.at, one]);
      else found.set(env, { env, valueFrom, at: [...(known?.at ?? []), one] });
    }
  return [...found.values()];
}

export function secretsOf(task: Task, variables: readonly SecretVariable[], plain: readonly string[]): Secrets {
  const secrets: { name: string; env?: string }[] = [];
  const sources: SecretSource[] = [];
  const env: [name: string, value: string][] = [];
  for (const variable of variables) {
    const settled = settle(task, variable);
    if (settled === undefined) continue;
    if ("value" in settled) {
      env.push([variable.env, settled.value]);
      continue;
    }
    const named = withoutCollision(task, variable, settled.source, sources);
    if (named === undefined) continue;
    const as = variableOf(task, variable, plain);
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
        : `The parameter ${name} is a ${type}, no secret, and becomes the plain variable ${variable.env}. What is its value? aws ssm get-parameter --name ${name} prints it.`,
    options: type === undefined ? SECRET_OR_PLAIN : [PLAIN],
    without:
      type === undefined ? "it counts as a secret, and mmrv secrets refuses it if it is a String" : "it is left out",
  });
  if (answer?.startsWith("plain:")) return { value: answer.slice("plain:".length) };
  return type === undefined ? { source } : undefined;
}

const PLAIN: Option = {
  form: "plain: and its value, such as plain:my-bucket",
  fits: /^plain:/,
  means: "it becomes a variable that everybody may read",
};
const SECRET_OR_PLAIN: readonly Option[] = [{ answer: "secret", means: "it goes to the vault" }, PLAIN];

const askSecretOrPlain = (task: Task, variable: SecretVariable): string | undefined =>
  task.ledger.ask(
    variable.at.map((one) => one.at("name")),
    {
      id: `secret:${variable.env}`,
      risk: "slower",
      asks: `${variable.env} comes as a secret and is called like configuration. Is it a secret, or may everybody read it?`,
      options: SECRET_OR_PLAIN,
      without: "it counts as a secret",
    },
  );

function askAccessKey(task: Task, variable: SecretVariable): undefined {
  task.ledger.ask(variable.at, {
    id: `secret:${variable.env}`,
    risk: "access lost",
    asks: `${variable.env} is a key of AWS. Pods log in by a role of their own (aws.permissions), which nobody has to copy or renew: use that.`,
    options: [{ answer: "role", means: "the key is left out; aws.permissions says what it may do" }],
    without: "it is left out",
  });
}

function whyMisplaced(task: Task, reference: Reference): string | undefined {
  if (reference.from === "nothing" || reference.place === undefined) return undefined;
  const { accountId, region } = task.context.environment.aws;
  const { place } = reference;
  if (place.region === region && place.account === accountId) return undefined;
  return `it is in account ${place.account}, ${place.region}; mmrv secrets reads the environment's, ${accountId}, ${region}`;
}

/** The name without the six characters of the ARN; where these may be its own end, they stay until somebody says. */
function secretName(
  task: Task,
  variable: SecretVariable,
  { isArn, written }: Reference & { from: "secretsManager" },
): string {
  const { isSure, name } = isArn ? nameIn(written) : { name: written, isSure: true };
  if (isSure) return name;
  const cut = written.slice(0, -7);
  const answer = task.ledger.ask(variable.at, {
    id: `secret:${written}`,
    risk: "wrong secret",
    asks: `Is the secret called ${written}, or ${cut} with six characters that its ARN adds? aws secretsmanager list-secrets says.`,
    options: [
      { answer: "whole", means: `it is called ${written}` },
      { answer: "cut", means: `it is called ${cut}` },
    ],
    without: "nothing is cut",
  });
  return answer === "cut" ? cut : written;
}

/** Key Vault compares names without case; and one secret that is read by two variables is copied once for each. */
function withoutCollision(
  { ledger }: Task,
  variable: SecretVariable,
  source: SecretSource,
  others: readonly SecretSource[],
): SecretSource | undefined {
  const taken = (to: string) => others.some((other) => other.to.toLowerCase() === to.toLowerCase());
  const first = others.find(({ to }) => to === source.to);
  if (first === undefined) return source;
  if (isSameSource(first, source)) return { ...source, to: vaultName(source.to, variable.env) };
  const form = /^[0-9a-zA-Z-]{1,127}$/;
  const answer = ledger.ask(variable.at, {
    id: `secret:${variable.env}`,
    risk: "wrong secret",
    asks: `${sourceName(first)} and ${sourceName(source)} would both be called ${source.to} in the vault, which compares names without case. What is ${variable.env} to be called there?`,
    options: [{ form: "another name of letters, digits and hyphens", fits: form, means: "its name in the vault" }],
    without: `${variable.env} is left out`,
  });
  return answer === undefined || taken(answer) ? undefined : { ...source, to: answer };
}

const keyOf = (source: SecretSource): string | undefined => ("key" in source ? source.key : undefined);
const sourceName = (source: SecretSource): string => [source.name, ...(keyOf(source) ? [keyOf(source)] : [])].join(" ");
const isSameSource = (one: SecretSource, other: SecretSource): boolean =>
  one.from === other.from && one.name === other.name && keyOf(one) === keyOf(other);

const OURS = ["PORT", "AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_STS_REGIONAL_ENDPOINTS"];

/** The variable that a secret becomes; undefined for a file alone. */
function variableOf({ ledger }: Task, { at, env }: SecretVariable, plain: readonly string[]): string | undefined {
  const isTwice = plain.includes(env);
  if (VARIABLE.test(env) && !OURS.includes(env) && !isTwice) return env;
  const why = isTwice
    ? "is a plain variable too, and one would hide the other"
    : OURS.includes(env)
      ? "is set by the chart"
      : "is no name of a variable for a shell, and the chart takes none such";
  const answer = ledger.ask(at, {
    id: `secret:${env}`,
    risk: "does not start",
    asks: `${env} ${why}. What may the secret's variable be called?`,
    options: [
      { answer: "file", means: "the application reads the file below /mnt/secrets" },
      { form: "a name such as MY_NAME", fits: /^(?!file$)[A-Za-z_][A-Za-z0-9_]*$/, means: "takes its place" },
    ],
    without: "it is a file below /mnt/secrets alone",
  });
  return answer === "file" ? undefined : answer;
}

function ask({ ledger }: Task, { at, env }: SecretVariable, why: string, without: string): undefined {
  const question: Question = {
    id: `secret:${env}`,
    risk: "wrong secret",
    asks: `Which secret is ${env}? In the task definition ${why}.`,
    options: [{ answer: "accepted", means: "it is listed under aws.secrets and secrets by hand, or not needed" }],
    without,
  };
  ledger.ask(at, question);
}

function askOfTwo({ ledger }: Task, env: string, at: readonly At[]): void {
  ledger.ask(at, {
    id: `secret:${env}`,
    risk: "wrong secret",
    asks: `${env} comes from two secrets. The chart has one set of variables for the application and its work.`,
    options: [{ answer: "first", means: "the application's is right for all" }],
    without: "the application's is taken",
  });
}

/** Two names with one tail: a copy that went wrong, or chance; each is looked up by its own name. */
function noteOfTails({ ledger }: Task, variables: readonly SecretVariable[]): void {
  const tails = variables.flatMap(({ env, valueFrom }) => {
    const reference = referenceIn(valueFrom);
    const isCut =
      reference.from === "secretsManager" && reference.isArn && nameIn(reference.written).name !== reference.written;
    return isCut ? [{ env, name: reference.written.slice(0, -7), tail: reference.written.slice(-6) }] : [];
  });
  for (const { env, name, tail } of tails) {
    const other = tails.find((one) => one.tail === tail && one.name !== name);
    if (other && tails.indexOf(other) < tails.findIndex((one) => one.env === env))
      ledger.note(
        `The ARNs of ${other.env} and ${env} end in the same six characters. They are two secrets; see that neither was copied from the other by mistake.`,
      );
  }
}
