import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, TerraformStack } from "cdktf";
import { buildApp, type Program } from "../../main";

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

/** The stacks of the very program that ships, validations and all, by name. */
export function synthProgram(program: Program = {}): Record<string, Synthesized> {
  const outdir = mkdtempSync(join(tmpdir(), "mmrv-test-"));
  try {
    const app = buildApp({ ...program, outdir });
    app.synth();
    return read(app, outdir);
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** One stack that holds what `fill` puts there. */
export function synthStack(fill: (stack: TerraformStack) => void): Synthesized {
  const outdir = mkdtempSync(join(tmpdir(), "mmrv-test-"));
  try {
    const app = new App({ outdir });
    fill(new TerraformStack(app, "test"));
    app.synth();
    return read(app, outdir).test as Synthesized;
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
