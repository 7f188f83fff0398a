import { readFile } from "node:fs/promises";
import type { Environment } from "../../model/environment";
import { UserError } from "../../model/user-error";
import { findEnvironmentOrStandby } from "../program/find-environment";
import { MOST_ESCROW_BYTES, openEscrow } from "../secrets/escrow";
import type { From } from "../secrets/origin";
import { readStream } from "../secrets/read-stream";
import { quoted } from "../shell";

/** Where secrets come from, as it was typed. */
export interface FromOptions {
  readonly fromEscrow?: string;
  readonly fromVault?: string;
  readonly identity?: string;
}

/**
 * @throws UserError for options that contradict one another, an environment that is not there, and an escrow file that is
 * damaged, of another environment, or for other owners
 */
export async function fromOf(
  environment: Environment,
  { fromEscrow, fromVault, identity }: FromOptions,
  stdin: Parameters<typeof readStream>[0] = process.stdin,
): Promise<From> {
  if (fromVault !== undefined && fromEscrow !== undefined)
    throw new UserError("--from-vault and --from-escrow: one of them, or neither for AWS; nothing was touched");
  if (identity !== undefined && fromEscrow === undefined)
    throw new UserError("--identity: goes with --from-escrow, whose file it opens; nothing was touched");
  if (fromVault !== undefined) return { is: "vault", of: otherThan(environment, fromVault) };
  if (fromEscrow === undefined) return { is: "aws" };
  const next = `npx mmrv secrets copy ${quoted(environment.name)} --from-escrow - --identity KEY_FILE < FILE`;
  // By us, because the parser of arguments would say what was typed.
  if (fromEscrow !== "-")
    throw new UserError(
      `--from-escrow must be -, and the file come by standard input; nothing was touched\n  next: ${next}`,
    );
  if (identity === undefined)
    throw new UserError(
      `--identity is missing, nothing was touched: the file with the private key of age that opens it\n  next: ${next}`,
    );
  const keys = await readFile(identity, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new UserError(`--identity: the file cannot be read (${error.code}); nothing was touched`);
  });
  const sealed = await readStream(stdin, { what: "the escrow file", mostBytes: MOST_ESCROW_BYTES, next });
  return { is: "escrow", escrow: await openEscrow(sealed, keys, environment.standbyOf ?? environment.name) };
}

/** @throws UserError for its own vaults, which have nothing that they lack */
function otherThan(environment: Environment, name: string): Environment {
  if (name === environment.name)
    throw new UserError(
      `--from-vault ${name}: must be another environment than the one that is copied to; nothing was touched`,
    );
  return findEnvironmentOrStandby(name);
}
