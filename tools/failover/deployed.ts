import { z } from "zod";
import type { Environment } from "../../model/environment";
import { bootstrapGroupOf, namesOf, stackName } from "../../model/naming";
import { resourceIds } from "../deploy/resource-ids";
import type { SynthesizedStack } from "../program/stacks";
import { commandLine } from "../shell";
import type { AskArm } from "./ask-arm";
import { type Finding, finding, missing, ready, type Said, unknown } from "./finding";

const RESOURCES = "2021-04-01";
const anything = z.object({ id: z.string() });

/** What phase 0 and `<standby>-infra` leave in the standby's region. */
export async function deployedFindings(
  standby: Environment,
  { arm, infra, stateType }: { readonly arm: AskArm; readonly infra: SynthesizedStack; readonly stateType: string },
): Promise<Finding[]> {
  const [states, ahead, endpoint] = await Promise.all([
    statesSaid(standby, stateType, arm),
    aheadSaid(standby, infra, arm),
    endpointSaid(standby, arm),
  ]);
  return [finding("states", states), finding("standby-infra", ahead), finding("registry-endpoint", endpoint)];
}

async function statesSaid(standby: Environment, stateType: string, arm: AskArm): Promise<Said> {
  if (stateType === "hcp") return ready("HCP Terraform keeps them, in neither region");
  if (stateType === "local")
    return missing(
      "they are on one machine (context.state in cdktf.json is local)",
      "docs/deploy.md: keep them in Azure or HCP",
    );
  const { standbyStates } = namesOf(standby);
  const place = `/resourceGroups/${bootstrapGroupOf(standby)}/providers/Microsoft.Storage/storageAccounts/${standbyStates}`;
  const account = await arm.get(place, "2024-01-01", anything);
  if (account.is === "found") return ready(`${standbyStates} is in ${standby.region}`);
  const next = "npx mmrv deploy bootstrap";
  return account.is === "missing" ? missing(`${standbyStates} is not there`, next) : unknown(account.why, LOGIN);
}

const LOGIN = "az login, as somebody who may read the subscription";

/** Children, roles and settings are in no list of a group; they are made with what they hang on. */
const TOP_LEVEL = /\/resourcegroups\/[^/]+\/providers\/[^/]+\/[^/]+\/[^/]+$/;
const IN_NO_LIST = /\/providers\/(microsoft\.authorization|microsoft\.consumption)\//;

async function aheadSaid(standby: Environment, infra: SynthesizedStack, arm: AskArm): Promise<Said> {
  const { resourceGroup } = namesOf(standby);
  const answer = await arm.list(`/resourceGroups/${resourceGroup}/resources`, RESOURCES, anything);
  const next = `npx mmrv deploy ${infra.id}`;
  if (answer.is === "missing") return missing(`there is no group ${resourceGroup}`, "npx mmrv deploy bootstrap");
  if (answer.is === "unknown") return unknown(answer.why, LOGIN);
  const there = new Set(answer.value.map(({ id }) => id.toLowerCase()));
  const group = `/resourcegroups/${resourceGroup}/`.toLowerCase();
  const wanted = [...resourceIds(infra.json, arm.subscription ?? "").values()]
    .map((id) => id.toLowerCase())
    .filter((id) => id.includes(group) && TOP_LEVEL.test(id) && !IN_NO_LIST.test(id));
  const lost = [...new Set(wanted)].filter((id) => !there.has(id));
  if (lost.length === 0) return ready(`${infra.id} is deployed`);
  const some = lost
    .map((id) => id.split("/").at(-1))
    .slice(0, 3)
    .join(", ");
  return missing(
    `${lost.length} of ${new Set(wanted).size} resources of ${infra.id} are not there, such as ${some}`,
    next,
  );
}

const endpointSchema = z.object({
  id: z.string(),
  properties: z.object({
    manualPrivateLinkServiceConnections: z.array(
      z.object({
        properties: z.object({ privateLinkServiceConnectionState: z.object({ status: z.string() }).optional() }),
      }),
    ),
  }),
});

async function endpointSaid(standby: Environment, arm: AskArm): Promise<Said> {
  const { registry, resourceGroup } = namesOf(standby);
  const owner = namesOf({ ...standby, name: standby.standbyOf ?? standby.name }).resourceGroup;
  const place = `/resourceGroups/${resourceGroup}/providers/Microsoft.Network/privateEndpoints/pe-${registry}`;
  const answer = await arm.get(place, "2024-05-01", endpointSchema);
  if (answer.is === "unknown") return unknown(answer.why, LOGIN);
  if (answer.is === "missing")
    return missing(`pe-${registry} is not there`, `npx mmrv deploy ${stackName(standby.name, "infra")}`);
  const states = answer.value.properties.manualPrivateLinkServiceConnections.map(
    ({ properties }) => properties.privateLinkServiceConnectionState?.status ?? "unknown",
  );
  if (states.length > 0 && states.every((status) => status === "Approved"))
    return ready(`${registry} has approved pe-${registry}`);
  return missing(
    `${registry} has not approved pe-${registry} (${states.join(", ") || "no connection"})`,
    `${commandLine("az", "network", "private-endpoint-connection", "list", "--name", registry, "--resource-group", owner, "--type", "Microsoft.ContainerRegistry/registries")}, then approve it as an owner of the registry`,
  );
}

const replicationSchema = z.object({
  location: z.string(),
  properties: z.object({ provisioningState: z.string().optional() }).optional(),
});

/** Whether the registry serves in the standby's region. */
export async function replicaFinding(primary: Environment, standby: Environment, arm: AskArm): Promise<Finding> {
  const { registry: of } = primary;
  if (of.tier !== "Premium" || !of.replica)
    return finding(
      "registry-replica",
      missing(
        `environments/${primary.name}.ts has no replica of its registry`,
        `registry.replica: true in environments/${primary.name}.ts, then npx mmrv deploy ${stackName(primary.name, "infra")}`,
      ),
    );
  const { registry, resourceGroup } = namesOf(primary);
  const place = `/resourceGroups/${resourceGroup}/providers/Microsoft.ContainerRegistry/registries/${registry}/replications`;
  const answer = await arm.list(place, "2023-07-01", replicationSchema);
  const deploy = `npx mmrv deploy ${stackName(primary.name, "infra")}`;
  if (answer.is === "unknown") return finding("registry-replica", unknown(answer.why, LOGIN));
  if (answer.is === "missing") return finding("registry-replica", missing(`${registry} is not there`, deploy));
  const found = answer.value.find(({ location }) => location.toLowerCase().replaceAll(" ", "") === standby.region);
  const state = found?.properties?.provisioningState ?? "Succeeded";
  return finding(
    "registry-replica",
    found === undefined || state !== "Succeeded"
      ? missing(`${registry} has no replica in ${standby.region}${found ? ` that is done (${state})` : ""}`, deploy)
      : ready(`${registry} has a replica in ${standby.region}`),
  );
}

export { LOGIN };
