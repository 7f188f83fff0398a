import { Command } from "commander";
import { hcpVariables } from "../deploy/hcp";
import { JSON_OPTION } from "../output";
import { run } from "./run";

/** `mmrv hcp`. */
export function hcpCommand(): Command {
  const hcp = new Command("hcp").description("HCP Terraform.");
  hcp
    .command("variables")
    .description(
      "Prints what each workspace of an environment must be told to log in to Azure; nothing in it is secret.",
    )
    .argument("<environment>", "such as staging")
    .option(...JSON_OPTION)
    .action((environment: string, { json }: { json?: boolean }) => run(() => hcpVariables(environment, json === true)));
  return hcp;
}
