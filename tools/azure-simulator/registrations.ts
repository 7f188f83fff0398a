import { type Refusal, refuse } from "./behaviour";
import type { Request, Response } from "./message";
import type { ResourceId } from "./resource-id";
import { dig, type Json, type JsonObject, list, object, text } from "./store";

/** Resource providers that a new subscription has registered; the others wait for somebody to ask. */
const ALWAYS = ["Microsoft.Authorization", "Microsoft.Features", "Microsoft.Resources"];

/** Providers that Azure knows, as far as the program may ask for them. */
const KNOWN = [
  "GitHub.Network",
  "Microsoft.AlertsManagement",
  "Microsoft.Compute",
  "Microsoft.Consumption",
  "Microsoft.ContainerRegistry",
  "Microsoft.ContainerService",
  "Microsoft.DataProtection",
  "Microsoft.DBforMySQL",
  "Microsoft.DBforPostgreSQL",
  "Microsoft.Insights",
  "Microsoft.KeyVault",
  "Microsoft.Kubernetes",
  "Microsoft.KubernetesConfiguration",
  "Microsoft.ManagedIdentity",
  "Microsoft.Monitor",
  "Microsoft.Network",
  "Microsoft.OperationalInsights",
  "Microsoft.OperationsManagement",
  "Microsoft.PolicyInsights",
  "Microsoft.Security",
  "Microsoft.Sql",
  "Microsoft.Storage",
];

const ENCRYPTION = "Microsoft.Compute/EncryptionAtHost";

/** What a plan comes with, and the properties that the service adds to each (Azure/terraform#498). */
const PLAN_EXTENSIONS: Readonly<Record<string, JsonObject>> = {
  AgentlessDiscoveryForKubernetes: {},
  AgentlessVmScanning: { ExclusionTags: "[]" },
  ContainerRegistriesVulnerabilityAssessments: {},
  ContainerSensor: {
    AntiMalwareEnabled: "True",
    AutoProvisioning: "True",
    InstallationMethod: "AKSAddon",
    SecurityGatingEnabled: "True",
  },
};

/** What a subscription has switched on: resource providers, their features, plans of Defender. */
export class Registrations {
  /** Whether a resource of a provider that is not registered is refused, as Azure does. */
  enforced = false;
  private readonly providers = new Map<string, "Registered" | "Unregistered">(
    ALWAYS.map((namespace) => [namespace, "Registered"]),
  );
  private readonly features = new Map<string, "Registered" | "Unregistered">();
  private readonly plans = new Map<string, Json>();

  /** Says that somebody registered a provider before us. */
  register(namespace: string): void {
    this.providers.set(namespace, "Registered");
  }

  /** Azure's answer to a request about them; undefined for any other. */
  handle({ method, url, body }: Request): Response | undefined {
    const path = decodeURIComponent(url.pathname);
    const providers = /^\/subscriptions\/[^/]+\/providers(?:\/([\w.]+))?(?:\/(register|unregister))?$/i.exec(path);
    if (providers) return this.onProvider(path, providers[1], providers[2]);
    const features =
      /^\/subscriptions\/[^/]+\/providers\/Microsoft\.Features\/providers\/([\w.]+)\/features(?:\/(\w+))?(?:\/(register|unregister))?$/i.exec(
        path,
      );
    if (features?.[1]) return this.onFeature(features[1], features[2], features[3]);
    const plan = /^\/subscriptions\/[^/]+\/providers\/Microsoft\.Security\/pricings\/(\w+)$/i.exec(path)?.[1];
    return plan ? this.onPlan(method, path, plan, body) : undefined;
  }

  /** Why Azure would not make a resource of this type here. */
  refuse({ type }: ResourceId, body: JsonObject): Refusal | undefined {
    if (!this.enforced) return undefined;
    if (
      JSON.stringify(body).includes('"enableEncryptionAtHost":true') &&
      this.features.get(ENCRYPTION) !== "Registered"
    )
      return refuse(400, "SubscriptionNotEnabledEncryptionAtHost", `The feature ${ENCRYPTION} is not registered.`);
    const known = [...KNOWN, ...ALWAYS].find((name) => type.startsWith(`${name.toLowerCase()}/`));
    if (known === undefined || this.providers.get(known) === "Registered") return undefined;
    return refuse(
      409,
      "MissingSubscriptionRegistration",
      `The subscription is not registered to use namespace '${known}'.`,
    );
  }

  private onProvider(path: string, name?: string, action?: string): Response {
    const show = (namespace: string) => ({
      id: `${path.split("/providers")[0]}/providers/${namespace}`,
      namespace,
      registrationState: this.providers.get(namespace) ?? "NotRegistered",
      resourceTypes: [],
    });
    if (name === undefined) return { status: 200, body: { value: [...KNOWN, ...ALWAYS].map(show) } };
    const namespace = [...KNOWN, ...ALWAYS].find((known) => known.toLowerCase() === name.toLowerCase());
    if (namespace === undefined) return notFound(path);
    if (action !== undefined) this.providers.set(namespace, action === "register" ? "Registered" : "Unregistered");
    return { status: 200, body: show(namespace) };
  }

  private onFeature(namespace: string, name?: string, action?: string): Response {
    const show = (feature: string) => ({
      name: feature,
      properties: { state: this.features.get(feature) ?? "NotRegistered" },
    });
    if (name === undefined) {
      const own = [...this.features.keys()].filter((feature) => feature.startsWith(`${namespace}/`));
      return { status: 200, body: { value: own.map(show) } };
    }
    const feature = `${namespace}/${name}`;
    if (action !== undefined) this.features.set(feature, action === "register" ? "Registered" : "Unregistered");
    return { status: 200, body: show(feature) };
  }

  /** A plan is never missing: without one the tier is Free. */
  private onPlan(method: string, path: string, name: string, body?: Json): Response {
    if (method === "PUT") this.plans.set(name, dig(body, "properties") ?? {});
    const kept = this.plans.get(name);
    const pricingTier = text(dig(kept, "pricingTier")) || "Free";
    if (pricingTier === "Free") return { status: 200, body: { id: path, name, properties: { pricingTier } } };
    return { status: 200, body: { id: path, name, properties: { pricingTier, extensions: extensionsOf(kept) } } };
  }

  /** Whether a plan puts Defender's sensor on clusters. */
  hasSensor(): boolean {
    const plan = this.plans.get("Containers");
    if (dig(plan, "pricingTier") !== "Standard") return false;
    return extensionsOf(plan).some(({ isEnabled, name }) => name === "ContainerSensor" && isEnabled === "True");
  }
}

/** Azure switches on what a plan comes with, unless it is told otherwise, and adds what each extension has by default. */
function extensionsOf(plan: Json | undefined): JsonObject[] {
  const told = list(dig(plan, "extensions")).map(object);
  const more = Object.keys(PLAN_EXTENSIONS).filter((extension) => !told.some(({ name }) => name === extension));
  return [...told, ...more.map((name) => ({ name, isEnabled: "True" }))].map((extension: JsonObject) => {
    const added = PLAN_EXTENSIONS[text(extension.name)] ?? {};
    const properties = { ...added, ...object(extension.additionalExtensionProperties) };
    if (extension.isEnabled !== "True" || Object.keys(properties).length === 0) return extension;
    return { ...extension, additionalExtensionProperties: properties };
  });
}

const notFound = (path: string): Response => ({
  status: 404,
  body: { error: { code: "InvalidResourceNamespace", message: `${path} is none that Azure knows.` } },
});
