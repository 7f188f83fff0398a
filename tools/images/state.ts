import pRetry, { type Options } from "p-retry";
import { commandLine } from "../shell";
import type { Contents, CopyTool } from "./copy-tool";
import type { Artifact } from "./desired-artifacts";
import { explain } from "./failures";
import { NO_PLATFORM } from "./platform-of";

/** How an artifact stands in our registry. */
export type State =
  | { readonly is: "there"; readonly contents?: Contents }
  | { readonly is: "to copy"; readonly why: string }
  /** Under the tag is another image. */
  | { readonly is: "differs"; readonly why: string }
  | { readonly is: "fault"; readonly why: string };

/** Of our nodes: the VM sizes of environments/ are x64. */
const NODE_PLATFORM = "linux/amd64";

/** How often something is tried again that may pass, and after how many milliseconds. */
export type Pauses = Required<Pick<Options, "retries" | "minTimeout" | "factor">>;

/** After two seconds, and after ten more. */
const PAUSES: Pauses = { retries: 2, minTimeout: 2_000, factor: 5 };

/** Compares both sides. What can be wrong with an artifact is an answer, so that the rest goes on. */
export const stateOf = (artifact: Artifact, tool: CopyTool, pauses = PAUSES): Promise<State> =>
  trying(() => compare(artifact, tool), tool, pauses);

/** Copies what is missing and compares again; what is there is left alone. */
export async function copyIfMissing(
  artifact: Artifact,
  tool: CopyTool,
  pauses = PAUSES,
): Promise<{ readonly before: State; readonly after: State }> {
  const before = await stateOf(artifact, tool, pauses);
  if (before.is !== "to copy") return { before, after: before };
  const after = await trying(
    async () => {
      await tool.copy(artifact.from, artifact.to);
      const copied = await compare(artifact, tool);
      if (copied.is !== "to copy") return copied;
      return { is: "fault", why: `${tool.name} copied without an error, and still: ${copied.why}; again` };
    },
    tool,
    pauses,
  );
  return { before, after };
}

/** Tries again what may pass; in the end a failure is a fault. */
async function trying(work: () => Promise<State>, { name }: CopyTool, pauses: Pauses): Promise<State> {
  try {
    return await pRetry(work, {
      ...pauses,
      shouldRetry: ({ error }) => explain(name, error).isPassing,
    });
  } catch (error) {
    return { is: "fault", why: explain(name, error).line };
  }
}

async function compare(artifact: Artifact, tool: CopyTool): Promise<State> {
  const found = await tool.digest(artifact.to);
  if (found !== undefined && found !== artifact.digest) return { is: "differs", why: anotherDigest(artifact, found) };
  const refused = found === undefined ? tool.refuses(artifact.from) : undefined;
  if (refused !== undefined) return { is: "fault", why: refused };
  const source = await tool.contents(artifact.from, artifact.kind);
  const fault = source && faultOf(source, artifact);
  if (fault !== undefined) return { is: "fault", why: fault };
  if (found === undefined) return { is: "to copy", why: "not there" };
  const ours = await tool.contents(artifact.to, artifact.kind);
  const lack = source && ours && lackOf(source, ours);
  return lack === undefined ? { is: "there", contents: ours } : { is: "to copy", why: lack };
}

function faultOf({ missing, platforms }: Contents, { kind, from }: Artifact): string | undefined {
  if (missing !== undefined)
    return `the index lists ${missing.name} (${missing.digest}), and the source has no such manifest: push ${from} again`;
  if (kind === "chart" || platforms.some(({ name }) => name === NODE_PLATFORM)) return undefined;
  const names = platforms.map(({ name }) => name).filter((name) => name !== NO_PLATFORM);
  return `it is for ${names.join(", ") || "no platform"}, and our nodes are ${NODE_PLATFORM}: build it for that too`;
}

/** What ours has not; more than the source has is no fault: a signature made here, say. */
function lackOf(source: Contents, ours: Contents): string | undefined {
  if (ours.missing !== undefined) return `half of it: ${ours.missing.name} is not there`;
  const referrers = source.referrers?.filter((referrer) => !ours.referrers?.includes(referrer)) ?? [];
  return referrers.length === 0 ? undefined : `without ${referrers.length} of its referrers (signatures, SBOMs)`;
}

function anotherDigest({ digest, ifTaken, origin, to }: Artifact, found: string): string {
  const [registry = ""] = to.split(".");
  const image = to.slice(to.indexOf("/") + 1);
  const untag = commandLine("az", "acr", "repository", "untag", "--name", registry, "--image", image);
  return `ours is ${found}, and ${origin} has ${digest}; a tag is never moved, because an image without one is deleted: ${ifTaken}; or, when helm-values/ names ours nowhere, ${untag} and again`;
}
