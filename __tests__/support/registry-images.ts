import { execFile } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Registry } from "./registries";

const OCI = "application/vnd.oci.image";
export const INDEX = `${OCI}.index.v1+json`;
export const MANIFEST = `${OCI}.manifest.v1+json`;

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

export interface PushedImage {
  readonly repository: string;
  readonly digest: string;
  /** The manifest as the registry has it. */
  readonly text: string;
  /** Digests of the manifests that the index lists, in its order. */
  readonly platforms: readonly string[];
}

const describe = (mediaType: string, bytes: Buffer): Descriptor => ({
  mediaType,
  digest: `sha256:${createHash("sha256").update(bytes).digest("hex")}`,
  size: bytes.length,
});

/** Pushes what a test makes, past TLS and faults; `login` is "user:password". */
export class Pusher {
  constructor(
    private readonly registry: Registry,
    private readonly login?: string,
  ) {}

  /** An index of small images, each with layers of its own. */
  async index(repository: string, tag: string, platforms: readonly string[], layers = 2): Promise<PushedImage> {
    const entries = [];
    for (const platform of platforms) {
      const [os = "", architecture = ""] = platform.split("/");
      entries.push({ of: await this.image(repository, undefined, platform, layers), platform: { os, architecture } });
    }
    return this.indexOf(repository, tag, entries);
  }

  /** An index of what is there; an entry need not say its platform (opencontainers/image-spec, image-index.md). */
  async indexOf(
    repository: string,
    tag: string,
    entries: readonly { readonly of: PushedImage; readonly platform?: object }[],
  ): Promise<PushedImage> {
    const manifests = entries.map(({ of: { digest, text }, platform }) => ({
      mediaType: MANIFEST,
      digest,
      size: text.length,
      ...(platform && { platform }),
    }));
    const pushed = await this.manifest(repository, tag, INDEX, { schemaVersion: 2, mediaType: INDEX, manifests });
    return { ...pushed, platforms: manifests.map(({ digest }) => digest) };
  }

  async image(repository: string, tag: string | undefined, platform: string, layers = 2): Promise<PushedImage> {
    const [os, architecture] = platform.split("/");
    const type = `${OCI}.layer.v1.tar`;
    const blobs = [];
    for (let layer = 0; layer < layers; layer += 1) blobs.push(await this.blob(repository, type, randomBytes(2_000)));
    const rootfs = { type: "layers", diff_ids: blobs.map(({ digest }) => digest) };
    const configText = Buffer.from(JSON.stringify({ os, architecture, rootfs, config: {} }));
    const config = await this.blob(repository, `${OCI}.config.v1+json`, configText);
    const manifest = { schemaVersion: 2, mediaType: MANIFEST, config, layers: blobs };
    return this.manifest(repository, tag, MANIFEST, manifest);
  }

  /** A chart as `helm push` makes it. */
  async chart(repository: string, tag: string): Promise<PushedImage> {
    const helm = "application/vnd.cncf.helm";
    const config = await this.blob(repository, `${helm}.config.v1+json`, Buffer.from('{"name":"chart"}'));
    const layer = await this.blob(repository, `${helm}.chart.content.v1.tar+gzip`, randomBytes(500));
    return this.manifest(repository, tag, MANIFEST, { schemaVersion: 2, mediaType: MANIFEST, config, layers: [layer] });
  }

  private async blob(repository: string, mediaType: string, bytes: Buffer): Promise<Descriptor> {
    const blob = describe(mediaType, bytes);
    const started = await this.send("POST", `/v2/${repository}/blobs/uploads/`);
    const place = started.headers.location ?? "";
    const separator = place.includes("?") ? "&" : "?";
    await this.send("PUT", `${place}${separator}digest=${blob.digest}`, bytes, "application/octet-stream");
    return blob;
  }

  private async manifest(
    repository: string,
    tag: string | undefined,
    type: string,
    manifest: unknown,
  ): Promise<PushedImage> {
    const text = JSON.stringify(manifest);
    const { digest } = describe(type, Buffer.from(text));
    await this.send("PUT", `/v2/${repository}/manifests/${tag ?? digest}`, Buffer.from(text), type);
    return { repository, digest, text, platforms: [digest] };
  }

  private async send(method: string, path: string, body?: Buffer, type?: string) {
    const answer = await this.registry.ask(
      method,
      path,
      {
        ...(type !== undefined && { "content-type": type }),
        ...(body !== undefined && { "content-length": body.length }),
        ...(this.login !== undefined && { authorization: `Basic ${Buffer.from(this.login).toString("base64")}` }),
      },
      body,
    );
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer;
  }
}

/** Takes one manifest out of a registry's storage, as a clean-up that knows no indexes does. */
export function loseManifest({ storage }: Registry, repository: string, digest: string): void {
  const revisions = "docker/registry/v2/repositories";
  const path = join(storage, revisions, repository, "_manifests/revisions/sha256", digest.slice("sha256:".length));
  rmSync(path, { recursive: true });
}

/** Puts something that refers to an image beside it, such as a signature or an SBOM; returns its digest. */
export async function addReferrer(
  subject: string,
  type: string,
  text: string,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const args = ["artifact", "put", "--artifact-type", type, "-m", type, "--subject", subject];
  const pending = promisify(execFile)("regctl", [...args, "--format", "{{.Manifest.GetDescriptor.Digest}}"], { env });
  pending.child.stdin?.end(text);
  return (await pending).stdout.trim();
}

/** Every manifest of an image, children and referrers too, as one registry has them. */
export async function treeOf(reference: string, env: NodeJS.ProcessEnv): Promise<string[]> {
  const { stdout } = await promisify(execFile)("regctl", ["artifact", "tree", "--digest-tags", reference], { env });
  return stdout
    .split("\n")
    .slice(1)
    .filter((line) => line !== "")
    .sort();
}
