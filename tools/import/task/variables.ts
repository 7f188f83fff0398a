import type { At } from "../at";
import type { Container } from "./container";
import type { Task } from "./task";

/** A plain variable of the task, with every place that says it. */
export interface Variable {
  /** Of the question about it. */
  readonly id: string;
  readonly name: string;
  readonly value: string;
  readonly places: readonly At[];
}

/** What becomes of one variable: it stays with a value, becomes a secret, or goes. */
export type Outcome = { readonly value: string } | "secret" | "gone";

/** The containers that share the application's variables here: the chart has one set for all of them. */
export const sharing = ({ cast }: Task): Container[] => [
  cast.main,
  ...cast.consumers,
  ...(cast.migration ? [cast.migration] : []),
];

/**
 * Every plain variable once, by name: those of the main container, then those that others have beside. What is said twice
 * with two values, in one container or in two, is asked about; the value itself is never shown.
 */
export function variablesOf(task: Task): Variable[] {
  const { ledger, template } = task;
  const found = sharing(task).flatMap((container) =>
    container.at.at("environment").items.map((at) => ({
      container,
      name: at.at("name").text ?? "",
      value: at.at("value").textOrEmpty ?? "",
      places: [at.at("name"), at.at("value")],
      injected: task.cast.injection?.variables.some(({ path }) => path === at.path) ?? false,
    })),
  );
  // What has no name is no variable; the table of fields asks about it.
  const names = [...new Set(found.map(({ name }) => name))].filter((name) => name !== "");
  return names.flatMap((name) => {
    const all = found.filter((one) => one.name === name && !one.injected);
    const [first] = all;
    if (first === undefined) return [];
    const places = all.flatMap((one) => one.places).filter((at) => !template.covers(at));
    const of = (container: Container) => all.filter((one) => one.container === container);
    const own = of(first.container);
    // As Docker has it, the last one counts.
    const last = own.at(-1) ?? first;
    if (name === "PORT" || new Set(all.map(({ value }) => value)).size === 1)
      return [{ id: `env:${name}`, name, value: last.value, places }];
    const isInOne = new Set(own.map(({ value }) => value)).size > 1;
    const answer = ledger.ask(places, {
      id: `env:${name}`,
      risk: "does not start",
      asks: isInOne
        ? `${name} is there twice in ${first.container.name}, with two values. Which one is meant?`
        : `${name} has another value in ${[...new Set(all.map((one) => one.container.name))].join(" than in ")}. The chart has one set of variables for the application and its work. Which one is meant?`,
      options: [
        { answer: "first", means: isInOne ? "what stands first" : `the value in ${first.container.name}` },
        {
          answer: "last",
          means: isInOne ? "what stands last, which is what Docker takes" : "the value in the other one",
        },
      ],
      without: isInOne ? "the last is taken, as Docker does" : `the value in ${first.container.name} is taken`,
    });
    const value = answer === "first" ? first.value : answer === "last" ? (all.at(-1) ?? first).value : last.value;
    return [{ id: `env:${name}`, name, value, places }];
  });
}
