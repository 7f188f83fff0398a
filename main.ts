import { App } from "cdktf";
import * as user from "./environments/all";
import { cdktfContext } from "./model/cdktf-json";
import { checkEnvironments } from "./model/check";
import { Cutovers } from "./model/cutover/files";
import type { Environment } from "./model/environment";
import { hasGitOps } from "./model/git-ops";
import { HelmValues } from "./model/helm-values";
import { BOOTSTRAP_RESOURCE_GROUP, stackName, stateAccountName } from "./model/naming";
import { phaseOf } from "./model/schema/application";
import type { Subscription } from "./model/subscription";
import { ThirdParty } from "./model/third-party";
import { AddonsStack } from "./stacks/addons-stack";
import { ApplicationStack } from "./stacks/application-stack";
import { AwsAccessStack } from "./stacks/aws-access-stack";
import { BootstrapStack } from "./stacks/bootstrap-stack";
import { CutoverStack } from "./stacks/cutover-stack";
import { GitOpsStack } from "./stacks/gitops-stack";
import { InfraStack } from "./stacks/infra-stack";
import type { MmrvStack } from "./stacks/mmrv-stack";
import { PlatformStack } from "./stacks/platform-stack";
import type { StateAccount } from "./stacks/state";

export interface Program {
  /** What is prepared before any environment. @default environments/bootstrap.ts */
  readonly bootstrap?: Subscription;
  /** How far users have moved. @default cutover/ */
  readonly cutovers?: Cutovers;
  /** What is deployed. @default environments/all.ts */
  readonly environments?: readonly Environment[];
  /** The folder with the values of the releases. @default helm-values/ */
  readonly helmValues?: string;
  /** Where the JSON goes. @default cdktf's own (cdktf.out, or what the CLI says) */
  readonly outdir?: string;
  /** Replaces `context.state` of cdktf.json. */
  readonly state?: unknown;
}

/**
 * The program: the phases in order, every stack, every edge. A pure function of its arguments, environments/, cdktf.json,
 * helm-values/, cutover/ and charts/.
 * @throws UserError with every issue of the environments, their values and their cutovers, before anything is written
 */
export function buildApp({
  bootstrap = user.bootstrap,
  cutovers = new Cutovers(user.CUTOVER),
  environments = user.ENVIRONMENTS,
  helmValues: folder = user.HELM_VALUES,
  outdir,
  state = cdktfContext().state,
}: Program = {}): App {
  const helmValues = new HelmValues(folder);
  checkEnvironments(environments, bootstrap, { cutovers, helmValues }, user.ENVIRONMENTS);
  const thirdParty = new ThirdParty(user.thirdParty);
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
    const id = (kind: string) => stackName(environment.name, kind);
    const values = (release: string) => helmValues.of(release, environment);
    const moves = cutovers.of(environment);
    const first = phaseOf({ phase: 1 }, index);

    const infra = phase(first, new InfraStack(app, id("infra"), environment, thirdParty, moves));
    const awsAccess = phase(first, new AwsAccessStack(app, id("aws-access"), environment));
    const addons = phase(first, new AddonsStack(app, id("addons"), environment, thirdParty, values));
    const sources = { cutover: moves, thirdParty, values: values("platform") };
    const platform = phase(first, new PlatformStack(app, id("platform"), environment, sources));

    infra.addDependency(ground);
    awsAccess.addDependency(infra);
    addons.addDependency(infra);
    // The controllers' definitions, and the role that proves domains.
    platform.addDependency(addons);
    platform.addDependency(awsAccess);
    for (const application of environment.applications) {
      const { name } = application;
      const stack = new ApplicationStack(app, id(name), environment, application, values(name));
      phase(phaseOf(application, index), stack).addDependency(platform);
    }
    if (hasGitOps(environment)) {
      const gitOps = phase(5, new GitOpsStack(app, id("gitops"), environment));
      gitOps.addDependency(infra);
      // The namespace of Flux's objects, and the credential in it: there before them, and after them gone.
      gitOps.addDependency(addons);
    }
    // Without an edge: it plans while Azure is away, as long as its state is kept elsewhere.
    if (environment.dns.via === "route53") phase(first, new CutoverStack(app, id("cutover"), environment, moves));
  }

  return app;
}

function stateAccountOf({ subscriptionId, suffix }: Subscription): StateAccount {
  return { subscriptionId, resourceGroupName: BOOTSTRAP_RESOURCE_GROUP, storageAccountName: stateAccountName(suffix) };
}

/** Notes which phase a stack belongs to, for the table of `npm start`. */
function phase<T extends MmrvStack>(number: number, stack: T): T {
  stack.node.addMetadata("phase", number);
  return stack;
}

if (require.main === module) buildApp().synth();
