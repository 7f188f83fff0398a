import { Command } from "commander";
import { hasGitOps } from "../../model/git-ops";
import { refuseMarkersUnder } from "../../model/markers";
import { namesOf } from "../../model/naming";
import { UserError } from "../../model/user-error";
import { azureLogin } from "../azure/login";
import { say } from "../output";
import { findEnvironment } from "../program/find-environment";
import { readAppKey, readStandardInput } from "../secrets/app-key";
import { writeGitKey } from "../secrets/git-key";
import { Vault } from "../secrets/vault";
import { quoted } from "../shell";
import { discreet } from "./discreet";
import { run } from "./run";

interface Options {
  readonly appKey?: string;
  readonly dryRun?: boolean;
  readonly rotate?: boolean;
}

/** `mmrv secrets git-key ENVIRONMENT`: the credential by which Flux reads this repository, into its vault. */
export const gitKeyCommand = (): Command =>
  new Command("git-key")
    .description(
      "Flux's read-only credential for Git, into its vault: makes a deploy key in memory and says its public half, or takes the private key of a GitHub App. No private key is shown, or written anywhere else. Exit 1 when there is one already.",
    )
    .argument("<environment>", "such as staging")
    .option("--app-key <->", "the private key of the GitHub App, by standard input: others can read arguments")
    .option("--rotate", "where there is a key, write a successor; the version before stays in the vault")
    .option("--dry-run", "say what would be written, and stop")
    .action((environment: string, options: Options) => run(() => discreet(() => gitKey(environment, options))));

/** @throws UserError for a key among the arguments, an environment that reads no Git, a key that does not fit, and what the vault refuses */
async function gitKey(name: string, { appKey, dryRun = false, rotate = false }: Options): Promise<number> {
  // By us, because the parser of arguments would say what was typed.
  if (appKey !== undefined && appKey !== "-")
    throw new UserError(
      `--app-key must be -, and the key come by standard input (others on this machine can read arguments); nothing was touched\n  next: npx mmrv secrets git-key ${quoted(name)} --app-key - < FILE; a key that stood there for all to see wants a successor`,
    );
  const environment = findEnvironment(name);
  if (!hasGitOps(environment))
    throw new UserError(
      `${name}: gitOps says none, so Flux reads no repository; nothing was touched\n  next: say in environments/${name}.ts how it shall (docs/gitops.md), deploy ${name}-infra, and run this again`,
    );
  if (environment.gitOps.via === "deployKey" && appKey)
    throw new UserError(
      `${name}: gitOps says deployKey, which is made here, and no App's; nothing was touched\n  next: leave --app-key out, or say gitHubApp in environments/${name}.ts`,
    );
  refuseMarkersUnder(environment, ["gitHub.owner", "gitHub.infrastructure"]);
  await writeGitKey({
    environment,
    vault: new Vault(namesOf(environment).gitOpsVault, azureLogin()),
    appKey: appKey && readAppKey(await readStandardInput(process.stdin)),
    dryRun,
    rotate,
    tell: say,
  });
  return 0;
}
