import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bootstrap, CUTOVER, ENVIRONMENTS } from "../../environments/all";
import { checkEnvironments } from "../../model/check";
import { Cutovers } from "../../model/cutover/files";
import { deliverableReleases } from "../../model/delivery";
import type { Environment } from "../../model/environment";
import { UserError } from "../../model/user-error";
import type { StackJson } from "../terraform/stack-json";
import { firewallFor, NAT_GATEWAY } from "./egress";
import { synthesize } from "./stacks";

/** One stack in one shape of its environment. */
export interface StackVariant {
  readonly stack: string;
  /** The first shape in which it looks like this. */
  readonly shape: string;
  readonly json: StackJson;
}

type Egress = Environment["egress"];
type Shape = (environment: Environment) => Environment;

const leaving =
  (egress: (environment: Environment) => Egress): Shape =>
  (environment) => ({ ...environment, egress: egress(environment) });

/** Every release in the same place between Terraform and Flux. */
const delivered = (environment: Environment, by: "handover" | "flux") =>
  Object.fromEntries(deliverableReleases(environment).map((release) => [release, by]));

/** What changes what is exposed and evaluated: how traffic leaves (docs/egress.md), and who delivers. */
const SHAPES: Readonly<Record<string, Shape>> = {
  "load balancer": leaving(() => ({ via: "loadBalancer", address: "own" })),
  "NAT gateway": leaving(() => ({ ...NAT_GATEWAY, via: "natGateway" })),
  "Standard firewall": leaving((environment) => firewallFor(environment, { tier: "Standard", routing: "active" })),
  "Premium firewall": leaving((environment) => firewallFor(environment, { tier: "Premium", routing: "active" })),
  "handover to Flux, with a deploy key": (environment) => ({
    ...environment,
    gitOps: { via: "deployKey", delivery: delivered(environment, "handover") },
  }),
  "Flux, as a GitHub App": (environment) => ({
    ...environment,
    gitOps: { via: "gitHubApp", appId: 1, installationId: 2, delivery: delivered(environment, "flux") },
  }),
};

export const VARIANTS: readonly string[] = Object.keys(SHAPES);

/** The environment in another shape; undefined when its own rules refuse that, so that nobody can deploy it. */
export function inVariant(environment: Environment, shape: string): Environment | undefined {
  const shaped = SHAPES[shape]?.(environment);
  if (!shaped) throw new Error(`no shape ${shape}`);
  try {
    // Beside the others: production's images come from staging.
    checkEnvironments([...ENVIRONMENTS.filter(({ name }) => name !== environment.name), shaped], bootstrap);
    return shaped;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return undefined;
  }
}

/** Every stack of the program as configured, and as it would be in each other shape where that makes a difference. */
export async function synthesizeVariants(): Promise<StackVariant[]> {
  const folder = await mkdtemp(join(tmpdir(), "mmrv-shapes-"));
  const seen = new Map<string, StackVariant>();
  const configured = new Cutovers(CUTOVER);
  try {
    for (const shape of ["configured", ...VARIANTS]) {
      const environments = ENVIRONMENTS.map((environment) =>
        shape === "configured" ? environment : (inVariant(environment, shape) ?? environment),
      );
      const outdir = join(folder, shape);
      await mkdir(outdir);
      // While users move, the cutover holds the egress in its place.
      const cutovers = shape === "configured" ? {} : { cutovers: configured.withNobodyMoved(environments) };
      for (const { id, json } of synthesize({ outdir, environments, ...cutovers })) {
        const key = id + JSON.stringify(json);
        if (!seen.has(key)) seen.set(key, { stack: id, shape, json });
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return [...seen.values()];
}
