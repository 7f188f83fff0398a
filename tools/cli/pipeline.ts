import { Command } from "commander";
import { cdktfContext } from "../../model/cdktf-json";
import type { Environment } from "../../model/environment";
import { stackName } from "../../model/naming";
import { terraformOf } from "../deploy/cdktf";
import { complain } from "../output";
import { changesSince } from "../pipeline/changed";
import { asOutputs, environmentJobs, stackJobs } from "../pipeline/jobs";
import { ownCommit } from "../pipeline/own-commit";
import {
  applicationLines,
  infrastructureLines,
  type Lines,
  questionsOf,
  refuseOpenQuestions,
} from "../pipeline/variables";
import { findEnvironment } from "../program/find-environment";
import { findStack, synthesize } from "../program/stacks";
import { outputsOf } from "../terraform/outputs";
import { Terraform } from "../terraform/terraform";
import { run } from "./run";
import { typedPath } from "./typed-path";

/** `mmrv pipeline`: what pipelines ask the program, and what their repositories must be told. */
export function pipelineCommand(): Command {
  const pipeline = new Command("pipeline").description("What pipelines ask, and what their repositories are told.");
  pipeline
    .command("variables")
    .description(
      "Prints the gh commands that set what the repositories need for an environment; nothing in it is secret.",
    )
    .argument("<environment>", "such as staging")
    .action((name: string) =>
      run(() => {
        const environment = findEnvironment(name);
        refuseOpenQuestions(environment);
        synthesize();
        return printVariables(environment);
      }),
    );
  pipeline
    .command("environment")
    .description("Prints runner and GitHub environments of an environment, as $GITHUB_OUTPUT takes them.")
    .argument("<environment>", "such as staging")
    .action((name: string) => run(async () => print(asOutputs(environmentJobs(findEnvironment(name))))));
  pipeline
    .command("stack")
    .description("Prints how a pipeline plans and deploys a stack, as $GITHUB_OUTPUT takes it.")
    .argument("<stack>", "such as staging-infra")
    .action((name: string) => run(async () => print(asOutputs(stackJobs(findStack(synthesize(), name))))));
  pipeline
    .command("changed")
    .description("Prints as JSON the stacks that differ from those of another commit, those that are gone among them.")
    .argument("<base>", "the cdktf.out of the other commit, synthesized in its own folder", typedPath)
    .action((base: string) => run(async () => print(JSON.stringify(changesSince(base, synthesize())))));
  return pipeline;
}

function print(text: string): number {
  console.log(text);
  return 0;
}

/**
 * Prints the commands in the order in which they are needed: a repository deploys before another pushes.
 * @throws UserError for a stack that was not deployed yet, after the commands that do not need it
 */
export async function printVariables(
  environment: Environment,
  of = terraformOf,
  statesIn = (cdktfContext().state as { readonly type?: string } | undefined)?.type ?? "local",
): Promise<number> {
  await Terraform.require();
  const say = (lines: Lines) => console.log(`${lines.join("\n")}\n`);
  const { images, name } = environment;
  const bootstrap = await outputsOf("bootstrap", of("bootstrap"));
  const infrastructure = infrastructureLines(environment, bootstrap, statesIn);
  say([`# ${name}`, ...questionsOf(environment)]);
  say(infrastructure);
  if (images.from === "promotion") {
    say([
      `# The repositories of the applications need nothing for ${name}: its images are promoted from ${images.of}.`,
    ]);
    return 0;
  }
  const infraStack = stackName(name, "infra");
  const infra = await outputsOf(infraStack, of(infraStack));
  const { commit, warnings } = await ownCommit();
  say(applicationLines(environment, { bootstrap, commit, infra }));
  for (const warning of warnings) complain(`warning: ${warning}`);
  return 0;
}
