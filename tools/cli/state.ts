import { Command, Option } from "commander";
import { AUTO_APPROVE, STACK } from "../deploy/cdktf";
import { JSON_OPTION } from "../output";
import { type CopyOptions, copyStates } from "../state/copy";
import { type ListOptions, listVersions } from "../state/list";
import { rebuildStack } from "../state/rebuild-stack";
import { type RestoreOptions, restoreVersion } from "../state/restore";
import { type UnlockStateOptions, unlockState } from "../state/unlock";
import { run } from "./run";

const fromCopy = () => new Option("--from <place>", "of the nightly copy instead").choices(["copy"]);

/** `mmrv state`: what a state was, and the ways back to it. */
export const stateCommand = (): Command =>
  new Command("state")
    .description("What the state of a stack was, and the ways back to it (docs/states.md).")
    .addCommand(listCommand())
    .addCommand(restoreCommand())
    .addCommand(unlockCommand())
    .addCommand(rebuildCommand())
    .addCommand(copyCommand());

const listCommand = (): Command =>
  new Command("list")
    .description("Lists what the state of a stack was, the newest first, and says who holds it.")
    .argument("<stack>", STACK)
    .addOption(fromCopy())
    .option("--all", "every version, and not the twenty newest")
    .option(...JSON_OPTION)
    .action((stack: string, options: ListOptions) => run(() => listVersions(stack, options)));

const restoreCommand = (): Command =>
  new Command("restore")
    .description(
      "Makes a version the state again; what was there stays as a version. Refuses one that is damaged or another stack's, and a state that somebody holds.",
    )
    .argument("<stack>", STACK)
    .requiredOption("--version <id>", "as state list shows it")
    .addOption(fromCopy())
    .option("--lineage <id>", "go on although the version is of this other lineage: the state was lost and begun anew")
    .option("--dry-run", "say what would be restored, and stop")
    .option(AUTO_APPROVE, "do not ask")
    .action((stack: string, options: RestoreOptions) => run(() => restoreVersion(stack, options)));

const unlockCommand = (): Command =>
  new Command("unlock")
    .description("After a run that died: says who holds the state, asks, and breaks the lease.")
    .argument("<stack>", STACK)
    .option("--dry-run", "say who holds it, and stop")
    .option(AUTO_APPROVE, "do not ask")
    .action((stack: string, options: UnlockStateOptions) => run(() => unlockState(stack, options)));

const rebuildCommand = (): Command =>
  new Command("rebuild")
    .description(
      "When there is no version left: makes the state anew from what is in Azure, by imports alone; exit 1 when something is not there, or would be replaced.",
    )
    .argument("<stack>", STACK)
    .option("--dry-run", "list what would be imported, with its id, and stop")
    .action((stack: string, options: { dryRun?: boolean }) => run(() => rebuildStack(stack, options)));

const copyCommand = (): Command =>
  new Command("copy")
    .description(
      "Copies every state to where nobody deletes it before its time (state.copy in environments/bootstrap.ts); exit 1 when one could not be.",
    )
    .option("--dry-run", "read every state, say what would be copied, and write nothing")
    .option(...JSON_OPTION)
    .action((options: CopyOptions) => run(() => copyStates(options)));
