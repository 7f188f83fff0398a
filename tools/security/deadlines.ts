import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AZURERM_VERSION } from "../../constructs/support/azurerm-version";
import type { Environment } from "../../model/environment";
import { KUBERNETES_VERSIONS } from "../../model/kubernetes-versions";
import type { ThirdPartyPins } from "../../model/third-party";
import packageJson from "../../package.json";
import type { Ageing } from "./ageing";

/** Two months: a minor is raised in staging, a week later in production, and somebody has to find the days for it. */
const WARN_DAYS = 60;

/** Something of others that this program stands on. */
interface Product {
  readonly name: string;
  readonly versions: readonly string[];
  readonly ends: readonly End[];
}

/** An end on a day that somebody else has set. */
interface End {
  /** Of which versions. */
  readonly of: RegExp;
  /** The last day; none when nobody has announced one. */
  readonly until?: string;
  readonly remedy: string;
  readonly source: string;
}

const KUBERNETES: readonly End[] = KUBERNETES_VERSIONS.map(({ minor, supportedUntil }) => ({
  of: new RegExp(`^${minor.replace(".", "\\.")}($|\\.)`),
  until: supportedUntil,
  remedy: "raise kubernetes.version, docs/upgrade-kubernetes.md",
  source: "learn.microsoft.com/azure/aks/supported-kubernetes-versions",
}));

const AZURERM: readonly End[] = [
  {
    of: /^4\.([0-9]|[1-7][0-9]|80)\./,
    until: "2027-02-27",
    remedy: "Key Vault's management API before 2026-02-01, which it asks, ends: take azurerm 4.81.0",
    source: "learn.microsoft.com/azure/key-vault/general/access-control-default",
  },
  {
    of: /^4\.81\./,
    remedy: "the last 4.x",
    source: "registry.terraform.io/providers/hashicorp/azurerm/4.81.0",
  },
];

const ENVOY_GATEWAY: readonly End[] = [
  {
    of: /^v?1\.9\./,
    until: "2027-02-14",
    remedy: "take the next minor, docs/third-party.md",
    source: "gateway.envoyproxy.io/news/releases/matrix",
  },
];

const CERT_MANAGER: readonly End[] = [
  {
    // It ends when 1.23 comes out. Nobody gives the day: 1.20 came on 10 March and 1.21 on 8 July 2026, so two times four
    // months after that.
    of: /^v?1\.21\./,
    until: "2027-03-08",
    remedy: "it ends with the release of 1.23, expected then: take the next minor, docs/third-party.md",
    source: "cert-manager.io/docs/releases",
  },
];

const NODE: readonly End[] = [
  {
    of: /^22\./,
    until: "2027-04-30",
    remedy:
      "it needs another CLI than that of cdktf, which has no binary for a newer one (docs/decisions/0011-cdktf.md)",
    source: "github.com/nodejs/Release",
  },
  {
    of: /^24\./,
    until: "2028-04-30",
    remedy: "take the next even one",
    source: "github.com/nodejs/Release",
  },
];

const CDKTF: readonly End[] = [
  {
    // Archived on 10 December 2025. What still binds it to a day is the Node.js that its CLI runs on.
    of: /^0\.21\./,
    until: "2027-04-30",
    remedy:
      "no fixes since December 2025, and the last Node.js of its CLI ends: move to cdktn (docs/decisions/0011-cdktf.md)",
    source: "github.com/hashicorp/terraform-cdk",
  },
];

/** Of everything of others that runs or is run here. */
export interface Deadlines {
  readonly known: readonly Ageing[];
  /** Versions whose end nobody has looked up. */
  readonly unknown: readonly string[];
}

/** What others end, of what this program and its environments use. */
export function deadlines(environments: readonly Environment[], { charts }: ThirdPartyPins): Deadlines {
  const known: Ageing[] = [];
  const unknown: string[] = [];
  for (const { ends, name, versions } of products(environments, charts))
    for (const version of new Set(versions)) {
      const what = `${name} ${version}`;
      const end = ends.find(({ of }) => of.test(version));
      if (!end) unknown.push(what);
      else if (end.until !== undefined)
        known.push({ what, until: end.until, remedy: `${end.remedy} (${end.source})`, warnDays: WARN_DAYS });
    }
  return { known, unknown };
}

function products(environments: readonly Environment[], charts: ThirdPartyPins["charts"]): Product[] {
  const nodeVersion = readFileSync(join(__dirname, "../../.nvmrc"), "utf8").trim();
  return [
    { name: "Kubernetes", versions: environments.map(({ kubernetes }) => kubernetes.version), ends: KUBERNETES },
    { name: "azurerm", versions: [AZURERM_VERSION], ends: AZURERM },
    { name: "Envoy Gateway", versions: [charts["envoy-gateway"].version], ends: ENVOY_GATEWAY },
    { name: "cert-manager", versions: [charts["cert-manager"].version], ends: CERT_MANAGER },
    { name: "Node.js", versions: [nodeVersion], ends: NODE },
    { name: "cdktf", versions: [packageJson.dependencies.cdktf], ends: CDKTF },
  ];
}
