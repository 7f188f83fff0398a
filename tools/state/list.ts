import { Blob, placeText, storageSender } from "../azure/blobs";
import type { Send } from "../azure/send";
import { answer, say, sayAll } from "../output";
import { findStack, synthesize } from "../program/stacks";
import { table } from "../table";
import { copyBlobOf, stateBlobOf } from "./places";
import { lockOf, type StateVersion, stateVersions } from "./versions";

export interface ListOptions {
  /** Of the nightly copy, and not of the state itself. */
  readonly from?: "copy";
  readonly all?: boolean;
  readonly json?: boolean;
}

/** How many are read when nobody asks for all. */
const RECENT = 20;

/**
 * `mmrv state list`: what the state of a stack was, the newest first.
 * @throws UserError for an unknown stack, where states have no versions, and when they cannot be read
 */
export async function listVersions(
  name: string,
  { all = false, from, json = false }: ListOptions,
  send: Send = storageSender(),
  stacks = synthesize(),
): Promise<number> {
  const stack = findStack(stacks, name);
  const blob = new Blob(from === "copy" ? copyBlobOf(stack) : stateBlobOf(stack), send);
  const current = await blob.read();
  const lock = current && lockOf(current);
  const versions = await stateVersions(blob, all ? undefined : RECENT + 1);
  const shown = all ? versions : versions.slice(0, RECENT);
  answer(json, { stack: name, lockedBy: lock?.text ?? null, versions: shown.map(asJson) }, () => {
    if (shown.length === 0)
      return say(`${name}: there is no version of ${placeText(blob.place)}: nothing was ever written`);
    sayAll(table(["version", "written", "serial", "resources", "lineage", ""], shown.map(row)));
    if (versions.length > shown.length) say("there are older ones: --all lists them");
    if (!versions.some(({ isCurrent }) => isCurrent))
      say(`${name}: the state itself is deleted; any version brings it back`);
    if (lock !== undefined) say(`locked: ${lock.text}`);
  });
  return 0;
}

function row({ id = "-", isCurrent, state, written }: StateVersion): string[] {
  const known = "damaged" in state ? ["-", "-", "-"] : [`${state.serial}`, `${state.addresses.length}`, state.lineage];
  const remark = [isCurrent && "current", "damaged" in state && state.damaged].filter(Boolean).join("; ");
  return [id, written.toISOString(), ...known, remark];
}

const asJson = ({ id, isCurrent, state, written }: StateVersion) => ({
  version: id ?? null,
  written: written.toISOString(),
  isCurrent,
  serial: "damaged" in state ? null : state.serial,
  resources: "damaged" in state ? null : state.addresses.length,
  lineage: "damaged" in state ? null : state.lineage,
  why: "damaged" in state ? state.damaged : null,
});
