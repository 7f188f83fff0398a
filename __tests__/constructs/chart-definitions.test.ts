import { describe, expect, it } from "vitest";
import { ChartDefinitions } from "../../constructs/chart-definitions";
import { everyProvider } from "../support/provider-stack";
import { type Block, synthStack } from "../support/synth";

describe("ChartDefinitions", () => {
  let ready: readonly string[] = [];
  const { json } = synthStack((stack) => {
    everyProvider(stack);
    ready = new ChartDefinitions(stack, "gateway-crds", {
      chart: { repository: "oci://registry.invalid/charts", name: "gateway-crds@sha256:1", version: "1.9.0" },
      namespace: "envoy-gateway-system",
      values: ["crds: {}"],
    }).ready.map(({ friendlyUniqueId }) => friendlyUniqueId);
  });
  const manifests = Object.entries<Block>(json.resource.kubernetes_manifest);
  const [definitionName, definition] = manifests.find(([name]) => name.includes("definition")) as [string, Block];
  const [policyName, policy] = manifests.find(([name]) => name.includes("policy")) as [string, Block];

  it("renders the very chart that the release installs", () => {
    expect(Object.values(json.data.helm_template)).toEqual([
      expect.objectContaining({
        name: "gateway-crds",
        namespace: "envoy-gateway-system",
        repository: "oci://registry.invalid/charts",
        chart: "gateway-crds@sha256:1",
        version: "1.9.0",
        values: ["crds: {}"],
      }),
    ]);
    const [rendered] = Object.keys(json.data.helm_template);
    // Document by document, without those that hold comments only.
    expect(Object.values(json.locals)).toEqual([
      `\${[for text in split("\\n---", data.helm_template.${rendered}.manifest) : yamldecode(text) if can(regex("(?m)^kind: ", text))]}`,
    ]);
  });

  it("makes every definition an object of its own, without the status that the API server writes, and waits for it", () => {
    expect(definition).toMatchObject({
      for_each: expect.stringMatching(
        / for k, v in d : k => v if k != "status" \} if d\.kind == "CustomResourceDefinition" /,
      ),
      manifest: "${each.value}",
      wait: { condition: [{ type: "Established", status: "True" }] },
    });
    expect(definition.for_each).toContain(`local.${Object.keys(json.locals)[0]} : d.metadata.name => `);
  });

  it("makes the policies that guard them after them, and nothing else of the chart", () => {
    expect(manifests).toHaveLength(2);
    expect(policy).toMatchObject({
      for_each: expect.stringContaining('if startswith(d.kind, "ValidatingAdmissionPolicy")'),
      manifest: "${each.value}",
      depends_on: [`kubernetes_manifest.${definitionName}`],
    });
  });

  it("takes over the fields that Helm or kubectl had written", () => {
    for (const [, { field_manager }] of manifests)
      expect(field_manager).toEqual({ name: "terraform", force_conflicts: true });
  });

  it("is ready when both are, so that no controller starts before its definitions", () => {
    expect(ready).toEqual([definitionName, policyName]);
  });
});
