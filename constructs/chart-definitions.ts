import { DataHelmTemplate } from "@cdktf/provider-helm/lib/data-helm-template";
import { Manifest, type ManifestConfig } from "@cdktf/provider-kubernetes/lib/manifest";
import { TerraformLocal, type TerraformResource } from "cdktf";
import { Construct } from "constructs";
import type { PulledChart } from "./helm-release";
import { override } from "./support/override";

export interface ChartDefinitionsProps {
  readonly chart: PulledChart;
  readonly namespace: string;
  /** YAML or JSON texts, a later one over an earlier one. */
  readonly values: readonly string[];
}

/**
 * The custom resource definitions of a chart, each as an object of its own, because Helm never upgrades a chart's crds/
 * and those of a gateway are too large for one release (Helm keeps it in a Secret of 1 MiB). A newer chart shows in
 * the plan, and upgrades them in place; it needs the registry and the API server.
 */
export class ChartDefinitions extends Construct {
  /** What controllers of these definitions depend on. */
  readonly ready: readonly TerraformResource[];

  constructor(scope: Construct, id: string, { chart, namespace, values }: ChartDefinitionsProps) {
    super(scope, id);
    const { repository, name, version } = chart;
    const rendered = new DataHelmTemplate(this, "chart", {
      name: id,
      namespace,
      repository,
      chart: name,
      version,
      values: [...values],
    });
    const documents = new TerraformLocal(
      this,
      "documents",
      // yamldecode takes one document.
      `\${[for text in split("\\n---", data.helm_template.${rendered.friendlyUniqueId}.manifest) : yamldecode(text) if can(regex("(?m)^kind: ", text))]}`,
    );
    const from = `local.${documents.friendlyUniqueId}`;
    const definitions = this.manifests(
      "definition",
      // A status is the API server's to write, and the provider refuses one.
      `\${{ for d in ${from} : d.metadata.name => { for k, v in d : k => v if k != "status" } if d.kind == "CustomResourceDefinition" }}`,
      { wait: { condition: [{ type: "Established", status: "True" }] } },
    );
    // Gateway API's own guard against going back to what its objects do not fit.
    const policies = this.manifests(
      "policy",
      `\${{ for d in ${from} : d.kind => d if startswith(d.kind, "ValidatingAdmissionPolicy") }}`,
      { dependsOn: [definitions] },
    );
    this.ready = [definitions, policies];
  }

  private manifests(id: string, forEach: string, more: Pick<ManifestConfig, "dependsOn" | "wait">): Manifest {
    const manifest = new Manifest(this, id, {
      manifest: {},
      // Of whatever kubectl or Helm had written before.
      fieldManager: { name: "terraform", forceConflicts: true },
      ...more,
    });
    override(manifest, "for_each", forEach, "the bindings take iterators only, over what is known at synthesis");
    override(manifest, "manifest", "${each.value}", "the bindings take iterators only");
    return manifest;
  }
}
