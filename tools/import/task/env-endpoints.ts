import { calleesOf } from "../callees";
import type { Option } from "../question";
import type { Task } from "./task";
import type { Outcome, Variable } from "./variables";

const LOCAL = /\b(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]):(\d+)/g;

/** An address on localhost where nothing listens any more. */
export function endpointGone(
  task: Task,
  { id, name, places, value }: Variable,
  all: readonly Variable[],
): Outcome | undefined {
  const { cast, ledger } = task;
  const kept = [cast.main, ...cast.sidecars.map(({ container }) => container)];
  const open = new Set(kept.flatMap(({ ports }) => ports));
  const isGone = (port: number) =>
    !open.has(port) && (cast.isServer || cast.lost.some((one) => one.ports.includes(port)));
  const beside = portBeside(name, value, all);
  const ports = [...[...value.matchAll(LOCAL)].map(([, port]) => Number(port)), ...(beside ?? [])];
  const gone = ports.find(isGone);
  const named =
    cast.lost.find((one) => isHostIn(name, value, one.name)) ??
    (beside?.length === 0 ? cast.lost.find((one) => one.ports.some(isGone)) : undefined);
  if (gone === undefined && named === undefined) return undefined;
  const answer = ledger.ask(places, {
    id,
    risk: "unreachable",
    asks: `${name} leads to ${named?.name ?? `port ${gone} on localhost`}, where nothing listens any more. Where is it now?`,
    options: [UNCHANGED, ANOTHER],
    without: "it stays as it is, and nothing answers there",
  });
  return { value: another(answer, value) };
}

/**
 * The port that another variable gives to a bare localhost: `DB_PORT` beside `DB_HOST`. Empty where none does, undefined for what
 * is no address to call: `HOST` alone is mostly where a server listens.
 */
function portBeside(name: string, value: string, all: readonly Variable[]): number[] | undefined {
  const [, prefix = ""] = /^(.*?)[_.-]?(?:HOST(?:NAME)?|ADDR(?:ESS)?|SERVER|ENDPOINT)$/i.exec(name) ?? [];
  if (prefix === "" || !/^(localhost|127\.0\.0\.1|::1)$/.test(value) || /BIND|LISTEN/i.test(name)) return undefined;
  const ports = all.filter((one) => /^[_.-]?PORT$/i.test(one.name.slice(prefix.length)) && one.name.startsWith(prefix));
  return ports.map((one) => Number(one.value)).filter((port) => port > 0);
}

/** Containers that were linked found each other by name; a bare name is a host where the variable says so. */
const isHostIn = (variable: string, value: string, container: string): boolean =>
  /^[\w.-]+$/.test(container) &&
  (/HOST|URL|URI|ADDR|SERVER|ENDPOINT/i.test(variable) || /[:/@]/.test(value)) &&
  new RegExp(`(^|//|@)${container.replaceAll(".", "\\.")}(:\\d+)?(/.*)?$`).test(value);

/** A host that only the VPC reaches. */
export function insideTheVpc({ context, ledger }: Task, { id, name, places, value }: Variable): Outcome | undefined {
  const [host] = calleesOf(name, value, context.environment.aws.region).filter(({ isPrivate }) => isPrivate);
  if (host === undefined) return undefined;
  const answer = ledger.ask(places, {
    id,
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
