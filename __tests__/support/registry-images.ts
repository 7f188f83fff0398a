import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Registry } from "../../tools/local-registry/registry";

/** Takes one manifest out of a registry's storage, as a clean-up that knows no indexes does. */
export function loseManifest({ storage }: Registry, repository: string, digest: string): void {
  const revisions = "docker/registry/v2/repositories";
  const path = join(storage, revisions, repository, "_manifests/revisions/sha256", digest.slice("sha256:".length));
  rmSync(path, { recursive: true });
}
