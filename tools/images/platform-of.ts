/** How what is no image is called, such as a build's attestation; BuildKit writes the same. */
export const NO_PLATFORM = "unknown/unknown";

/** What stands in a platform's place while nobody has asked the image, for people; no platform is called so. */
export const UNSAID = "a platform that it does not name";

interface Manifest {
  readonly config?: { readonly mediaType?: string };
}

/** opencontainers/image-spec, config.md; and Docker's own, which is older. */
const IMAGE_CONFIGURATIONS = [
  "application/vnd.oci.image.config.v1+json",
  "application/vnd.docker.container.image.v1+json",
];

/**
 * What an entry of an index is for that says nothing about it, as OCI allows: what stands in the image's own configuration,
 * where containerd looks for it too (containerd/containerd, core/images, Manifest).
 * @param manifest the entry's manifest
 * @param configured asks for the configuration's os/architecture; not for what is no image
 */
export async function platformOf(manifest: string, configured: () => Promise<string>): Promise<string> {
  const { config } = JSON.parse(manifest) as Manifest;
  const isImage = config?.mediaType !== undefined && IMAGE_CONFIGURATIONS.includes(config.mediaType);
  return isImage ? configured() : NO_PLATFORM;
}

/** A reference without its digest or tag. */
export const repositoryOf = (reference: string): string => reference.replace(/(@sha256:[0-9a-f]{64}|:[^:/]+)$/, "");
