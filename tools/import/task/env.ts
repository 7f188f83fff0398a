import { calleesOf } from "../callees";
import type { Callee } from "../draft";
import { ACCEPTED } from "../question";
import { endpointGone, insideTheVpc } from "./env-endpoints";
import { accessKey, secretLooking } from "./env-secrets";
import type { Task } from "./task";
import type { Outcome, Variable } from "./variables";

/** What the plain variables mean. */
export interface Env {
  readonly env: Readonly<Record<string, string>>;
  /** Variables that are to be secrets: somebody puts their values into the vault. */
  readonly secrets: readonly string[];
  readonly callees: readonly Callee[];
}

/** The names that the chart takes: letters, digits and underscores. */
export const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** What the chart sets by itself. */
export const OURS = ["PORT", "AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_STS_REGIONAL_ENDPOINTS"];

/** A name that is free for another variable. @param taken names; those that no variable can have are free in any case */
export const freeName = (taken: readonly string[]): RegExp =>
  new RegExp(`^(?!(${[...OURS, ...taken.filter((name) => VARIABLE.test(name))].join("|")})$)[A-Za-z_][A-Za-z0-9_]*$`);

/** @param secret names of variables that secrets have */
export function envOf(task: Task, variables: readonly Variable[], secret: readonly string[]): Env {
  const env: [name: string, value: string][] = [];
  const taken = [...variables.map(({ name }) => name), ...secret];
  const secrets: string[] = [];
  const callees: Callee[] = [];
  for (const variable of variables) {
    const { name } = variable;
    const outcome = settle(task, variable, variables);
    if (outcome === "secret") secrets.push(name);
    if (outcome === "secret" || outcome === "gone") continue;
    const as = VARIABLE.test(name) ? name : renamed(task, variable, taken);
    if (as === undefined) continue;
    taken.push(as);
    task.ledger.mapped(variable.places, `env.${as}`);
    env.push([as, outcome.value]);
    callees.push(...calleesOf(name, outcome.value, task.context.environment.aws.region));
  }
  return { env: Object.fromEntries(env), secrets, callees };
}

const settle = (task: Task, variable: Variable, all: readonly Variable[]): Outcome =>
  setByUs(task, variable) ??
  accessKey(task, variable) ??
  secretLooking(task, variable) ??
  builtIn(task, variable) ??
  ofEcs(task, variable) ??
  endpointGone(task, variable, all) ??
  insideTheVpc(task, variable) ?? { value: variable.value };

/** Web identity, which the chart sets by itself for an application with permissions in AWS. */
function setByUs({ ledger }: Task, { id, name, places, value }: Variable): Outcome | undefined {
  if (name === "AWS_STS_REGIONAL_ENDPOINTS" && value === "regional") {
    ledger.mapped(places, "what the chart sets by itself");
    return "gone";
  }
  if (!/^AWS_(ROLE_ARN|WEB_IDENTITY_TOKEN_FILE|STS_REGIONAL_ENDPOINTS)$/.test(name)) return undefined;
  ledger.ask(places, {
    id,
    risk: "access lost",
    asks: `${name} says how it logs in to AWS, and the chart sets that by itself: the environment's role. Was another one meant?`,
    options: [{ answer: "ours", means: "the chart's value is right" }],
    without: "the chart's value holds",
  });
  return "gone";
}

/** What a build writes into the pages: Next.js, Vite, Create React App, Gatsby. */
const BUILT_IN = /^(NEXT_PUBLIC|VITE|REACT_APP|GATSBY)_/;

function builtIn({ ledger }: Task, { id, name, places, value }: Variable): Outcome | undefined {
  if (!BUILT_IN.test(name)) return undefined;
  const answer = ledger.ask(places, {
    id,
    risk: "does not start",
    asks: `${name} is built into the pages: at run time it does nothing for them. Does code of the server read it too?`,
    options: [
      { answer: "build", means: "no: it is left out, and the image's build must be given it" },
      { answer: "runtime", means: "yes: it stays a variable too" },
    ],
    without: "it stays a variable, and the pages have what the build was given",
  });
  return answer === "build" ? "gone" : { value };
}

const OF_ECS =
  /^(ECS_CONTAINER_METADATA_URI(_V4)?|AWS_CONTAINER_CREDENTIALS_(RELATIVE|FULL)_URI|AWS_EXECUTION_ENV|ECS_AGENT_URI)$/;

function ofEcs({ ledger }: Task, { id, name, places, value }: Variable): Outcome | undefined {
  if (!OF_ECS.test(name) && !/169\.254\.170\.2/.test(value)) return undefined;
  ledger.ask(places, {
    id,
    risk: "does not start",
    asks: `${name} leads to what only a host of ECS has. What does the application ask there?`,
    options: [ACCEPTED],
    without: "it is left out",
  });
  return "gone";
}

function renamed({ ledger }: Task, { id, name, places }: Variable, taken: readonly string[]): string | undefined {
  const answer = ledger.ask(places, {
    id,
    risk: "does not start",
    asks: `${name} is no name of a variable for a shell, and the chart takes none such. What may it be called?`,
    options: [
      { answer: "none", means: "it is left out" },
      {
        form: "a name such as MY_NAME that no other variable has",
        fits: freeName(["none", ...taken]),
        means: "takes its place; the application must read it",
      },
    ],
    without: "it is left out",
  });
  return answer === "none" ? undefined : answer;
}
