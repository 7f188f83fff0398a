import type { SecretSource } from "../../model/schema/aws";
import { type Comparison, write } from "./transfer";
import type { Vault } from "./vault";

/** What was found of a secret, or done with it. */
export interface SecretResult {
  /** The word under which the summary counts it. */
  readonly outcome: (typeof OUTCOMES)[number];
  /** For the secret's own line. */
  readonly text: string;
}

/** In the order of the summary; the last three are wrong. */
export const OUTCOMES = [
  "created",
  "updated",
  "overwritten",
  "to create",
  "to update",
  "equal",
  "newer in the vault",
  "not equal",
  "with a fault",
] as const;

const WRONG: readonly SecretResult["outcome"][] = ["newer in the vault", "not equal", "with a fault"];
export const isWrong = ({ outcome }: Pick<SecretResult, "outcome">): boolean => WRONG.includes(outcome);

const EQUAL: SecretResult = { outcome: "equal", text: "equal" };

/** What copy would do, without --force. */
export function plan(found: Comparison): SecretResult {
  switch (found.is) {
    case "equal":
      return EQUAL;
    case "missing":
      return { outcome: "to create", text: "would be created" };
    case "older":
      return { outcome: "to update", text: `would be updated: ${dates(found)}` };
    case "newer":
      return {
        outcome: "newer in the vault",
        text: `would be left as it is: ${dates(found)}; copy --force overwrites it`,
      };
  }
}

/** Whether both sides have the same. */
export function verify(found: Comparison): SecretResult {
  switch (found.is) {
    case "equal":
      return EQUAL;
    case "missing":
      return { outcome: "not equal", text: "not in the vault" };
    default:
      return { outcome: "not equal", text: `differs: ${dates(found)}` };
  }
}

/** Makes the vault equal to AWS. What is equal is left alone, so that an interrupted copy goes on where it was. */
export async function copy(
  found: Comparison,
  source: SecretSource,
  vault: Vault,
  force: boolean,
): Promise<SecretResult> {
  switch (found.is) {
    case "equal":
      return { outcome: "equal", text: "equal, left as it is" };
    case "missing":
      await write(source, found.inAws, vault);
      return { outcome: "created", text: "created" };
    case "older":
      await write(source, found.inAws, vault, found.inVault);
      return { outcome: "updated", text: `updated: ${dates(found)}` };
    case "newer":
      if (!force)
        return {
          outcome: "newer in the vault",
          text: `not copied: ${dates(found)}; somebody wrote it there; write the same in AWS, or overwrite it with --force`,
        };
      await write(source, found.inAws, vault, found.inVault);
      return { outcome: "overwritten", text: `overwritten: ${dates(found)}` };
  }
}

function dates({ is, inAws, inVault }: Extract<Comparison, { readonly is: "older" | "newer" }>): string {
  const [aws, vault] = [inAws.changed, inVault.created].map((date) => date.toISOString().replace(/\.\d+/, ""));
  const isLater = Math.floor(inAws.changed.getTime() / 1_000) > inVault.created.getTime() / 1_000;
  // Where the dates do not say it, the version that was copied does.
  if (is === "older")
    return isLater
      ? `newer in AWS (${aws}) than in the vault (${vault})`
      : `AWS has another version now (of ${aws}) than the one that was copied (${vault})`;
  return isLater
    ? `somebody wrote it into the vault (${vault}); AWS's date (${aws}) is of all keys together`
    : `newer in the vault (${vault}) than in AWS (${aws})`;
}
