import { applyEdits, modify } from "jsonc-parser";
import { UserError } from "../../model/user-error";
import { Blob, type BlobContent, placeText, storageSender } from "../azure/blobs";
import type { Send } from "../azure/send";
import { isConfirmed } from "../confirm";
import { AUTO_APPROVE, refuseUnasked } from "../deploy/cdktf";
import { complain, say } from "../output";
import { findStack, type SynthesizedStack, synthesize } from "../program/stacks";
import { isUnwritten, type StateFile } from "../terraform/state-file";
import { foreignTo } from "./foreign";
import { type Asked, copyBlobOf, stateBlobOf } from "./places";
import { described, lockOf, stateOf, stateVersions } from "./versions";
import { writeLeased } from "./write";

export interface RestoreOptions {
  readonly version: string;
  /** The version is one of the nightly copy. */
  readonly from?: "copy";
  /** Goes on although the version is of this other lineage: the state was begun anew after it was lost. */
  readonly lineage?: string;
  readonly autoApprove?: boolean;
  readonly dryRun?: boolean;
}

/** What a restore is made of, once it was found to be one. */
interface Restore {
  readonly blob: Blob;
  readonly current: BlobContent | undefined;
  readonly before: StateFile | { readonly damaged: string } | undefined;
  readonly version: StateFile;
  readonly text: string;
}

/**
 * `mmrv state restore`: makes a version of a stack's state the current one; what was there stays as a version.
 * @returns 1 when somebody who was asked did not say so
 * @throws UserError for a version that is missing, damaged or another stack's, for a state that somebody holds, and when
 * nobody can be asked; nothing was touched then
 */
export async function restoreVersion(
  name: string,
  options: RestoreOptions,
  send: Send = storageSender(),
  { confirm = isConfirmed, isTerminal, stacks = synthesize() }: Asked = {},
): Promise<number> {
  const restore = await planRestore(findStack(stacks, name), options, send);
  const { before, blob, text, version } = restore;
  say(`${name}: ${placeText(blob.place)}`);
  say(`  now: ${before === undefined ? "no state" : described(before)}`);
  say(
    `  then: ${described(version)}, as it was at ${options.version}${options.from === "copy" ? ", from the copy" : ""}`,
  );
  for (const line of changed(before, version)) say(`  ${line}`);
  if (options.dryRun) return 0;
  refuseUnasked(`state restore ${name}`, options.autoApprove ? [AUTO_APPROVE] : [], isTerminal);
  if (!options.autoApprove && !(await confirm(`Does nobody deploy ${name} now?`, name))) {
    complain("not restored; nothing was touched");
    return 1;
  }
  const { before: kept } = await writeLeased(blob, restore.current, text);
  say(`read back: serial ${version.serial} is the state of ${name}`);
  if (kept !== undefined) say(`what was there is version ${kept}`);
  say(`next: npx mmrv diff ${name} says what was deployed since, and would be made or changed again`);
  return 0;
}

/** Reads and compares everything; writes nothing. */
async function planRestore(stack: SynthesizedStack, options: RestoreOptions, send: Send): Promise<Restore> {
  const { id: name } = stack;
  const blob = new Blob(stateBlobOf(stack), send);
  const source = options.from === "copy" ? new Blob(copyBlobOf(stack), send) : blob;
  const content = await source.read(options.version);
  const list = `npx mmrv state list ${name}${options.from === "copy" ? " --from copy" : ""}`;
  if (content === undefined)
    throw refused(name, `${placeText(source.place)} has no version ${options.version}`, `${list} says which there are`);
  const state = stateOf(content);
  if ("damaged" in state)
    throw refused(name, `version ${options.version} is damaged: ${state.damaged}`, `take another: ${list}`);
  const current = await blob.read();
  const lock = current && lockOf(current);
  if (lock !== undefined)
    throw refused(
      name,
      `somebody holds the state: ${lock.text}`,
      `wait until that Terraform has ended; if none runs, npx mmrv state unlock ${name}`,
    );
  if (current !== undefined && current.versionId === undefined)
    throw refused(
      name,
      `the storage account ${blob.place.account} keeps no versions, so what is there now would be lost`,
      "npx mmrv deploy bootstrap switches them on",
    );
  const newest = await newestState(blob, current);
  refuseForeign(stack, state, { newest, options });
  const before = current === undefined || isUnwritten(current.text) ? undefined : stateOf(current);
  const serial = Math.max(state.serial, newest?.serial ?? 0) + 1;
  return { blob, current, before, version: { ...state, serial }, text: withSerial(content.text, serial) };
}

/** The newest whole state that the blob has held: what a version must be one of. */
async function newestState(blob: Blob, current: BlobContent | undefined): Promise<StateFile | undefined> {
  const now = current && stateOf(current);
  if (now !== undefined && !("damaged" in now)) return now;
  for (const { state } of await stateVersions(blob)) if (!("damaged" in state)) return state;
  return undefined;
}

function refuseForeign(
  stack: SynthesizedStack,
  state: StateFile,
  {
    newest,
    options: { lineage, version },
  }: { readonly newest: StateFile | undefined; readonly options: RestoreOptions },
): void {
  const { id: name, settings } = stack;
  const foreign = foreignTo(stack, state, settings.subscriptionId ?? process.env["ARM_SUBSCRIPTION_ID"] ?? "");
  if (foreign.length > 0)
    throw refused(
      name,
      [`version ${version} is a state of something else`, ...foreign.map((line) => `  ${line}`)].join("\n"),
      `npx mmrv state list ${name} says which versions are its own`,
    );
  if (newest === undefined || newest.lineage === state.lineage || lineage === state.lineage) return;
  throw refused(
    name,
    `version ${version} is of another lineage, ${state.lineage}; the state now is of ${newest.lineage}`,
    `if the state was lost and begun anew, and it is the older one that is right: --lineage ${state.lineage}`,
  );
}

const refused = (name: string, why: string, next: string): UserError => {
  const [first = "", ...more] = why.split("\n");
  return new UserError([`${name}: ${first}; nothing was touched`, ...more, `  next: ${next}`].join("\n"));
};

/**
 * The same state under a serial that it never had: a plan that was kept is only applied onto the state that it was made
 * of, and Terraform knows that by lineage and serial alone.
 */
const withSerial = (text: string, serial: number): string => applyEdits(text, modify(text, ["serial"], serial, {}));

/** What the state has and loses by it, a line each way. */
function changed(before: Restore["before"], version: StateFile): string[] {
  if (before === undefined || "damaged" in before) return [];
  const line = (verb: string, of: StateFile, not: StateFile) => {
    const has = new Set(not.addresses);
    const only = of.addresses.filter((address) => !has.has(address));
    const shown = only.slice(0, 5).join(", ");
    return only.length === 0 ? [] : [`${verb} ${only.length}: ${shown}${only.length > 5 ? ", …" : ""}`];
  };
  return [...line("knows again", version, before), ...line("forgets", before, version)];
}
