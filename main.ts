import { App, type TerraformStack } from "cdktf";
import cdktfJson from "./cdktf.json";
import { ENVIRONMENTS } from "./environments/all";
import { bootstrap as BOOTSTRAP } from "./environments/bootstrap";
import { checkEnvironments } from "./environments/check";
import type { Environment } from "./environments/environment";
import { BOOTSTRAP_RESOURCE_GROUP, stackName, stateAccountName } from "./environments/naming";
import type { Subscription } from "./environments/subscription";
import { UserError } from "./environments/user-error";
import { BootstrapStack } from "./stacks/bootstrap-stack";
import { InfraStack } from "./stacks/infra-stack";
import type { StateAccount } from "./stacks/state";

export interface Program {
  /** What is prepared before any environment. @default environments/bootstrap.ts */
  readonly bootstrap?: Subscription;
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
export function buildApp({
  bootstrap = BOOTSTRAP,
  environments = ENVIRONMENTS,
  outdir,
  state = cdktfContext().state,
}: Program = {}): App {
  checkEnvironments(environments, bootstrap);
  const { hcpTerraform } = bootstrap;
  const context = {
    ...cdktfContext(),
    state,
    stateAccount: stateAccountOf(bootstrap),
    ...(hcpTerraform.use === "workspaces" && { hcpTerraform }),
  };
  const app = new App({ outdir, context });

  const ground = phase(0, new BootstrapStack(app, bootstrap.name, bootstrap, environments));
  for (const [index, environment] of environments.entries()) {
    // Phase 1 is the first environment's, phase 2 the second's; a standby belongs to recovery.
    const infra = phase(
      index < 2 ? 1 + index : 5,
      new InfraStack(app, stackName(environment.name, "infra"), environment),
    );
    infra.addDependency(ground);
  }

  return app;
}

function stateAccountOf({ subscriptionId, suffix }: Subscription): StateAccount {
  return { subscriptionId, resourceGroupName: BOOTSTRAP_RESOURCE_GROUP, storageAccountName: stateAccountName(suffix) };
}

/** What cdktf.json gives to every App, so that a direct run and the CLI agree; a file without it keeps state locally. */
export function cdktfContext(): { readonly state?: unknown } {
  return (cdktfJson as { context?: { state?: unknown } }).context ?? {};
}

/** Notes which phase a stack belongs to, for the table of `npm start`. */
function phase<T extends TerraformStack>(number: number, stack: T): T {
  stack.node.addMetadata("phase", number);
  return stack;
}

if (require.main === module) {
  // CDKTF takes a stack trace for every reference, and mapping each to its source is a fifth of the whole time.
  process.setSourceMapsEnabled(false);
  try {
    buildApp().synth();
  } catch (error) {
    process.setSourceMapsEnabled(true);
    if (!(error instanceof UserError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
