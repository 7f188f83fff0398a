import { v5 as uuidv5 } from "uuid";
import { type Behaviours, type Change, type Refusal, refuse, withProperties } from "../behaviour";
import { parseId } from "../resource-id";
import { dig, type Json, type JsonObject, list, object, type Resource, type Store, text } from "../store";

const WORKSPACE = "microsoft.operationalinsights/workspaces";
const TABLE = `${WORKSPACE}/tables`;

/** Tables that Azure makes with every workspace, as far as ours fill or read them. */
const TABLES = [
  "AKSAudit",
  "AKSAuditAdmin",
  "AKSControlPlane",
  "AZFWApplicationRule",
  "AZFWNetworkRule",
  "ContainerLogV2",
  "ContainerRegistryLoginEvents",
  "ContainerRegistryRepositoryEvents",
  "KubeEvents",
  "KubeNodeInventory",
  "KubePodInventory",
];
const BASIC_RETENTION_DAYS = 30;

function makeTables({ body, store }: Change): void {
  for (const name of TABLES) {
    const path = `${text(body.id)}/tables/${name}`;
    if (store.has(path)) continue;
    const properties = { plan: "Analytics", retentionInDays: -1, totalRetentionInDays: -1 };
    store.seed(path, completeTable({ id: parseId(path), body: { id: path, name, properties }, store }));
  }
}

const refuseTable = ({ id, existing }: Change): Refusal | undefined =>
  existing || id.name.endsWith("_CL")
    ? undefined
    : refuse(400, "InvalidParameter", `The table ${id.name} is none of Azure's, and a custom one ends in _CL.`);

/** -1 is Azure's word for the default: the workspace's retention, and no archive. */
function completeTable({ id, body, existing, store }: Change): JsonObject {
  const sent = object(body.properties);
  const plan = sent.plan ?? dig(existing?.body, "properties", "plan") ?? "Analytics";
  const ofWorkspace = dig(store.get(id.parentKey)?.body, "properties", "retentionInDays") ?? 30;
  const orDefault = (days: Json | undefined, fallback: Json) => (days === undefined || days === -1 ? fallback : days);
  const retentionInDays = plan === "Basic" ? BASIC_RETENTION_DAYS : orDefault(sent.retentionInDays, ofWorkspace);
  return withProperties(body, {
    plan,
    retentionInDays,
    totalRetentionInDays: orDefault(sent.totalRetentionInDays, retentionInDays),
  });
}

/** The group that Azure makes next to an Azure Monitor workspace, for a way in that nobody asked for. */
function managedGroupOf(body: JsonObject): string {
  const [subscription = ""] = text(body.id).split("/resourceGroups/");
  return `${subscription}/resourceGroups/MA_${text(body.name)}_${text(body.location)}_managed`;
}

const defaultIngestion = (body: JsonObject) => ({
  dataCollectionEndpointResourceId: `${managedGroupOf(body)}/providers/Microsoft.Insights/dataCollectionEndpoints/${text(body.name)}`,
  dataCollectionRuleResourceId: `${managedGroupOf(body)}/providers/Microsoft.Insights/dataCollectionRules/${text(body.name)}`,
});

function makeManagedGroup({ body, store }: Change): void {
  const location = text(body.location);
  for (const path of [managedGroupOf(body), ...Object.values(defaultIngestion(body))]) {
    store.seed(path, { id: path, name: path.split("/").at(-1), location, managedBy: text(body.id), properties: {} });
  }
}

const deleteManagedGroup = ({ body }: Resource, store: Store) => store.delete(managedGroupOf(body).toLowerCase());

const endpointsOf = (key: string, name: string, location: string) => {
  const at = (service: string) => ({
    endpoint: `https://${name}-${uuidv5(key, uuidv5.URL).slice(0, 4)}.${location}-1.${service}.monitor.azure.com`,
  });
  return {
    configurationAccess: at("handler.control"),
    logsIngestion: at("ingest"),
    metricsIngestion: at("metrics.ingest"),
  };
};

const immutableId = (kind: string, key: string) => `${kind}-${uuidv5(key, uuidv5.URL).replaceAll("-", "")}`;

export const monitor: Behaviours = {
  "microsoft.alertsmanagement/prometheusrulegroups": {
    refuse: ({ body }) => {
      const { length } = list(dig(body.properties, "rules"));
      return length >= 1 && length <= 20
        ? undefined
        : refuse(400, "BadRequest", `'Rules Count' must be between 1 and 20. You entered ${length}.`);
    },
  },
  "microsoft.consumption/budgets": { deletedStatus: 200 },
  [WORKSPACE]: {
    complete: ({ id, body }) => withProperties(body, { customerId: uuidv5(id.key, uuidv5.URL) }),
    afterPut: makeTables,
    // Not keys of anything; with local authentication off the real ones open nothing either.
    actions: { sharedkeys: () => ({ primarySharedKey: "rehearsal", secondarySharedKey: "rehearsal" }) },
  },
  // The client takes 200 and 202, because a table is never new.
  [TABLE]: { refuse: refuseTable, complete: completeTable, createdStatus: 200 },
  "microsoft.insights/diagnosticsettings": { createdStatus: 200 },
  "microsoft.insights/datacollectionendpoints": {
    complete: ({ id, body }) =>
      withProperties(body, {
        immutableId: immutableId("dce", id.key),
        ...endpointsOf(id.key, id.name, text(body.location)),
      }),
  },
  "microsoft.insights/datacollectionruleassociations": {
    refuse: ({ id, body }) =>
      dig(body.properties, "dataCollectionEndpointId") !== undefined && id.name !== "configurationAccessEndpoint"
        ? refuse(400, "InvalidPayload", "An association with an endpoint must be called configurationAccessEndpoint.")
        : undefined,
  },
  "microsoft.insights/datacollectionrules": {
    complete: ({ id, body }) => withProperties(body, { immutableId: immutableId("dcr", id.key) }),
  },
  "microsoft.insights/scheduledqueryrules": {
    refuse: ({ body: { properties } }) =>
      dig(properties, "autoMitigate") === true && dig(properties, "muteActionsDuration") !== undefined
        ? refuse(400, "BadRequest", "autoMitigate must be false when muteActionsDuration is set.")
        : undefined,
    complete: ({ body }) =>
      withProperties(body, { createdWithApiVersion: "2023-03-15-preview", isLegacyLogAnalyticsRule: false }),
  },
  "microsoft.insights/workbooks": {
    complete: ({ body }) => ({
      ...body,
      tags: { ...object(body.tags), "hidden-title": text(dig(body.properties, "displayName")) },
    }),
  },
  "microsoft.monitor/accounts": {
    complete: ({ id, body }) =>
      withProperties(body, {
        accountId: uuidv5(id.key, uuidv5.URL),
        metrics: { prometheusQueryEndpoint: `https://${id.name}.${text(body.location)}.prometheus.monitor.azure.com` },
        defaultIngestionSettings: defaultIngestion(body),
      }),
    afterPut: makeManagedGroup,
    afterDelete: deleteManagedGroup,
  },
};
