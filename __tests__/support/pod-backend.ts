import { execFileSync } from "node:child_process";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { deployment } from "./pod-fixture";
import { assembleImage, type PodImage } from "./pod-image";
import type { PodOptions } from "./pod-process";

const EXAMPLE = "examples/backend";

/** The one of the database that its secret holds. */
export const PASSWORD = "correct-horse";

/** The example's image, built in a folder. The compiler that the example pins is the root's as well: nothing is installed. */
export function buildBackend(folder: string): PodImage {
  const built = join(folder, "app");
  cpSync(EXAMPLE, built, { recursive: true });
  const typeRoots = join(process.cwd(), "node_modules/@types");
  execFileSync("node_modules/.bin/tsc", ["-p", built, "--typeRoots", typeRoots]);
  return assembleImage(join(EXAMPLE, "Dockerfile"), built, join(folder, "image"));
}

/** What a test says of its Deployment. */
export type BackendChange = Partial<Parameters<typeof deployment>[0]>;

/** The example as a pod. */
export function backendPod(image: PodImage, change: BackendChange = {}): PodOptions {
  return {
    image,
    secrets: { "database-url": `postgres://mmrv:${PASSWORD}@database/mmrv\n` },
    deployment: deployment({
      name: "backend",
      port: 8080,
      health: { live: "/healthz", ready: "/readyz" },
      volumes: { "/tmp": "1Mi" },
      ...change,
    }),
  };
}
