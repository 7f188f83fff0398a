import { sourceText } from "../../model/rules/secrets";
import type { SecretSource } from "../../model/schema/aws";
import type { AwsSecret } from "./aws";

/** A secret of another vault of ours, or of an escrow file, and its name in the vault that it is copied to. */
export type OurSource =
  | { readonly from: "vault"; readonly vault: string; readonly name: string; readonly to: string }
  | { readonly from: "escrow"; readonly application: string; readonly name: string; readonly to: string };

export type AnySource = SecretSource | OurSource;

/** Reads a secret where it comes from; each is asked for once, however many of its keys are copied. It rejects with a SecretError. */
export type ReadSource<T extends AnySource = AnySource> = (source: T) => Promise<AwsSecret>;

/** Where a source is, as a word in a sentence. */
export function originOf(source: AnySource): string {
  switch (source.from) {
    case "vault":
      return source.vault;
    case "escrow":
      return "the escrow file";
    default:
      return "AWS";
  }
}

/** A source as a user reads it in a sentence. */
export const textOf = (source: AnySource): string =>
  source.from === "vault" || source.from === "escrow" ? `${originOf(source)}, ${source.name}` : sourceText(source);
