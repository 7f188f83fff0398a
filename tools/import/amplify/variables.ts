import type { SecretSource } from "../../../model/schema/aws";
import type { At } from "../at";
import type { Callee } from "../draft";
import type { Ledger } from "../ledger";
import { sortAssignments } from "./assignments";
import type { Command, SpecPart } from "./build-spec";
import { type Kind, kindOfMade } from "./classify";
import { calleeIn } from "./hosts";
import type { AmplifyContext, BuildArgument } from "./inputs";
import type { Known } from "./known-variables";
import type { Fetched } from "./secret-source";
import { askAboutSource, askForNames, askIfPlain, askIfPublic } from "./variable-questions";

/** What the variables of the console, and those of the build, become. */
export interface VariablesPart {
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: readonly { readonly name: string; readonly env: string }[];
  readonly sources: readonly SecretSource[];
  readonly byHand: readonly { readonly name: string; readonly env: string }[];
  readonly buildArguments: readonly BuildArgument[];
  /** Names of secrets that the build alone needs, besides those of its registries. */
  readonly buildSecrets: readonly string[];
  readonly baked: readonly string[];
  /** What the build asked for, and the console did not have. */
  readonly ignored: readonly string[];
  readonly callees: readonly Callee[];
}

/** A variable, with all that is said of it. */
interface Variable {
  readonly name: string;
  value?: string;
  fetched?: Fetched;
  /** Variables that it is made of. */
  uses?: readonly string[];
  /** Its place in the console or the build spec. */
  at?: At;
  /** The commands that write it into a .env file. */
  readonly commands: Command[];
}

/** Set by hand where no file says the value; `model/markers.ts` knows the word. */
const MARKER = "change-me";

/**
 * @param host of the application, for what must be its own address
 */
export function convertVariables(
  spec: SpecPart | undefined,
  merged: Known,
  context: AmplifyContext,
  host: string | undefined,
): VariablesPart {
  const { ledger } = context;
  const all = new Map<string, Variable>();
  const variable = (name: string): Variable => {
    const one = all.get(name) ?? { name, commands: [] };
    all.set(name, one);
    return one;
  };
  for (const [name, { at, value }] of merged.variables) Object.assign(variable(name), { at, value });
  const ignored: string[] = [];
  const baked = spec === undefined ? [] : writtenNames(spec, merged, ledger, variable, ignored);
  const assigned = spec && sortAssignments(spec, new Set(baked), merged, ledger);
  for (const { command, name } of assigned?.kept ?? []) {
    Object.assign(variable(name), { value: undefined }, spec?.assigned.get(name));
    variable(name).commands.push(command);
  }
  const buildSecrets = assigned?.secrets ?? [];
  const mounted = new Set([...(spec?.build.secrets.map(({ name }) => name) ?? []), ...buildSecrets]);
  const result = new Result(context, host, mounted, merged.isComplete);
  for (const one of all.values()) result.take(one);
  return { ...result.part, buildSecrets, baked: [...new Set(baked)], ignored };
}

/** Every variable that the build writes into a .env file. */
function writtenNames(
  spec: SpecPart,
  merged: Known,
  ledger: Ledger,
  variable: (name: string) => Variable,
  ignored: string[],
): string[] {
  const names: string[] = [];
  const add = (name: string, command: Command): Variable => {
    names.push(name);
    const one = variable(name);
    one.commands.push(command);
    return one;
  };
  const open: Command[] = [];
  for (const { command, written } of spec.written) {
    if (written.kind === "lines") {
      for (const { name, ...meaning } of written.lines)
        Object.assign(add(name, command), { value: undefined }, meaning);
      continue;
    }
    if (written.kind === "unknown") open.push(command);
    if (written.kind !== "filter") continue;
    const assigned = [...spec.assigned].filter(([name]) => !merged.variables.has(name));
    const lines = [...merged.variables, ...assigned].filter(([name, { value = "" }]) =>
      written.fits(`${name}=${value}`),
    );
    const known = lines.map(([name]) => name);
    const found = merged.isComplete ? known : [...new Set([...written.names, ...known])];
    for (const name of found) Object.assign(add(name, command), spec.assigned.get(name));
    if (!merged.isComplete && !written.isPublicOnly) open.push(command);
    if (!merged.isComplete && written.isPublicOnly)
      ledger.note(
        "the build writes NEXT_PUBLIC_ variables into a .env file; get-app lists them, and so does git grep -oh 'NEXT_PUBLIC_[A-Z0-9_]*'",
      );
    if (found.length === 0 && merged.isComplete) command.dropped.add("no variable of the console fits it");
    if (found.length === 0 && !merged.isComplete)
      command.mapped.add("build arguments, by the names that get-app lists");
    const absent = written.names.filter((name) => merged.isComplete && !lines.some(([one]) => one.includes(name)));
    ignored.push(...absent.map((name) => `${command.at.source.name}: no variable of the console has ${name} in it`));
  }
  if (open.length > 0)
    for (const name of askForNames(
      open.map(({ at }) => at),
      ledger,
    ))
      for (const one of open) add(name, one);
  return names;
}

