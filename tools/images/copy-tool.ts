/** One manifest of an index, for one platform. */
export interface Platform {
  /** As os/architecture, which the image itself tells where the index does not; unknown/unknown is no image. */
  readonly name: string;
  readonly digest: string;
}

/** What belongs to an image, as one registry has it. */
export interface Contents {
  readonly digest: string;
  /** Of an index, all that it lists; of one image, its own; of a chart none. */
  readonly platforms: readonly Platform[];
  /** The first that the index lists and the registry has not. */
  readonly missing?: Platform;
  /** Digests of signatures, SBOMs and the like, those of platforms too; undefined when the tool does not know them. */
  readonly referrers?: readonly string[];
}

/** A program that copies between registries. References have the registry's host. */
export interface CopyTool {
  readonly name: "regctl" | "skopeo" | "az";
  /** What it does not do, for the user. */
  readonly limits?: string;
  /** Why it cannot copy from there. */
  refuses(from: string): string | undefined;
  /** The digest under a tag; undefined when there is none. @throws ToolError */
  digest(reference: string): Promise<string | undefined>;
  /** Undefined when the tool cannot look inside. @throws ToolError */
  contents(reference: string, kind: "image" | "chart"): Promise<Contents | undefined>;
  /** Copies a digest under a tag, all platforms. @throws ToolError */
  copy(from: string, to: string): Promise<void>;
}

/** Reading and one manifest are short; a large image over a slow line is not. */
export const QUERY_MINUTES = 2;
export const COPY_MINUTES = 60;
