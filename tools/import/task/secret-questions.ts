import type { Option, Question } from "../question";
import { freeName, OURS, VARIABLE } from "./env";
import { nameIn, type Reference } from "./secret-source";
import type { SecretVariable } from "./secret-variables";
import type { Task } from "./task";

/** What is no secret needs its value, which nobody reads from AWS here. */
export const PLAIN: Option = {
  form: "plain:VALUE, such as plain:my-bucket",
  fits: /^plain:/,
  means: "it becomes a variable that everybody may read",
};
export const SECRET_OR_PLAIN: readonly Option[] = [{ answer: "secret", means: "it goes to the vault" }, PLAIN];

/** About what is called like configuration and came as a secret. */
export const askSecretOrPlain = (task: Task, variable: SecretVariable): string | undefined =>
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

/** A key of AWS is never copied: the role takes its place. */
export function askAccessKey(task: Task, variable: SecretVariable): undefined {
  task.ledger.ask(variable.at, {
    id: `secret:${variable.env}`,
    risk: "access lost",
    asks: `${variable.env} is a key of AWS. Pods log in by a role of their own (aws.permissions), which nobody has to copy or renew: use that.`,
    options: [{ answer: "role", means: "the key is left out; aws.permissions says what it may do" }],
    without: "it is left out",
  });
}

/** The name without the six characters of the ARN; where these may be its own end, they stay until somebody says. */
export function secretName(
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

/**
 * The variable that a secret becomes; undefined for a file alone.
 * @param plain names of variables that are no secrets
 * @param others names of all secrets' variables
 */
export function variableOf(
  { ledger }: Task,
  { at, env }: SecretVariable,
  plain: readonly string[],
  others: readonly string[],
): string | undefined {
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
      {
        form: "a name such as MY_NAME that no other variable has",
        fits: freeName(["file", ...plain, ...others]),
        means: "takes its place",
      },
    ],
    without: "it is a file below /mnt/secrets alone",
  });
  return answer === "file" ? undefined : answer;
}

/** About a reference that cannot be copied.
 * @param why it cannot, as the end of a sentence */
export function ask({ ledger }: Task, { at, env }: SecretVariable, why: string, without: string): undefined {
  const question: Question = {
    id: `secret:${env}`,
    risk: "wrong secret",
    asks: `Which secret is ${env}? In the task definition ${why}.`,
    options: [{ answer: "accepted", means: "it is listed under aws.secrets and secrets by hand, or not needed" }],
    without,
  };
  ledger.ask(at, question);
}
