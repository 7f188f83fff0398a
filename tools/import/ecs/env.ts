import { calleesOf } from "../callees";
import type { Callee } from "../draft";
import { ACCEPTED, type Option } from "../question";
import { isAccessKey, whySecret } from "./secret-looking";
import type { Task } from "./task";
import type { Variable } from "./variables";

/** What the plain variables mean. */
export interface Env {
  readonly env: Readonly<Record<string, string>>;
  /** Variables that are to be secrets: somebody puts their values into the vault. */
  readonly secrets: readonly string[];
  readonly callees: readonly Callee[];
}

/** What becomes of one variable: stays with a value, becomes a secret, or goes. */
type Outcome = { readonly value: string } | "secret" | "gone";

/** The names that the chart takes: letters, digits and underscores. */
export const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

export function envOf(task: Task, variables: readonly Variable[]): Env {
  const env: [name: string, value: string][] = [];
  const secrets: string[] = [];
  const callees: Callee[] = [];
  for (const variable of variables) {
    const { name } = variable;
    const outcome = settle(task, variable);
    if (outcome === "secret") secrets.push(name);
    if (outcome === "secret" || outcome === "gone") continue;
    const as = VARIABLE.test(name) ? name : renamed(task, variable);
    if (as === undefined) continue;
    task.ledger.mapped(variable.places, `env.${as}`);
    env.push([as, outcome.value]);
    callees.push(...calleesOf(name, outcome.value));
  }
  return { env: Object.fromEntries(env), secrets, callees };
}

const settle = (task: Task, variable: Variable): Outcome =>
  setByUs(task, variable) ??
  accessKey(task, variable) ??
  secretLooking(task, variable) ??
  builtIn(task, variable) ??
  ofEcs(task, variable) ??
  endpointGone(task, variable) ??
  insideTheVpc(task, variable) ?? { value: variable.value };

/** Web identity, which the chart sets by itself for an application with permissions in AWS. */
function setByUs({ ledger }: Task, { name, places, value }: Variable): Outcome | undefined {
  if (name === "AWS_STS_REGIONAL_ENDPOINTS" && value === "regional") {
    ledger.mapped(places, "what the chart sets by itself");
    return "gone";
  }
  if (!/^AWS_(ROLE_ARN|WEB_IDENTITY_TOKEN_FILE|STS_REGIONAL_ENDPOINTS)$/.test(name)) return undefined;
  ledger.ask(places, {
    id: `env:${name}`,
    risk: "access lost",
    asks: `${name} says how it logs in to AWS, and the chart sets that by itself: the environment's role. Was another one meant?`,
    options: [{ answer: "ours", means: "the chart's value is right" }],
    without: "the chart's value holds",
  });
  return "gone";
}

function accessKey({ ledger }: Task, { name, places, value }: Variable): Outcome | undefined {
  if (!isAccessKey(name) || value === "") return undefined;
  const answer = ledger.ask(places, {
    id: `env:${name}`,
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

function secretLooking({ ledger }: Task, { name, places, value }: Variable): Outcome | undefined {
  const why = whySecret(name, value);
  if (why === undefined) return undefined;
  // What has the look of a secret the chart refuses in plain view, whatever anybody answers.
  const isPlainAllowed = why === "its name says so";
  const answer = ledger.ask(places, {
    id: `env:${name}`,
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

/** What a build writes into the pages: Next.js, Vite, Create React App, Gatsby. */
const BUILT_IN = /^(NEXT_PUBLIC|VITE|REACT_APP|GATSBY)_/;

function builtIn({ ledger }: Task, { name, places, value }: Variable): Outcome | undefined {
  if (!BUILT_IN.test(name)) return undefined;
  const answer = ledger.ask(places, {
    id: `env:${name}`,
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

function ofEcs({ ledger }: Task, { name, places, value }: Variable): Outcome | undefined {
  if (!OF_ECS.test(name) && !/169\.254\.170\.2/.test(value)) return undefined;
  ledger.ask(places, {
    id: `env:${name}`,
    risk: "does not start",
    asks: `${name} leads to what only a host of ECS has. What does the application ask there?`,
    options: [ACCEPTED],
    without: "it is left out",
  });
  return "gone";
}

const LOCAL = /\b(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]):(\d+)/g;

/** An address on localhost where nothing listens any more. */
function endpointGone(task: Task, { name, places, value }: Variable): Outcome | undefined {
  const { cast, ledger } = task;
  const kept = [cast.main, ...cast.sidecars.map(({ container }) => container)];
  const open = new Set(kept.flatMap(({ ports }) => ports));
  const ports = [...value.matchAll(LOCAL)].map(([, port]) => Number(port));
  const gone = ports.find(
    (port) => !open.has(port) && (cast.isServer || cast.lost.some((one) => one.ports.includes(port))),
  );
  const named = cast.lost.find((one) => isHostIn(name, value, one.name));
  if (gone === undefined && named === undefined) return undefined;
  const answer = ledger.ask(places, {
    id: `env:${name}`,
    risk: "unreachable",
    asks: `${name} leads to ${named?.name ?? `port ${gone} on localhost`}, where nothing listens any more. Where is it now?`,
    options: [UNCHANGED, ANOTHER],
    without: "it stays as it is, and nothing answers there",
  });
  return { value: another(answer, value) };
}

/** Containers that were linked found each other by name; a bare name is a host where the variable says so. */
const isHostIn = (variable: string, value: string, container: string): boolean =>
  /^[\w.-]+$/.test(container) &&
  (/HOST|URL|URI|ADDR|SERVER|ENDPOINT/i.test(variable) || /[:/@]/.test(value)) &&
  new RegExp(`(^|//|@)${container.replaceAll(".", "\\.")}(:\\d+)?(/.*)?$`).test(value);

function insideTheVpc({ ledger }: Task, { name, places, value }: Variable): Outcome | undefined {
  const [host] = calleesOf(name, value).filter(({ isPrivate }) => isPrivate);
  if (host === undefined) return undefined;
  const answer = ledger.ask(places, {
    id: `env:${name}`,
    risk: "unreachable",
    asks: `${name} leads to ${host.host}, which is reachable only inside the VPC. Has it moved, or does a network lead there?`,
    options: [UNCHANGED, ANOTHER],
    without: "it stays as it is, and nobody reaches it from Azure",
  });
  return { value: another(answer, value) };
}

const UNCHANGED: Option = { answer: "unchanged", means: "it is right as it is: it is reached from Azure too" };
const ANOTHER: Option = { form: "a new value", fits: /^(?!unchanged$)\S.*$/, means: "takes its place" };
const another = (answer: string | undefined, value: string): string =>
  answer === undefined || answer === "unchanged" ? value : answer;

function renamed({ ledger }: Task, { name, places }: Variable): string | undefined {
  const answer = ledger.ask(places, {
    id: `env:${name}`,
    risk: "does not start",
    asks: `${name} is no name of a variable for a shell, and the chart takes none such. What may it be called?`,
    options: [
      { answer: "none", means: "it is left out" },
      {
        form: "a name such as MY_NAME",
        fits: /^(?!none$)[A-Za-z_][A-Za-z0-9_]*$/,
        means: "takes its place; the application must read it",
      },
    ],
    without: "it is left out",
  });
  return answer === "none" ? undefined : answer;
}
