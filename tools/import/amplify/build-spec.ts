import { posix } from "node:path";
import type { At } from "../at";
import type { Ledger } from "../ledger";
import { askAboutBackend } from "./backend";
import { forBranch, inEveryPart } from "./branch-condition";
import { type Line, meaningOf, type Scope, type Written, writtenBy } from "./env-file";
import type { Build, BuildSecret } from "./inputs";
import { type Statement, statementsIn } from "./shell";
import { askAboutServer } from "./static-site";
import { type Step, stepsOf } from "./steps";

const { join } = posix;

/** A command of a build spec, and what is said of it: one value, however many statements it has. */
export interface Command {
  readonly at: At;
  readonly mapped: Set<string>;
  readonly dropped: Set<string>;
}

/** A variable that a command sets. */
export interface Assignment {
  readonly command: Command;
  readonly name: string;
  /** Whether the programs of the build have it too. */
  readonly isExported: boolean;
  /** Whether a command names it. */
  readonly isUsed: boolean;
}

/** What a build spec says. */
export interface SpecPart {
  readonly build: Build;
  readonly commands: readonly Command[];
  readonly written: readonly { readonly command: Command; readonly written: Written }[];
  /** Variables that the shell of the build has besides those of the console. */
  readonly assigned: ReadonlyMap<string, Omit<Line, "name">>;
  /** Where it got them. */
  readonly assignments: readonly Assignment[];
  readonly variables: readonly (readonly [name: string, at: At])[];
  /** Headers in their old place. */
  readonly headers?: At;
  readonly ignored: readonly string[];
}

export interface SpecScope {
  readonly ledger: Ledger;
  readonly branch: string | undefined;
  /** Of a variable of the console, or one that Amplify sets. */
  readonly value: (name: string) => string | undefined;
}

/**
 * Reads one application of a build spec.
 * @param root of the file
 * @param at the application: an element of `applications`, or the root
 */
