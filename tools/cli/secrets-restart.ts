import { Command } from "commander";
import { namesOf } from "../../model/naming";
import { azureLogin } from "../azure/login";
import { kubectlFor } from "../deploy/kubernetes/own-kubectl";
import { say } from "../output";
import { findApplication, findEnvironment } from "../program/find-environment";
import { restart } from "../secrets/restart";
import { Vault } from "../secrets/vault";
import { discreet } from "./discreet";
import { run } from "./run";

/** `mmrv secrets restart ENVIRONMENT APPLICATION`: after a rotation, new pods with new variables. */
export const restartCommand = (): Command =>
  new Command("restart")
    .description(
      "After a rotation: waits until the cluster has what the vault has, at most 8 minutes, then replaces the application's pods, and waits for the new ones. Without the wait they would start with the old variables. Exit 1 when nothing was restarted, or new pods do not become ready.",
    )
    .argument("<environment>", "such as staging")
    .argument("<application>", "such as backend")
    .option("--dry-run", "say what would be waited for and restarted, and stop")
    .action((environment: string, application: string, { dryRun = false }: { readonly dryRun?: boolean }) =>
      run(() => discreet(() => secretsRestart(environment, application, dryRun))),
    );

async function secretsRestart(name: string, wanted: string, dryRun: boolean): Promise<number> {
  const environment = findEnvironment(name);
  const application = findApplication(environment, wanted);
  const kubectl = await kubectlFor(environment);
  const vault = new Vault(namesOf(environment).vault(application), azureLogin());
  const tell = (line: string) => say(`${application}: ${line}`);
  const count = await restart({ kubectl, vault, application, dryRun, tell });
  if (!dryRun) say(`restart ${name} ${application}: ${count} ${count === 1 ? "deployment" : "deployments"} restarted`);
  return 0;
}
