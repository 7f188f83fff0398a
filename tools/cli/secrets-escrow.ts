import { Command } from "commander";
import { UserError } from "../../model/user-error";
import { azureLogin } from "../azure/login";
import { complain } from "../output";
import { findEnvironmentOrStandby } from "../program/find-environment";
import { makeEscrow, recordFile, writeEscrowRecord } from "../secrets/write-escrow";
import { discreet } from "./discreet";
import { nowText } from "./now-text";
import { run } from "./run";
import { more } from "./typed-values";

interface Options {
  readonly dryRun?: boolean;
  readonly recipient?: readonly string[];
}

/** `mmrv secrets escrow ENVIRONMENT`: every secret of its vaults, encrypted for its owners, on standard output. */
export const escrowCommand = (): Command =>
  new Command("escrow")
    .description(
      "Writes every secret of the applications' vaults to standard output, encrypted for its owners with age, for the day on which the vaults are gone too; and to recovery/escrow/ what may be known of it. Exit 1 when one cannot be read.",
    )
    .argument("<environment>", "such as production")
    .option("--recipient <age1...>", "a public key of age, as age-keygen prints it; one for each owner", more)
    .option("--dry-run", "read and count, and write nothing")
    .action((environment: string, options: Options) => run(() => discreet(() => escrow(environment, options))));

async function escrow(name: string, { dryRun = false, recipient: recipients = [] }: Options): Promise<number> {
  if (recipients.length === 0)
    throw new UserError(
      `--recipient is missing, nothing was read: for whom is it encrypted?\n  next: each owner runs age-keygen, keeps the private key away from this machine, and gives the public one, which begins with age1`,
    );
  const environment = findEnvironmentOrStandby(name);
  const { file, record } = await makeEscrow(environment, { at: nowText(), credential: azureLogin(), recipients });
  const count = Object.values(record.secrets).flat().length;
  const what = `${count} secrets of ${name} for ${recipients.length} ${recipients.length === 1 ? "owner" : "owners"}`;
  if (dryRun) {
    complain(`would write ${what}, and ${recordFile(name)}`);
    return 0;
  }
  // In one piece, and before anybody is told that it is there.
  await new Promise<void>((resolve, reject) =>
    process.stdout.write(file, (error) => (error ? reject(error) : resolve())),
  );
  await writeEscrowRecord(record);
  complain(`wrote ${what}; sha256:${record.sha256}`);
  complain(`wrote ${recordFile(name)}; commit it, and keep the file where neither region nor repository is`);
  return 0;
}
