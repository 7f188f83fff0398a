import type { Environment } from "../environment";
import { type Issue, issue } from "./issue";

export function unreachableCluster({ access, runner }: Environment): Issue[] {
  if (access.via !== "private" || runner.kind !== "none") return [];
  return [
    issue(
      "runner.kind",
      runner.kind,
      "must be gitHub or agent (access is private: nothing outside the network could deploy)",
      ["access.via"],
    ),
  ];
}

export function publicRegistryOfAPrivateCluster({ access, registry }: Environment): Issue[] {
  if (access.via !== "private" || registry.tier === "Premium") return [];
  return [
    issue(
      "registry.tier",
      registry.tier,
      "must be Premium (access is private, and only Premium takes a private endpoint)",
      ["access.via"],
    ),
  ];
}

export function controlPlane({ kubernetes: { version, upgradeChannel, tier, costAnalysis } }: Environment): Issue[] {
  const issues: Issue[] = [];
  if (upgradeChannel !== "none" && version.split(".").length > 2) {
    issues.push(
      issue(
        "kubernetes.version",
        version,
        `must be ${version.split(".", 2).join(".")} (the channel installs patches; a pinned one would be planned back)`,
      ),
    );
  }
  if (costAnalysis && tier === "Free") {
    issues.push(
      issue(
        "kubernetes.costAnalysis",
        costAnalysis,
        "must be false on the Free tier (AKS offers it from Standard on)",
        ["kubernetes.tier"],
      ),
    );
  }
  return issues;
}

export function nodePools({ nodePools: pools }: Environment): Issue[] {
  const issues: Issue[] = [];
  const modes = pools.map((_, index) => `nodePools.${index}.mode`);
  const system = pools.filter((pool) => pool.mode === "System").length;
  if (system !== 1)
    issues.push(
      issue(
        "nodePools",
        `${system} System pools`,
        "must be exactly one System pool (it is the cluster's default pool)",
        modes,
      ),
    );
  if (system === pools.length)
    issues.push(
      issue(
        "nodePools",
        "0 User pools",
        "must be at least one User pool (the System pool is tainted: MMRV would never start)",
        modes,
      ),
    );
  for (const [index, pool] of pools.entries()) {
    const path = `nodePools.${index}`;
    if (pools.findIndex((other) => other.name === pool.name) < index)
      issues.push(issue(`${path}.name`, pool.name, "must be a name that no other pool has"));
    if (pool.minCount > pool.maxCount)
      issues.push(
        issue(`${path}.minCount`, pool.minCount, `must be at most maxCount ${pool.maxCount}`, [`${path}.maxCount`]),
      );
  }
  return issues;
}
