import type { At } from "../at";
import type { Container } from "./container";
import { nameIn, referenceIn } from "./secret-source";
import type { Task } from "./task";
import { sharing } from "./variables";

/** A variable that a task gets from Secrets Manager or the Parameter Store. */
export interface SecretVariable {
  readonly env: string;
  readonly valueFrom: string;
  readonly at: readonly At[];
}

/** Every variable of a secret once; that of a container comes before the same one of another. */
export function secretVariablesOf(task: Task, containers: readonly Container[] = sharing(task)): SecretVariable[] {
  const found = new Map<string, SecretVariable>();
  for (const container of containers)
    for (const one of container.at.at("secrets").items) {
      const [env, valueFrom] = [one.at("name").text ?? "", one.at("valueFrom").text ?? ""];
      // What has no name is no variable; the table of fields asks about it.
      if (env === "" || valueFrom === "") continue;
      const known = found.get(env);
      if (known !== undefined && known.valueFrom !== valueFrom) askOfTwo(task, env, [...known.at, one]);
      else found.set(env, { env, valueFrom, at: [...(known?.at ?? []), one] });
    }
  return [...found.values()];
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
export function noteOfTails({ ledger }: Task, variables: readonly SecretVariable[]): void {
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