/** Sorts variables; whatever it says of a value, it says by the name. */
class Result {
  private readonly env: Record<string, string> = {};
  private readonly secrets: { name: string; env: string }[] = [];
  private readonly sources: SecretSource[] = [];
  private readonly byHand: { name: string; env: string }[] = [];
  private readonly buildArguments: BuildArgument[] = [];
  private readonly callees: Callee[] = [];
  private readonly ledger: Ledger;

  constructor(
    context: AmplifyContext,
    private readonly host: string | undefined,
    private readonly buildSecrets: ReadonlySet<string>,
    /** Whether the console's variables are known. */
    private readonly isComplete: boolean,
  ) {
    this.ledger = context.ledger;
  }

  get part(): Omit<VariablesPart, "baked" | "buildSecrets" | "ignored"> {
    const { buildArguments, byHand, callees, env, secrets, sources } = this;
    return { env, secrets, sources, byHand, buildArguments, callees };
  }

  take(variable: Variable): void {
    const { at, commands, name, value } = variable;
    const places = [...(at ? [at] : []), ...commands.map((command) => command.at)];
    if (commands.length === 0 && this.buildSecrets.has(name)) {
      this.claim(variable, "a secret of the image's build (--mount=type=secret), never an ARG");
      return;
    }
    const kind = kindOfMade(variable);
    if (value !== undefined) this.call(name, value, kind);
    if (kind === "public" || (kind === "refused" && askIfPublic(name, places, this.ledger)))
      this.addBuildArgument(variable);
    else if (kind === "plain" || (kind === "unknown" && askIfPlain(name, places, this.ledger))) this.addPlain(variable);
    else if (kind !== "refused") this.addSecret(variable, places);
  }

  /** The host of a URL is no secret; whatever else a secret is, it is no host. */
  private call(name: string, value: string, kind: Kind): void {
    const isOpen = kind === "public" || kind === "plain";
    const callee = /^(NEXTAUTH_URL|AUTH_URL)$/.test(name) ? undefined : calleeIn(value, name, isOpen ? "any" : "url");
    if (callee && callee.host !== this.host) this.callees.push(callee);
  }

  private addBuildArgument(variable: Variable): void {
    const { name, value } = variable;
    this.buildArguments.push({ name, ...(value !== undefined && { value }) });
    this.claim(variable, `a build argument: ${name}`);
    if (!/^NEXT_PUBLIC_[A-Z0-9_]+$/.test(name))
      this.ledger.note(`${name}: publish-image.yml takes names of capital letters only; rename it in the code`);
  }

  private addPlain(variable: Variable): void {
    const { name, value } = variable;
    const own = /^(NEXTAUTH_URL|AUTH_URL)$/.test(name) && this.host !== undefined ? `https://${this.host}` : undefined;
    const text = value ?? own ?? MARKER;
    this.env[name] = text;
    if (text === MARKER) this.ledger.note(`${name}: no file says its value; env.${name} is ${MARKER} until you do`);
    this.claim(variable, `env.${name}`);
  }

  private addSecret(variable: Variable, places: readonly At[]): void {
    const { fetched, name } = variable;
    const vaultName = this.vaultNameOf(name);
    this.secrets.push({ name: vaultName, env: name });
    this.claim(variable, `secrets: ${vaultName}, as ${name}`);
    const source = fetched && this.sourceOf(name, vaultName, fetched, places);
    if (source) this.sources.push(source);
    else this.byHand.push({ name: vaultName, env: name });
  }

  /** Key Vault takes no underscore, and tells no capital letter from a small one. */
  private vaultNameOf(name: string): string {
    const short = name.toLowerCase().replaceAll("_", "-");
    const twins = this.secrets.filter((secret) => secret.name.replace(/--\d+$/, "") === short).length;
    return twins === 0 ? short : `${short}--${twins + 1}`;
  }

  /** What is in a .env file is in the application; what is not, Amplify has at build time alone. */
  private claim({ at, commands, name }: Variable, to: string): void {
    for (const command of commands) command.mapped.add(to);
    if (at === undefined) return;
    const isBaked = commands.length > 0 || /^NEXT_PUBLIC_/.test(name) || this.buildSecrets.has(name);
    if (isBaked || !this.isComplete) this.ledger.mapped(at, to);
    else
      this.ledger.defaulted(
        at,
        to,
        "Amplify had it while building alone; a pod has it too, for what Next.js reads at run time",
      );
  }

  private sourceOf(name: string, to: string, fetched: Fetched, places: readonly At[]): SecretSource | undefined {
    const { doubts, from, key } = fetched;
    const source = (path: string): SecretSource =>
      from === "parameterStore"
        ? { from, name: path, to }
        : { from, name: path, ...(key !== undefined && { key }), to };
    if (doubts.length === 0 && fetched.name !== undefined) return source(fetched.name);
    const answer = askAboutSource(name, fetched, places, this.ledger);
    if (answer === "copy" && fetched.name !== undefined) return source(fetched.name);
    return answer === undefined || answer === "accepted" ? undefined : source(answer);
  }
}
