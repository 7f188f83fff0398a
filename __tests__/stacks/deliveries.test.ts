import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HelmProvider } from "@cdktf/provider-helm/lib/provider";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CLUSTER_PROVIDERS } from "../../constructs/support/forget";
import { addressesInCluster } from "../../model/handed-over";
import { DELIVERIES, type Delivery } from "../../model/schema/git-ops";
import { helmValuesWithImages } from "../../tools/rehearsal/images";
import { speaksToCluster } from "../../tools/terraform/stack-json";
import { staging } from "../support/fixtures/environments/staging";
import { alone } from "../support/provider-stack";
import { type Synthesized, synthProgram, synthStack } from "../support/synth";

const folder = mkdtempSync(join(tmpdir(), "mmrv-deliveries-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Each stack in each delivery, all of an environment at once, with alerts. */
let stacks: Record<Delivery, Record<string, Synthesized>>;
beforeAll(async () => {
  const helmValues = await helmValuesWithImages(folder, [staging], 1);
  const synthesized = DELIVERIES.map((delivery) => {
    const gitOps = {
      via: "deployKey",
      delivery: { platform: delivery, backend: delivery, frontend: delivery },
    } as const;
    return [
      delivery,
      synthProgram({ helmValues, environments: [{ ...alone(staging), prometheus: true, gitOps }] }),
    ] as const;
  });
  stacks = Object.fromEntries(synthesized) as typeof stacks;
});

const stackIn = (delivery: Delivery, release: string): Synthesized => {
  const stack = stacks[delivery][`staging-${release}`];
  if (!stack) throw new Error(`no ${release}`);
  return stack;
};
const addressesOf = ({ json }: Synthesized): string[] =>
  Object.entries((json.resource ?? {}) as Record<string, object>).flatMap(([type, named]) =>
    Object.keys(named).map((name) => `${type}.${name}`),
  );
const RELEASES = ["platform", "backend", "frontend"] as const;
const HANDED_OVER = ["handover", "flux"] as const;

describe.each(RELEASES)("the stack of %s", (release) => {
  it("holds its release while Terraform delivers it, and knows how to reach the cluster", () => {
    const stack = stackIn("terraform", release);
    expect(Object.keys(stack.json.provider)).toEqual(["azurerm", "helm", "kubernetes"]);
    expect(speaksToCluster(stack)).toBe(true);
    expect(stack.json).not.toHaveProperty("removed");
    expect(addressesOf(stack)).toEqual(expect.arrayContaining(addressesInCluster(release)));
  });

  it.each(HANDED_OVER)(
    "forgets in %s exactly what Terraform had in the cluster, and deletes none of it",
    (delivery) => {
      const inCluster = addressesOf(stackIn("terraform", release)).filter((address) => !address.startsWith("azurerm_"));
      const { json } = stackIn(delivery, release);
      expect(json.removed).toEqual(
        addressesInCluster(release).map((from) => ({ from, lifecycle: { destroy: false } })),
      );
      expect(json.removed.map(({ from }: { from: string }) => from).sort()).toEqual(inCluster.sort());
    },
  );

  it.each(HANDED_OVER)("keeps in %s what is Azure's as it was, and speaks to no cluster", (delivery) => {
    const [before, after] = [stackIn("terraform", release), stackIn(delivery, release)];
    const azures = (stack: Synthesized) =>
      Object.fromEntries(Object.entries(stack.json.resource ?? {}).filter(([type]) => type.startsWith("azurerm_")));
    expect(azures(after)).toEqual(azures(before));
    expect(after.json.resource).toEqual(azures(after));
    expect(after.json.data).toEqual(before.json.data);
    expect(Object.keys(after.json.provider)).toEqual(["azurerm"]);
    expect(speaksToCluster(after)).toBe(false);
    expect(JSON.stringify(after.json)).not.toContain("kubelogin");
  });

  it.each(HANDED_OVER)("says in %s in place of an image that somebody else releases", (delivery) => {
    const { output } = stackIn(delivery, release).json;
    expect(Object.keys(output)).toEqual(["release"]);
    expect(output.release.value).toBe(
      `Terraform releases ${release} no longer: npx mmrv handover status staging ${release} says who does`,
    );
  });
});

describe("what is Azure's", () => {
  it.each(HANDED_OVER)("is in %s the trust of an application, and the alerts of the platform", (delivery) => {
    const typesOf = (release: string) => Object.keys(stackIn(delivery, release).json.resource).sort();
    expect(typesOf("backend")).toEqual(["azurerm_federated_identity_credential"]);
    expect(typesOf("frontend")).toEqual(["azurerm_federated_identity_credential"]);
    expect(typesOf("platform")).toEqual(["azurerm_monitor_alert_prometheus_rule_group"]);
  });
});

describe("the providers of what is forgotten", () => {
  it("are those that released it while a state may have it, and none any more once Flux delivers", () => {
    const needs = (delivery: Delivery, release: string) =>
      stackIn(delivery, release).json.terraform.required_providers as Record<string, object>;
    for (const release of RELEASES) {
      const { azurerm, helm, kubernetes } = needs("terraform", release);
      expect(needs("handover", release)).toEqual(
        release === "platform" ? { azurerm, helm, kubernetes } : { azurerm, helm },
      );
      expect(needs("flux", release)).toEqual({ azurerm });
    }
  });

  it("are of the versions that the bindings pin", () => {
    const { json } = synthStack((stack) => {
      new HelmProvider(stack, "helm");
      new KubernetesProvider(stack, "kubernetes");
    });
    expect(json.terraform.required_providers).toEqual(
      Object.fromEntries(Object.entries(CLUSTER_PROVIDERS).map(([source, version]) => [source, { source, version }])),
    );
  });
});

describe("a handover", () => {
  it("of one release changes no other stack", () => {
    const only = synthProgram({
      environments: [{ ...alone(staging), gitOps: { via: "deployKey", delivery: { backend: "handover" } } }],
    });
    const none = synthProgram({
      environments: [{ ...alone(staging), gitOps: { via: "deployKey", delivery: {} } }],
    });
    const changed = Object.keys(only).filter(
      (name) => JSON.stringify(only[name]?.json) !== JSON.stringify(none[name]?.json),
    );
    expect(changed).toContain("staging-backend");
    expect(changed.filter((name) => !["staging-backend", "staging-gitops"].includes(name))).toEqual([]);
  });
});
