import { isAccessKey, whySecret } from "./secret-looking";
import type { Task } from "./task";
import type { Outcome, Variable } from "./variables";

/** A key of AWS among the variables. */
export function accessKey({ ledger }: Task, { id, name, places, value }: Variable): Outcome | undefined {
  if (!isAccessKey(name) || value === "") return undefined;
  const answer = ledger.ask(places, {
    id,
    risk: "access lost",
    asks: `${name} is a key of AWS in plain view. Pods log in by a role of their own (aws.permissions): may the key go?`,
    options: [
      { answer: "role", means: "the key is left out; aws.permissions says what it may do" },
      { answer: "secret", means: "it goes to the vault; put it there by hand" },
    ],
    without: "it is left out",
  });
  return answer === "secret" ? "secret" : "gone";
}

/** What looks like a secret by its name or its value; the value is never repeated. */
export function secretLooking({ ledger }: Task, { id, name, places, value }: Variable): Outcome | undefined {
  const why = whySecret(name, value);
  if (why === undefined) return undefined;
  // What has the look of a secret the chart refuses in plain view, whatever anybody answers.
  const isPlainAllowed = why === "its name says so";
  const answer = ledger.ask(places, {
    id,
    risk: "wrong secret",
    asks: `Is ${name} a secret in plain view? ${why[0]?.toUpperCase()}${why.slice(1)}. Variables are in Git and in a ConfigMap that everybody may read.`,
    options: [
      { answer: "secret", means: "it goes to the vault: put a new one there by hand, because this one has been seen" },
      ...(isPlainAllowed ? [{ answer: "plain", means: "everybody may read it" } as const] : []),
    ],
    without: "it is left out",
  });
  if (answer === "plain") return { value };
  return answer === "secret" ? "secret" : "gone";
}
