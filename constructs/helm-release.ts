import { Release } from "@cdktf/provider-helm/lib/release";
import { AssetType, TerraformAsset, type TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { MAX_HISTORY } from "./support/release-history";

/** A chart in a registry. */
export interface PulledChart {
  /** Without the chart's name, such as oci://docker.io/envoyproxy. */
  readonly repository: string;
  /** With its digest where one is known, as name@sha256:…. */
  readonly name: string;
  readonly version: string;
}

/** A chart of ours, which travels with the stack, or one that Helm pulls. */
export type Chart = { readonly folder: string } | PulledChart;

export interface HelmReleaseProps {
  readonly chart: Chart;
  readonly name: string;
  readonly namespace: string;
  /** What must exist before the pods start. @default nothing */
  readonly ready?: readonly TerraformResource[];
  /** Leaves the custom resource definitions in the chart's crds/ alone. @default false */
  readonly skipCrds?: boolean;
  /** How long pods may take to become ready before everything is rolled back, in seconds. */
  readonly timeoutSeconds: number;
  /** YAML or JSON texts, a later one over an earlier one. */
  readonly values: readonly string[];
}

/**
 * A Helm release that is either up or as it was before: a failed upgrade is rolled back, a failed install taken away,
 * and one that a killed run left behind is taken up (hashicorp/terraform-provider-helm, `upgrade_install`).
 */
export class HelmRelease extends Construct {
  constructor(scope: Construct, id: string, props: HelmReleaseProps) {
    super(scope, id);
    const { chart, name, namespace, ready, skipCrds, timeoutSeconds, values } = props;
    new Release(this, "Default", {
      name,
      namespace,
      ...("folder" in chart
        ? // Its path has the hash of what is inside: Helm compares nothing else, and would miss a changed template.
          { chart: new TerraformAsset(this, "chart", { path: chart.folder, type: AssetType.DIRECTORY }).path }
        : { repository: chart.repository, chart: chart.name, version: chart.version }),
      values: [...values],
      skipCrds,
      atomic: true,
      cleanupOnFail: true,
      upgradeInstall: true,
      wait: true,
      waitForJobs: true,
      lint: true,
      timeout: timeoutSeconds,
      maxHistory: MAX_HISTORY,
      dependsOn: ready && [...ready],
    });
  }
}
