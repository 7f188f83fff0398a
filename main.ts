import { App, type TerraformStack } from "cdktf";
import cdktfJson from "./cdktf.json";
import { checkEnvironments } from "./environments/check";
import type { Environment } from "./environments/environment";
import { production } from "./environments/production";
import { staging } from "./environments/staging";
import { UserError } from "./environments/user-error";
import { InfraStack } from "./stacks/infra-stack";

export interface Program {
  /** What is deployed. @default staging and production */
  readonly environments?: readonly Environment[];
  /** Where the JSON goes. @default cdktf's own (cdktf.out, or what the CLI says) */
  readonly outdir?: string;
  /** Replaces `context.state` of cdktf.json. */
  readonly state?: unknown;
}

/**
 * The program: the phases in order, every stack, every edge. A pure function of its arguments and cdktf.json.
 * @throws UserError with every fault of the environments, before anything is written
 */
export function buildApp({
  environments = [staging, production],
  outdir,
  state = cdktfJson.context.state,
}: Program = {}): App {
  checkEnvironments(environments);
  const app = new App({ outdir, context: { ...cdktfJson.context, state } });

  for (const [index, environment] of environments.entries()) {
    // Phase 1 is the first environment's ground and backend, phase 2 the second's.
    phase(1 + index, new InfraStack(app, `${environment.name}-infra`, environment));
  }

  return app;
}

/** Notes which phase a stack belongs to, for the table of `npm start`. */
function phase(number: number, stack: TerraformStack): void {
  stack.node.addMetadata("phase", number);
}

if (require.main === module) {
  try {
    buildApp().synth();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
