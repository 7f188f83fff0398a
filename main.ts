import { App, type TerraformStack } from "cdktf";
import cdktfJson from "./cdktf.json";
import { ENVIRONMENTS } from "./environments/all";
import { checkEnvironments } from "./environments/check";
import type { Environment } from "./environments/environment";
import { UserError } from "./environments/user-error";
import { InfraStack } from "./stacks/infra-stack";

export interface Program {
  /** What is deployed. @default environments/all.ts */
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
export function buildApp({ environments = ENVIRONMENTS, outdir, state = cdktfContext().state }: Program = {}): App {
  checkEnvironments(environments);
  const app = new App({ outdir, context: { ...cdktfContext(), state } });

  for (const [index, environment] of environments.entries()) {
    // Phase 1 is the first environment's, phase 2 the second's; a standby belongs to recovery.
    phase(index < 2 ? 1 + index : 5, new InfraStack(app, `${environment.name}-infra`, environment));
  }

  return app;
}

/** What cdktf.json gives to every App, so that a direct run and the CLI agree; a file without it keeps state locally. */
export function cdktfContext(): { readonly state?: unknown } {
  return (cdktfJson as { context?: { state?: unknown } }).context ?? {};
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
