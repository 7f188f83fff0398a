import { bootstrap } from "../../environments/all";
import { STATE_COPY } from "../../model/naming";
import type { Subscription } from "../../model/subscription";
import { UserError } from "../../model/user-error";
import type { BlobPlace } from "../azure/blobs";
import type { isConfirmed } from "../confirm";
import type { SynthesizedStack } from "../program/stacks";

/** What of a synthesized stack says where its state is. */
interface StatePlaces {
  readonly backend?: {
    readonly azurerm?: {
      readonly storage_account_name: string;
      readonly container_name: string;
      readonly key: string;
    };
  };
  readonly cloud?: {
    readonly organization: string;
    readonly hostname?: string;
    readonly workspaces: { readonly name: string };
  };
}

/** Who is asked before something changes, about which program; a test puts others in their place. */
export interface Asked {
  /** @default the person at the terminal */
  readonly confirm?: typeof isConfirmed;
  /** @default whether there is one */
  readonly isTerminal?: boolean;
  /** @default the user's own */
  readonly stacks?: SynthesizedStack[];
}

/** Where the program keeps the state of a stack: `context.state` in cdktf.json. */
export type StatePlace =
  | { readonly in: "azurerm"; readonly blob: BlobPlace }
  | { readonly in: "hcp"; readonly host: string; readonly organization: string; readonly workspace: string }
  | { readonly in: "local" };

export function placeOf({ json }: Pick<SynthesizedStack, "json">): StatePlace {
  const { backend, cloud } = (json.terraform ?? {}) as StatePlaces;
  if (cloud !== undefined)
    return {
      in: "hcp",
      host: cloud.hostname ?? "app.terraform.io",
      organization: cloud.organization,
      workspace: cloud.workspaces.name,
    };
  const blob = backend?.azurerm;
  if (blob === undefined) return { in: "local" };
  const { container_name: container, key: name, storage_account_name: account } = blob;
  return { in: "azurerm", blob: { account, container, name } };
}

const ELSEWHERE: Readonly<Record<"hcp" | "local", (stack: string) => string>> = {
  hcp: () =>
    "HCP Terraform keeps its versions: States of the workspace lists them and rolls back; docs/states.md says what to do when they are gone",
  local: (stack) =>
    `a state on this machine has no versions but terraform.tfstate.backup beside it; npx mmrv state rebuild ${stack} makes it anew from what is in Azure`,
};

/**
 * The blob that holds the state of a stack.
 * @throws UserError where states are kept elsewhere than in the storage account that bootstrap makes
 */
export function stateBlobOf({ id, json }: Pick<SynthesizedStack, "id" | "json">): BlobPlace {
  const place = placeOf({ json });
  if (place.in === "azurerm") return place.blob;
  throw new UserError(
    `${id}: cdktf.json keeps its state ${place.in === "hcp" ? "in HCP Terraform" : "locally"}, and not in the storage account that has versions; nothing was touched\n  next: ${ELSEWHERE[place.in](id)}`,
  );
}

/**
 * The blob that holds the copies of a stack's state.
 * @throws UserError when nothing is copied
 */
export function copyBlobOf({ id }: Pick<SynthesizedStack, "id">, settings: Subscription = bootstrap): BlobPlace {
  if (settings.state.copy.to !== "none") return { ...copyContainerOf(settings), name: `${id}.tfstate` };
  throw new UserError(
    `${id}: no state is copied (environments/bootstrap.ts: state.copy.to is none), so there is no copy; nothing was touched`,
  );
}

export const copyContainerOf = ({ suffix }: Pick<Subscription, "suffix">) => ({
  account: STATE_COPY.accountName(suffix),
  container: STATE_COPY.container,
});
