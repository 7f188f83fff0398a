import { Command } from "commander";
import type { Environment } from "../../model/environment";
import { namesOf } from "../../model/naming";
import { secretsOf, sourceText } from "../../model/rules/secrets";
import { azureLogin } from "../azure/login";
import { say } from "../output";
import { findApplication, findEnvironment } from "../program/find-environment";
import { type Restored, restoreSecret } from "../secrets/restore";
import { Vault } from "../secrets/vault";
import { commandLine } from "../shell";
import { discreet } from "./discreet";
import { run } from "./run";

interface Options {
  readonly dryRun?: boolean;
  readonly version?: string;
}

/** `mmrv secrets restore ENVIRONMENT APPLICATION SECRET`: undeletes it, and makes an older version current. */
export const restoreCommand = (): Command =>
  new Command("restore")
    .description(
      "Brings a secret of an application's vault back: undeletes it when it is deleted; with --version makes what it was then current again, as a new version. No value is shown, no version goes. Exit 1 when it cannot, or when nobody says which version.",
    )
    .argument("<environment>", "such as staging")
    .argument("<application>", "such as backend")
    .argument("<secret>", "its name in the vault")
    .option("--version <id>", "Key Vault's name of the version; without it the versions are listed")
    .option("--dry-run", "say what would be done, and stop")
    .action((environment: string, application: string, secret: string, options: Options) =>
      run(() => discreet(() => restore(environment, application, secret, options))),
    );

async function restore(
  name: string,
  wanted: string,
  secret: string,
  { dryRun = false, version }: Options,
): Promise<number> {
  const environment = findEnvironment(name);
  const application = findApplication(environment, wanted);
  const vault = new Vault(namesOf(environment).vault(application), azureLogin());
  const tell = (line: string) => say(`${application}/${secret}: ${line}`);
  const restored = await restoreSecret({ vault, name: secret, version, dryRun, tell });
  if (!dryRun) for (const line of after(restored, environment, application, secret)) say(line);
  return 0;
}

/** What is left for a person to do. */
function after(restored: Restored, environment: Environment, application: string, secret: string): string[] {
  if (restored === "nothing") return [];
  const source = secretsOf(environment, application).find(({ to }) => to.toLowerCase() === secret.toLowerCase());
  const again = commandLine("npx", "mmrv", "secrets", "restart", environment.name, application);
  return [
    ...(source && restored === "made current"
      ? [
          `in AWS (${sourceText(source)}) it is what it was: secrets copy leaves this one alone, and says that it differs`,
        ]
      : []),
    `next: ${again}, for pods that have it in a variable`,
  ];
}
