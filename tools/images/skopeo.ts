import { createHash } from "node:crypto";
import { COPY_MINUTES, type CopyTool, type Platform, QUERY_MINUTES } from "./copy-tool";
import { isNotFound } from "./failures";
import { platformOf, repositoryOf, UNSAID } from "./platform-of";
import { runTool } from "./tool-process";

interface Manifest {
  readonly manifests?: readonly {
    readonly digest: string;
    readonly platform?: { readonly os: string; readonly architecture: string };
  }[];
}

/** skopeo, 1.9 or newer. It knows no referrers. github.com/containers/skopeo */
export function skopeo(env: NodeJS.ProcessEnv): CopyTool {
  const inspect = (reference: string, ...options: readonly string[]) => {
    const args = ["inspect", "--retry-times", "3", ...options, `docker://${reference}`];
    return runTool("skopeo", args, { env, minutes: QUERY_MINUTES });
  };
  const manifest = async (reference: string): Promise<string | undefined> => {
    try {
      return await inspect(reference, "--raw");
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  };
  const configured = async (reference: string): Promise<string> => {
    const { os, architecture } = JSON.parse(await inspect(reference, "--config")) as Record<string, string>;
    return `${os}/${architecture}`;
  };

  return {
    name: "skopeo",
    limits: "skopeo copies no signatures and other referrers, and compares none; regctl does both",
    refuses: () => undefined,
    async digest(reference) {
      const text = await manifest(reference);
      return text === undefined ? undefined : digestOf(text);
    },
    async contents(reference, kind) {
      const text = await inspect(reference, "--raw");
      const digest = digestOf(text);
      const { manifests } = JSON.parse(text) as Manifest;
      if (manifests === undefined) {
        if (kind === "chart") return { digest, platforms: [] };
        return { digest, platforms: [{ name: await configured(reference), digest }] };
      }
      const platforms: Platform[] = [];
      for (const { digest: listed, platform } of manifests) {
        const entry = `${repositoryOf(reference)}@${listed}`;
        const said = platform && `${platform.os}/${platform.architecture}`;
        const text = await manifest(entry);
        if (text === undefined) {
          const missing = { name: said ?? UNSAID, digest: listed };
          return { digest, platforms, missing };
        }
        platforms.push({ name: said ?? (await platformOf(text, () => configured(entry))), digest: listed });
      }
      return { digest, platforms };
    },
    async copy(from, to) {
      const options = ["--all", "--preserve-digests", "--quiet", "--retry-times", "3"];
      const args = ["copy", ...options, `docker://${from}`, `docker://${to}`];
      await runTool("skopeo", args, { env, minutes: COPY_MINUTES });
    },
  };
}

/** By definition: opencontainers/image-spec, descriptor.md. */
const digestOf = (manifest: string): string => `sha256:${createHash("sha256").update(manifest).digest("hex")}`;
