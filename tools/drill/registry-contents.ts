import { treeOf } from "../local-registry/pusher";
import type { Registry } from "../local-registry/registry";

/** Under which the images of a drill are. */
export const TAG = "drill";

/** What a manifest can be; without a word the registry would translate. */
const ACCEPT = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/** The manifests that an index lists; of an image none. */
interface Manifest {
  readonly manifests?: readonly { readonly digest: string }[];
}

async function tagsOf(registry: Registry, repository: string): Promise<string[]> {
  const { status, text } = await registry.ask("GET", `/v2/${repository}/tags/list`);
  if (status === 404) return [];
  return (JSON.parse(text) as { readonly tags: readonly string[] | null }).tags?.slice() ?? [];
}

/**
 * Deletes every manifest of a repository by its digest, with the tags that lead there: images, their platforms, and what refers to
 * them, which a registry without an API for it keeps under a tag of its own. In Azure the referrers go with their subject.
 * @returns how many digests
 */
export async function lose(registry: Registry, repository: string): Promise<number> {
  const found = new Set<string>();
  for (const tag of await tagsOf(registry, repository)) {
    const { headers, status, text } = await registry.ask("GET", `/v2/${repository}/manifests/${tag}`, {
      accept: ACCEPT,
    });
    if (status !== 200) continue;
    found.add(String(headers["docker-content-digest"]));
    for (const { digest } of (JSON.parse(text) as Manifest).manifests ?? []) found.add(digest);
  }
  for (const digest of found) await registry.delete(repository, digest);
  return found.size;
}

/** Every digest of some repositories, platforms and referrers too, in order. */
export async function digestsOf(
  { host }: Registry,
  repositories: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<string[]> {
  const all: string[] = [];
  for (const repository of repositories) {
    const tree = (await treeOf(`${host}/${repository}:${TAG}`, env)).join("\n");
    all.push(...new Set(tree.match(/sha256:[0-9a-f]{64}/g)));
  }
  return all.sort();
}
