import { bootstrap, ENVIRONMENTS } from "../../environments/all";
import { sentenceOf } from "../../model/mistakes";
import type { Subscription } from "../../model/subscription";
import { UserError } from "../../model/user-error";
import { Blob, listBlobs, placeText, storageSender } from "../azure/blobs";
import type { Send } from "../azure/send";
import { flat } from "../flat";
import { answer, complain, remarks, sayAll } from "../output";
import { type SynthesizedStack, synthesize } from "../program/stacks";
import { table } from "../table";
import { isUnwritten, readState } from "../terraform/state-file";
import { type AskHcp, hcpAsker, hcpState } from "./hcp";
import { copyContainerOf, placeOf } from "./places";
import { stateOf } from "./versions";

export interface CopyOptions {
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** What came of one state. */
interface Copied {
  readonly stack: string;
  readonly is: "copied" | "to copy" | "no state yet" | "failed";
  readonly serial: number | null;
  readonly resources: number | null;
  /** The version that the copy is. */
  readonly version: string | null;
  /** Until when nobody can delete it. */
  readonly keptUntil: string | null;
  readonly why: string | null;
}

/** Where a state is read. */
interface Source {
  readonly stack: string;
  /** Undefined where there is none; throws UserError when it cannot be read. */
  readonly read: () => Promise<{ readonly text: string; readonly md5?: string } | undefined>;
}

interface With {
  readonly send?: Send;
  readonly ask?: (host: string) => Promise<AskHcp>;
  readonly settings?: Subscription;
  readonly stacks?: SynthesizedStack[];
}

/**
 * `mmrv state copy`: a version of every state into the account in another region, where nobody deletes it before its time.
 * Also of one that has not changed: the newest copy is never older than a night, and its time begins anew.
 * @returns 1 when a state could not be copied, or is not kept from being deleted
 * @throws UserError when nothing is copied, and when states are kept where nothing can read them but this machine
 */
export async function copyStates(
  { dryRun = false, json = false }: CopyOptions,
  { ask = hcpAsker, send = storageSender(), settings = bootstrap, stacks = synthesize() }: With = {},
): Promise<number> {
  if (settings.state.copy.to === "none")
    throw new UserError("no state is copied: environments/bootstrap.ts says state.copy.to: none; nothing was touched");
  const say = remarks(json);
  const results: Copied[] = [];
  for (const source of await sourcesOf(stacks, { ask, send })) {
    const result = await copyOne(source, { dryRun, send, settings });
    if (result.is === "failed") complain(`${result.stack}: ${result.why}`);
    results.push(result);
  }
  answer(json, results, () =>
    sayAll(
      table(
        ["stack", "is", "serial", "resources", "kept until"],
        results.map(({ is, keptUntil, resources, serial, stack }) => [
          stack,
          is,
          serial ?? "-",
          resources ?? "-",
          keptUntil ?? "-",
        ]),
      ),
    ),
  );
  const failed = results.filter(({ is }) => is === "failed");
  const copied = results.filter(({ is }) => is === "copied" || is === "to copy");
  say(`${copied.length} of ${results.length} states ${dryRun ? "would be" : "are"} copied`);
  return failed.length > 0 ? 1 : 0;
}

/**
 * Every state that there is: of the storage account all that its containers hold, so that one whose stack the program has
 * no longer is copied too; of HCP Terraform those of the program's workspaces.
 */
async function sourcesOf(stacks: readonly SynthesizedStack[], { ask, send }: Required<Pick<With, "ask" | "send">>) {
  const places = stacks.map((stack) => ({ stack: stack.id, place: placeOf(stack) }));
  const [{ place } = { place: undefined }] = places;
  if (place?.in === "azurerm") return inAccount(place.blob.account, send);
  if (place?.in !== "hcp")
    throw new UserError(
      "cdktf.json keeps the states locally, so there is nothing that somebody else could copy; nothing was touched\n  next: set context.state (README.md, Where state lives), then npx mmrv move-state for each stack",
    );
  const askHcp = await ask(place.host);
  return places.flatMap(({ place: each, stack }): Source[] =>
    each.in !== "hcp"
      ? []
      : [
          {
            stack,
            read: async () => {
              const text = await hcpState(each, askHcp);
              return text === undefined ? undefined : { text };
            },
          },
        ],
  );
}

async function inAccount(account: string, send: Send): Promise<Source[]> {
  const containers = [bootstrap.name, ...ENVIRONMENTS.map(({ name }) => name)];
  const found = await Promise.all(
    containers.map(async (container) =>
      (await listBlobs({ account, container }, send))
        .filter(({ name }) => name.endsWith(ENDING))
        .map(({ name }): Source => {
          const blob = new Blob({ account, container, name }, send);
          return { stack: name.slice(0, -ENDING.length), read: () => blob.read() };
        }),
    ),
  );
  return found.flat();
}

const ENDING = ".tfstate";

async function copyOne(
  { read, stack }: Source,
  { dryRun, send, settings }: { readonly dryRun: boolean; readonly send: Send; readonly settings: Subscription },
): Promise<Copied> {
  const nothing = { stack, serial: null, resources: null, version: null, keptUntil: null, why: null };
  try {
    const content = await read();
    if (content === undefined || isUnwritten(content.text)) return { ...nothing, is: "no state yet" };
    const state =
      content.md5 === undefined ? readState(content.text) : stateOf({ md5: content.md5, text: content.text });
    if ("damaged" in state)
      throw new UserError(`not copied, because it is damaged: ${state.damaged}\n  next: npx mmrv state list ${stack}`);
    const known = { ...nothing, serial: state.serial, resources: state.addresses.length };
    if (dryRun) return { ...known, is: "to copy" };
    const blob = new Blob({ ...copyContainerOf(settings), name: `${stack}${ENDING}` }, send);
    const version = await blob.write(content.text, "any");
    const arrived = await blob.read(version);
    if (arrived?.text !== content.text)
      throw new UserError(`what arrived at ${placeText(blob.place)} is not what was read\n  next: run it again`);
    if (arrived.keptUntil === undefined || version === undefined)
      throw new UserError(
        `copied, and anybody who may write can delete it: ${blob.place.account} keeps no versions, or has no retention\n  next: npx mmrv deploy bootstrap`,
      );
    return { ...known, is: "copied", version, keptUntil: arrived.keptUntil.toISOString() };
  } catch (error) {
    const why = sentenceOf(error);
    if (why === undefined) throw error;
    return { ...nothing, is: "failed", why: flat(why) };
  }
}
