import { Construct } from "constructs";
import type { ExistingGroup } from "../existing-group";
import { ManagedIdentity } from "../managed-identity";
import { createLogAlert, kql, type LogAlert } from "./log-alert";

/** Where Flux's objects are, and which of them to watch. */
interface WatchedFlux {
  /** The name of the configuration: of its source, and the beginning of its Kustomizations' names. */
  readonly configuration: string;
  /** That of Flux's objects; they are on every event. */
  readonly namespace: string;
  /** Releases that Flux shall deliver: a suspended one among them is no step of a handover. */
  readonly releases: readonly string[];
}

export interface FluxAlertsProps {
  readonly actionGroup: { readonly id: string };
  readonly flux: WatchedFlux;
  /** That of the cluster, the workspace and the alerts. */
  readonly group: ExistingGroup;
  /** Of who asks Azure what is suspended. */
  readonly identityName: string;
  /** Where docs/runbooks is read on the web, without a slash at the end. */
  readonly runbooks: string;
  readonly workspace: { readonly id: string };
}

/**
 * Alerts on what Flux delivers. What fails is in Kubernetes' events: of the warnings the agent takes those of every kind
 * and namespace once a minute, and again whenever one is repeated (microsoft/Docker-Provider, in_kube_events.rb), and
 * KubeEvents is never on the plan Basic. Flux's metrics have no conditions since 2.1, and its logs are in ContainerLogV2.
 *
 * That something is suspended makes no event. Azure Resource Graph has it, among what Flux's agent reports; a rule may ask
 * there as an identity that reads both the resource and the workspace (learn.microsoft.com/azure/azure-monitor:
 * alerts/alerts-create-log-alert-rule, logs/azure-monitor-data-explorer-proxy; Microsoft's preview).
 */
export class FluxAlerts extends Construct {
  constructor(scope: Construct, id: string, props: FluxAlertsProps) {
    super(scope, id);
    const { flux, group, identityName, ...more } = props;
    const context = { ...more, resourceGroup: group };
    for (const alert of [releaseFails(flux), sourceFails(flux)]) createLogAlert(this, alert, context);
    if (flux.releases.length === 0) return;
    const identity = new ManagedIdentity(this, "identity", { name: identityName, resourceGroup: group });
    const { resource } = group.grantRead(identity);
    createLogAlert(this, releaseSuspended(flux, group.name), { ...context, identity, dependsOn: [resource] });
  }
}

/** What is a warning and no failure: what Flux mends then, or says of its own bookkeeping (helm-controller 1.3 to 1.6, internal/reconcile). */
const HARMLESS = ["DriftDetected", "InventoryBuildFailed", "NamespaceCheckSkipped"];

const TEN_MINUTES = "dcount(bin(TimeGenerated, 10m))";
/**
 * Of the six in an hour. Flux tries again after at most 15 minutes (fluxcd/pkg, runtime/controller/rate_limiter.go), so what
 * lasts is in four, and what was over after some minutes in one or two.
 */
const LASTS = 3;

const warnings = (namespace: string, ...kinds: string[]): string[] => [
  "KubeEvents",
  `where Namespace == ${quoted(namespace)} and KubeEventType == "Warning"`,
  `where ObjectKind in (${kinds.map(quoted).join(", ")})`,
];

/**
 * A HelmRelease that failed has tried all that it may and says so once, and nobody says it again: its Kustomization does not
 * wait for it. So the alert is none that resolves when the hour is over, which would look as if it were mended; whoever mends
 * it closes it, and every night the drift of the release says how it is. What the other two say of themselves may be over at the
 * next look.
 */
const releaseFails = ({ configuration, namespace }: WatchedFlux): LogAlert => ({
  name: "flux-release-fails",
  severity: 2,
  whatItIs: "event",
  query: kql(
    ...warnings(namespace, "HelmRelease", "HelmChart", "Kustomization"),
    `where Reason !in (${HARMLESS.map(quoted).join(", ")})`,
    `extend Release = case(ObjectKind == "Kustomization", substring(Name, ${configuration.length + 1}), ObjectKind == "HelmChart", substring(Name, ${namespace.length + 1}), Name)`,
    `summarize Times = ${TEN_MINUTES}, Own = countif(ObjectKind == "HelmRelease") by Release`,
    `where Own > 0 or Times >= ${LASTS}`,
  ),
  window: "PT1H",
  splitBy: "Release",
  summary: "Flux cannot release what was deployed: what ran before goes on, and nothing newer comes.",
  runbook: "flux-release",
});

const sourceFails = ({ namespace }: WatchedFlux): LogAlert => ({
  name: "flux-source-fails",
  severity: 2,
  whatItIs: "condition",
  query: kql(
    ...warnings(namespace, "GitRepository"),
    `summarize Times = ${TEN_MINUTES} by Name`,
    `where Times >= ${LASTS}`,
  ),
  window: "PT1H",
  summary: "Flux has not been able to read Git for half an hour: what runs goes on, and nothing newer comes.",
  runbook: "flux-source",
});

/**
 * Nobody keeps since when something has been suspended. A rule that counted several looks would need a time in each row
 * (the same page of Microsoft's), which Resource Graph has not; so it looks once a day, and tells each day again.
 */
const releaseSuspended = ({ configuration, releases }: WatchedFlux, resourceGroup: string): LogAlert => ({
  name: "flux-release-suspended",
  severity: 3,
  whatItIs: "reminder",
  query: kql(
    'arg("").kubernetesconfigurationresources',
    'where type =~ "microsoft.kubernetesconfiguration/fluxconfigurations"',
    `where resourceGroup =~ ${quoted(resourceGroup)} and name =~ ${quoted(configuration)}`,
    // Without a limit such a rule is refused: learn.microsoft.com/azure/governance/resource-graph/troubleshoot/alerts.
    "mv-expand status = properties.statuses limit 400",
    'where tostring(status.kind) == "HelmRelease" and tostring(status.complianceState) == "Suspended"',
    "project Release = tostring(status.name)",
    `where Release in (${releases.map(quoted).join(", ")})`,
  ),
  frequency: "P1D",
  window: "P1D",
  splitBy: "Release",
  summary: "Somebody has suspended a release: Flux ignores what is deployed until it may act again.",
  runbook: "flux-suspended",
});

const quoted = (text: string) => `"${text}"`;
