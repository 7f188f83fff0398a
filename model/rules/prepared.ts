import type { Environment } from "../environment";
import { repositoriesOf } from "../federation";
import { workspacesOf } from "../naming";
import type { Subscription } from "../subscription";
import { describeIssue, type Issue, issue, shown } from "./issue";
import type { Shape } from "./shape";

/** What an environment needs of the subscription that the bootstrap prepares. */
interface Need {
  /** The field of an environment, and the one of the bootstrap that it is judged by. */
  readonly field: keyof Environment;
  readonly of: keyof Subscription;
  readonly isMissing: (environment: Environment, bootstrap: Subscription) => boolean;
  readonly must: (bootstrap: Subscription) => string;
}

const NEEDS: readonly Need[] = [
  {
    field: "subscriptionId",
    of: "subscriptionId",
    isMissing: ({ subscriptionId }, bootstrap) =>
      subscriptionId !== undefined && subscriptionId !== bootstrap.subscriptionId,
    must: ({ subscriptionId }) =>
      `must be that of bootstrap, which says ${shown(subscriptionId)} (one bootstrap prepares one subscription)`,
  },
  {
    field: "hostEncryption",
    of: "computeFeatures",
    isMissing: ({ hostEncryption }, { computeFeatures }) =>
      hostEncryption && !computeFeatures.includes("EncryptionAtHost"),
    must: () => "must be false, or bootstrap.computeFeatures must have EncryptionAtHost (Azure refuses the pools)",
  },
  {
    field: "defender",
    of: "defenderForContainers",
    isMissing: ({ defender }, { defenderForContainers }) => defender && !defenderForContainers,
    must: () =>
      "must be false, or bootstrap.defenderForContainers must be true (a sensor without its plan reports to nobody)",
  },
  {
    field: "applications",
    of: "hcpTerraform",
    isMissing: (environment, { hcpTerraform }) =>
      hcpTerraform.use === "workspaces" && deployCredentials(environment) > MOST_CREDENTIALS,
    must: () =>
      `must be fewer with bootstrap.hcpTerraform.use workspaces (each adds two federated credentials to the deploy identity, which takes ${MOST_CREDENTIALS})`,
  },
];

/** Of one identity: learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations. */
const MOST_CREDENTIALS = 20;

/** One for each name of the repository and each workspace's apply; what runs on an agent is planned by this identity too. */
const deployCredentials = (environment: Environment): number =>
  repositoriesOf(environment, "infrastructure").length +
  workspacesOf(environment)
    .filter(({ speaksToAzure }) => speaksToAzure)
    .reduce((sum, { hcpExecution }) => sum + (hcpExecution === "agent" ? 2 : 1), 0);

interface Evaluated {
  readonly label: string;
  readonly settings: Environment;
  readonly shape: Pick<Shape, "isSound">;
}

/** One line for each need, however many environments have it: it is the bootstrap that lacks it. */
export function unprepared(
  bootstrap: Subscription,
  ground: Pick<Shape, "isSound">,
  environments: readonly Evaluated[],
): string[] {
  return NEEDS.filter(({ of }) => ground.isSound(of)).flatMap(({ field, isMissing, must }) => {
    const lacking = environments.filter(
      ({ settings, shape }) => shape.isSound(field) && isMissing(settings, bootstrap),
    );
    const values = [...new Set(lacking.map(({ settings }) => settings[field]))];
    return values.map((value) => {
      const where = lacking.filter(({ settings }) => settings[field] === value).map(({ label }) => `${label}.${field}`);
      const what: Issue = issue(where.join(", "), value, must(bootstrap));
      return describeIssue("", what);
    });
  });
}
