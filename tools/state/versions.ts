import { createHash } from "node:crypto";
import pLimit from "p-limit";
import type { Blob, BlobContent, BlobVersion } from "../azure/blobs";
import { parseJson } from "../parse-json";
import { readState, type StateFile } from "../terraform/state-file";

/** One state that was, of all versions with the same content the first; Terraform's lock alone makes two more. */
export interface StateVersion {
  /** What `--version` takes; undefined where the account keeps no versions. */
  readonly id: string | undefined;
  readonly isCurrent: boolean;
  readonly written: Date;
  /** The state, or why it is none. */
  readonly state: StateFile | { readonly damaged: string };
}

/** How many are read at once. */
const AT_ONCE = 4;

/**
 * The states that a blob has held, the newest first.
 * @param most how many of them are read; reading is what takes long
 */
export async function stateVersions(blob: Blob, most = Number.POSITIVE_INFINITY): Promise<StateVersion[]> {
  const runs = sameContent(await blob.versions()).slice(0, most);
  const limit = pLimit(AT_ONCE);
  return Promise.all(
    runs.map((run) =>
      limit(async (): Promise<StateVersion> => {
        const first = run[run.length - 1] as BlobVersion;
        const content = await blob.read(first.id);
        return {
          id: first.id,
          isCurrent: run.some(({ isCurrent }) => isCurrent),
          written: first.modified,
          state: content === undefined ? { damaged: "it went away in this moment" } : stateOf(content),
        };
      }),
    ),
  );
}

/** Versions that follow on one another with one content, the newest first. */
function sameContent(versions: readonly BlobVersion[]): BlobVersion[][] {
  const runs: BlobVersion[][] = [];
  for (const version of versions) {
    const last = runs.at(-1);
    if (last !== undefined && version.md5 !== undefined && last[0]?.md5 === version.md5) last.push(version);
    else runs.push([version]);
  }
  return runs;
}

/** The state in what was read, or why it is none: what arrived is compared with what the service says that it keeps. */
export function stateOf({ md5, text }: Pick<BlobContent, "md5" | "text">): StateFile | { readonly damaged: string } {
  if (md5 !== undefined && createHash("md5").update(text).digest("base64") !== md5)
    return { damaged: "what arrived is not what the storage account keeps" };
  return readState(text);
}

/** Who holds a state, as Terraform notes it beside the blob (internal/backend/remote-state/azure/client.go). */
export interface LockNote {
  readonly id: string;
  /** Such as "OperationTypeApply by runner@host since 2026-12-01T12:00:00Z"; what of it nobody noted is left out. */
  readonly text: string;
}

/** @returns undefined while nobody holds it */
export function lockOf(content: BlobContent): LockNote | undefined {
  if (!content.isLocked) return undefined;
  const note = Buffer.from(content.metadata("terraformlockid") ?? "", "base64").toString("utf8");
  const said = (parseJson(note) ?? {}) as Readonly<Record<string, unknown>>;
  const word = (key: string) => (typeof said[key] === "string" && said[key] !== "" ? said[key] : undefined);
  const parts = [word("Operation"), word("Who") && `by ${word("Who")}`, word("Created") && `since ${word("Created")}`];
  return { id: word("ID") ?? "", text: parts.filter(Boolean).join(" ") || "nobody noted by whom" };
}

/** What there is to say in a line: serial, resources. */
export const described = (state: StateFile | { readonly damaged: string }): string =>
  "damaged" in state ? state.damaged : `serial ${state.serial}, ${state.addresses.length} resources`;
