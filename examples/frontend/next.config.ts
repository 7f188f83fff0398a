import { join } from "node:path";
import type { NextConfig } from "next";

/** What both clouds must build with alike. Next.js invents either where it is missing, and nothing fails until users cross. */
function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: the build on the other cloud would differ from this one`);
  return value;
}

const commit = required("COMMIT");
// Next.js reads it by itself; without it each build makes a key of its own.
required("NEXT_SERVER_ACTIONS_ENCRYPTION_KEY");

const config: NextConfig = {
  output: "standalone",
  // Next.js takes the folder of the topmost lockfile otherwise, and server.js ends up that many folders deeper.
  outputFileTracingRoot: import.meta.dirname,
  turbopack: { root: import.meta.dirname },
  generateBuildId: () => commit,
  // An open tab of another build reloads instead of asking for files that are gone.
  deploymentId: commit,
  poweredByHeader: false,
  // Of pages; that of images is another one, and has a volume.
  cacheHandler: join(import.meta.dirname, "cache-handler.cjs"),
  // In bytes, of each pod's memory; the default.
  cacheMaxMemorySize: 50 * 1024 * 1024,
  images: {
    // Below the sizeLimit of the volume at .next/cache. Without it: half of the node's free disk, then eviction.
    maximumDiskCacheSize: 400 * 1024 * 1024,
  },
};

export default config;