export function readBuildSpec(root: At, at: At, scope: SpecScope): SpecPart {
  const { ledger } = scope;
  const appRoot = at.at("appRoot");
  for (const other of root.at("applications").items.filter(({ path }) => path !== at.path))
    ledger.dropped(other, "another application of the monorepo");
  const ignored = dropWithoutEffect(root, at, ledger);
  const test = [at.at("test"), root.at("test")].filter(({ isThere }) => isThere);
  ledger.dropped(test, "tests move to CI: the application's workflow has a job for them");
  const backends = [at.at("backend"), root.at("backend")].filter(({ isThere }) => isThere);
  if (backends.length > 0) askAboutBackend(backends, ledger);
  const headers = [root.at("customHeaders"), at.at("frontend", "customHeaders"), at.at("customHeaders")];
  const legacy = headers.find(({ isThere }) => isThere);
  const buildPath = at.at("frontend", "buildPath");
  if (buildPath.isThere) ledger.mapped(buildPath, "the folder that the build starts in");
  const reader = new Reader(scope, join(".", buildPath.text?.replace(/^\//, "") ?? appRoot.text ?? ""));
  for (const phase of ["preBuild", "build", "postBuild"]) {
    const commands = at.at("frontend", "phases", phase, "commands");
    for (const command of commands.items.length > 0 ? commands.items : [commands]) reader.read(command);
  }
  if (appRoot.isThere)
    ledger.mapped(appRoot, "the application's folder: outputFileTracingRoot is the repository's root");
  const folder = at.at("frontend", "artifacts", "baseDirectory");
  if (/(^|\/)(out|dist|build|public)$/.test(folder.text ?? "")) askAboutServer(folder, ledger);
  return {
    ...reader.part(appRoot.text),
    variables: [...root.at("env", "variables").entries, ...(at.path === "" ? [] : at.at("env", "variables").entries)],
    ...(legacy && { headers: legacy }),
    ignored,
  };
}

/** What people write into build specs, and Amplify has no such key. */
function dropWithoutEffect(root: At, at: At, ledger: Ledger): string[] {
  const ignored: string[] = [];
  const said = (place: At, names: readonly string[]) => {
    ledger.dropped(place, "it had no effect on Amplify: a build spec has no such key");
    ignored.push(`${place.source.name}: ${place.path}${names.length > 0 ? ` (${names.join(", ")})` : ""}`);
  };
  const places = [...new Map([root, at, at.at("frontend")].map((place) => [place.path, place])).values()];
  for (const place of places) {
    const environment = place.at("environment");
    const variables = environment.at("variables").isThere ? environment.at("variables") : environment;
    const names = variables.entries.map(([name]) => name);
    if (environment.isThere) said(environment, names);
    if (environment.isThere && names.length > 0)
      ledger.note(
        `${environment.source.name}: ${environment.path} is no key of a build spec (it is env), so ${names.join(", ")} are not in the running application either`,
      );
    if (place.at("customRules").isThere) said(place.at("customRules"), []);
  }
  return ignored;
}

class Reader {
  private readonly commands: Command[] = [];
  private readonly written: { command: Command; written: Written }[] = [];
  private readonly assigned = new Map<string, Omit<Line, "name">>();
  private readonly assignments: Omit<Assignment, "isUsed">[] = [];
  private readonly install: string[] = [];
  private readonly builds: string[] = [];
  private readonly secrets = new Map<string, BuildSecret["neededBy"]>();
  private packageManager: string | undefined;
  private node: string | undefined;

  constructor(
    private readonly scope: SpecScope,
    /** Where the next command runs, from the repository's root. */
    private folder: string,
  ) {}

  read(at: At): void {
    const text = at.text;
    if (text === undefined) return;
    const command: Command = { at, mapped: new Set(), dropped: new Set() };
    this.commands.push(command);
    if (/\bdotenvx\b/.test(text)) this.needDotenvx();
    const { isCut, isOpen, script } = forBranch(text, this.scope.branch);
    if (isCut) command.dropped.add("a part for other branches or previews, which are not rebuilt here");
    if (isOpen) {
      this.ask(at, "condition", "a condition or a loop of a shell");
      for (const statement of inEveryPart(script)) this.takeNames(command, statement);
    } else for (const statement of statementsIn(script)) this.take(command, statement);
  }

  part(appRoot: string | undefined): Pick<SpecPart, "build" | "commands" | "written" | "assigned" | "assignments"> {
    const build: Build = {
      context: ".",
      ...(appRoot !== undefined && { appRoot }),
      ...(this.packageManager !== undefined && { packageManager: this.packageManager }),
      ...(this.node !== undefined && { node: this.node }),
      install: this.install,
      commands: this.builds,
      secrets: [...this.secrets].map(([name, neededBy]) => ({ name, neededBy })),
    };
    const texts = this.commands.map(({ at }) => at.text ?? "");
    const isUsed = (name: string) => texts.some((text) => new RegExp(`\\$\\{?${name}\\b`).test(text));
    const assignments = this.assignments.map((one) => ({ ...one, isUsed: isUsed(one.name) }));
    return { build, commands: this.commands, written: this.written, assigned: this.assigned, assignments };
  }

  private take(command: Command, statement: Statement): void {
    const written = writtenBy(statement, this.lookups());
    if (written !== undefined) {
      this.written.push({ command, written });
      return;
    }
    for (const step of stepsOf(statement)) this.account(command, step);
  }

  /** Of a part that may not run: its variables have names, and values that nobody knows. */
  private takeNames(command: Command, statement: Statement): void {
    const written = writtenBy(statement, this.lookups());
    if (written === undefined) return;
    const doubt = "it stands behind a condition that nobody can judge here";
    const isLines = written.kind === "lines";
    const lines = (isLines ? written.lines : []).map(({ fetched, name, uses }) => ({
      name,
      ...(uses && { uses }),
      ...(fetched && { fetched: { ...fetched, doubts: [...fetched.doubts, doubt] } }),
    }));
    this.written.push({ command, written: isLines ? { kind: "lines", lines } : written });
  }

  private account(command: Command, step: Step): void {
    const { ledger } = this.scope;
    switch (step.kind) {
      case "install":
        this.install.push(this.here(step.says));
        this.packageManager ??= /(?:^|\s)(npm|pnpm|yarn|bun)(?=\s|$)/.exec(step.says)?.[1];
        command.mapped.add(`the image's build: ${step.says}`);
        for (const name of step.packages)
          ledger.note(
            `the build installed ${bareName(name)} besides what package.json says: put it there, for the image`,
          );
        return;
      case "build":
        this.builds.push(this.here(step.says));
        command.mapped.add(`the image's build: ${step.says}`);
        return;
      case "tool":
        this.packageManager = step.packageManager ?? this.packageManager;
        command.mapped.add(`the image's build: ${step.says}`);
        return;
      case "node":
        this.node = nodeIn(step.version) ?? this.node;
        command.mapped.add("the version of Node in NODE_IMAGE");
        return;
      case "token":
        for (const name of step.variables) this.secrets.set(name, "install");
        command.mapped.add(`a secret of the image's build: ${step.variables.join(", ")}`);
        return;
      case "variable":
        this.assigned.set(step.name, meaningOf(step.expression, this.lookups()));
        this.assignments.push({ command, name: step.name, isExported: step.isExported });
        return;
      case "exports":
        if (this.assigned.has(step.name)) this.assignments.push({ command, name: step.name, isExported: true });
        else command.dropped.add("the build has the console's variables without it");
        return;
      case "shows":
        command.dropped.add("it prints something");
        if (/\.env/.test(step.file))
          ledger.note(
            `the build prints ${step.file} into its log: whoever reads Amplify's logs has read what stood there`,
          );
        return;
      case "backend":
        askAboutBackend([command.at], ledger);
        return;
      case "goes":
        if (!step.to.includes("$")) this.folder = join(this.folder, step.to);
        command.dropped.add("it says where the next command runs");
        return;
      case "nothing":
        command.dropped.add(step.why);
        return;
      case "file":
        if (this.ask(command.at, step.name, `a command that writes ${step.name}`) === "in-image")
          this.builds.push(this.here(step.says));
        return;
      case "other":
        if (this.ask(command.at, step.name, `"${step.name}"`) === "in-image") this.builds.push(this.here(step.says));
    }
  }

  private lookups(): Scope {
    return {
      value: (name) => this.assigned.get(name)?.value ?? this.scope.value(name),
      fetched: (name) => this.assigned.get(name)?.fetched,
      uses: (name) => this.assigned.get(name)?.uses ?? [],
    };
  }

  private here(says: string): string {
    return this.folder === "." || this.folder === "./" ? says : `cd ${this.folder} && ${says}`;
  }

  private needDotenvx(): void {
    this.secrets.set("DOTENV_PRIVATE_KEY", "build");
    this.scope.ledger.note(
      "dotenvx decrypts files of the repository: DOTENV_PRIVATE_KEY is a secret, and whoever has it and the repository has all that is in them",
    );
  }

  private ask(at: At, name: string, what: string): string | undefined {
    return this.scope.ledger.ask(at, {
      id: `build:${name}`,
      risk: /migrat|seed|^db:|prisma/.test(name) ? "data" : "does not start",
      asks: `Amplify's build ran ${what}. Does the build of the image need it, with its network and its credentials?`,
      options: [
        { answer: "in-image", means: "the Dockerfile runs it; a credential is mounted as a secret, never an ARG" },
        { answer: "in-ci", means: "the workflow runs it before the image is built" },
        { answer: "not-needed", means: "nothing of what it made is used" },
      ],
      without: "nothing runs it",
    });
  }
}

/** Without the version that it may have. */
const bareName = (name: string): string => name.replace(/(?<=.)@.*$/, "");

const nodeIn = (text: string): string | undefined =>
  /^v?(\d+(\.\d+)*)$/.exec(text)?.[1] ?? /\.(tool-versions|nvmrc|node-version)\b/.exec(text)?.[0];
