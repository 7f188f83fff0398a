import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, TerraformStack } from "cdktf";
import { buildApp, type Program } from "../../main";
import { checkEnvironments } from "../../model/check";
import type { Cutovers } from "../../model/cutover/files";
import type { Environment } from "../../model/environment";
import type { WithGitOps } from "../../model/git-ops";
import { stackName } from "../../model/naming";
import type { Subscription } from "../../model/subscription";
import { BootstrapStack } from "../../stacks/bootstrap-stack";
import { CutoverStack } from "../../stacks/cutover-stack";
import { GitOpsStack } from "../../stacks/gitops-stack";
import { bootstrap } from "./fixtures/environments/bootstrap";

/** A block of Terraform JSON; tests look into it and know what they expect. */
// biome-ignore lint/suspicious/noExplicitAny: synthesized JSON has no type
export type Block = any;

export interface Synthesized {
  readonly json: Block;
  /** Every resource of a type, in the order of the JSON. */
  readonly all: (type: string) => Block[];
  /** The only resource of a type. */
  readonly one: (type: string) => Block;
}

function wrap(text: string): Synthesized {
  const json = JSON.parse(text);
  const all = (type: string) => Object.values(json.resource?.[type] ?? {}) as Block[];
  const one = (type: string) => {
    const [first, ...rest] = all(type);
    if (first === undefined || rest.length > 0) throw new Error(`${all(type).length} resources of type ${type}`);
    return first;
  };
  return { json, all, one };
}

let shipped: Record<string, Synthesized> | undefined;

/** The stacks of the very program that ships, validations and all, by name. Nobody changes what it returns: it is shared. */
export function synthProgram(program?: Program): Record<string, Synthesized> {
  if (program) return synthesize(program);
  shipped ??= synthesize({});
  return shipped;
}

function synthesize(program: Program): Record<string, Synthesized> {
  const outdir = mkdtempSync(join(tmpdir(), "mmrv-test-"));
  try {
    const app = buildApp({ ...program, outdir });
    app.synth();
    return read(app, outdir);
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** The bootstrap by itself, as the program makes it: quicker than with all stacks beside it. */
export function synthBootstrap(subscription: Subscription, environments: readonly Environment[]): Synthesized {
  checkEnvironments(environments, subscription);
  const { name } = subscription;
  return synthOne(name, (app) => new BootstrapStack(app, name, subscription, environments));
}

/** The records of an environment by themselves, as the program makes them: quicker than with all stacks beside them. */
export function synthCutover(environment: Environment, cutovers: Cutovers): Synthesized {
  checkEnvironments([environment], bootstrap, { cutovers });
  const id = stackName(environment.name, "cutover");
  return synthOne(id, (app) => new CutoverStack(app, id, environment, cutovers.of(environment)));
}

/** Flux of an environment by itself, as the program makes it: quicker than with all stacks beside it. */
export function synthGitOps(environment: WithGitOps): Synthesized {
  checkEnvironments([environment], bootstrap);
  const id = stackName(environment.name, "gitops");
  return synthOne(id, (app) => new GitOpsStack(app, id, environment));
}

/** What a reviewer reads of a stack: without CDKTF's metadata, versions of providers and hashes of charts, which have tests of their own. */
export function reviewed({ json }: Synthesized): string {
  const text = JSON.stringify(json, (key, value) => (key === "//" ? undefined : value), 2)
    .replace(/"version": "\d+\.\d+\.\d+"/g, '"version": "<pinned>"')
    .replace(/(assets\/release_chart_[0-9A-F]+\/)[0-9A-F]+/g, "$1<hash>");
  return `${text}\n`;
}

/** One stack that holds what `fill` puts there. */
export const synthStack = (fill: (stack: TerraformStack) => void): Synthesized =>
  synthOne("test", (app) => fill(new TerraformStack(app, "test")));

function synthOne(id: string, make: (app: App) => void): Synthesized {
  const outdir = mkdtempSync(join(tmpdir(), "mmrv-test-"));
  try {
    const app = new App({ outdir });
    make(app);
    app.synth();
    return read(app, outdir)[id] as Synthesized;
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

function read(app: App, outdir: string): Record<string, Synthesized> {
  const ids = app.node.children.filter((child) => TerraformStack.isStack(child)).map(({ node }) => node.id);
  return Object.fromEntries(
    ids.map((id) => [id, wrap(readFileSync(join(outdir, "stacks", id, "cdk.tf.json"), "utf8"))]),
  );
}
