import { readFile } from "node:fs/promises";
import { Command } from "commander";
import { ENVIRONMENTS } from "../../environments/all";
import { cdktfContext } from "../../model/cdktf-json";
import type { Environment } from "../../model/environment";
import { refuseMarkersUnder } from "../../model/markers";
import { stackName } from "../../model/naming";
import { terraformOf } from "../deploy/cdktf";
import { tokenOf } from "../deploy/trust";
import { askGitHub } from "../github/call-gh";
import { type Lines, protectionLines } from "../github/protect";
import { proveProtection } from "../github/protection";
import { trustedIn } from "../github/trusted";
import { complain, say, sayAll } from "../output";
import { changesSince } from "../pipeline/changed";
import { asOutputs, environmentJobs, releaseJobs, stackJobs } from "../pipeline/jobs";
import { codeBlock } from "../pipeline/markdown";
import { ownCommit } from "../pipeline/own-commit";
import { planComment } from "../pipeline/plan-comment";
import { applicationLines, infrastructureLines, questionsOf, refuseOpenQuestions } from "../pipeline/variables";
import { findEnvironment } from "../program/find-environment";
import { findStack, synthesize } from "../program/stacks";
import { idsOf } from "../terraform/outputs";
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
    .description("Prints how a pipeline plans and deploys a stack, or what Flux delivers, as $GITHUB_OUTPUT takes it.")
    .argument("<stack>", "such as staging-infra, or staging-releases where Flux delivers")
    .action((name: string) =>
      run(async () => {
        const stacks = synthesize();
        return print(asOutputs(releaseJobs(ENVIRONMENTS, name) ?? stackJobs(findStack(stacks, name))));
      }),
    );
  pipeline
    .command("changed")
    .description("Prints as JSON the stacks that differ from those of another commit, those that are gone among them.")
    .argument("<base>", "the cdktf.out of the other commit, synthesized in its own folder", typedPath)
    .action((base: string) => run(async () => print(JSON.stringify(changesSince(base, synthesize())))));
  pipeline
    .command("protect")
    .description(
      "Prints the gh commands that make GitHub guard what an environment's identities will be trusted to: before bootstrap, from names alone.",
    )
    .argument("<environment>", "such as staging")
    .option("--check", "ask GitHub whether it does; exit 1 when not")
    .action((name: string, { check = false }: { check?: boolean }) => run(() => protect(findEnvironment(name), check)));
  pipeline
    .command("block")
    .description("Prints a file as a block of Markdown that nothing in it can leave, for a summary.")
    .argument("<file>", "any text", typedPath)
    .action((file: string) =>
      run(async () => print(codeBlock(await readFile(file, "utf8"), { most: LONGEST_SUMMARY, rest: IN_ARTIFACT }))),
    );
  pipeline
    .command("comment")
    .description("Prints what a pull request changes, with the plans, as a comment for it.")
    .argument("<plans>", "the folder with NAME.txt and NAME.outcome of each stack", typedPath)
    .requiredOption("--stacks <file>", "what pipeline changed printed", typedPath)
    .requiredOption("--planned <sha>", "what was planned")
    .requiredOption("--run <url>", "where it was planned")
    .action((plans: string, { planned, run: url, stacks }: { planned: string; run: string; stacks: string }) =>
      run(async () => print(planComment({ plans, stacks: await readFile(stacks, "utf8"), commit: planned, run: url }))),
    );
  return pipeline;
}

/** In bytes: GitHub takes a MiB. */
const LONGEST_SUMMARY = 900_000;
const IN_ARTIFACT = "the whole text is in the artifact of the run";

/** @throws UserError for open questions, and without the GitHub CLI or its login */
export async function protect(environment: Environment, isCheck: boolean, ask = askGitHub): Promise<number> {
  refuseMarkersUnder(environment, ["gitHub"]);
  if (!isCheck) {
    sayAll(protectionLines(environment).join("\n"));
    return 0;
  }
  const { faults, unknown } = await proveProtection({
    ...trustedIn(environment),
    ask,
    tokenOf: tokenOf(process.env),
  });
  for (const line of [...faults, ...unknown]) complain(line);
  if (faults.length + unknown.length > 0) return 1;
  say(`${environment.name}: GitHub guards all that it trusts`);
  return 0;
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
  const sayLines = (lines: Lines) => sayAll(`${lines.join("\n")}\n`);
  const { images, name } = environment;
  const bootstrap = await idsOf("bootstrap", of("bootstrap"));
  const infrastructure = infrastructureLines(environment, bootstrap, statesIn);
  sayLines([`# ${name}`, ...questionsOf(environment)]);
  sayLines(infrastructure);
  if (images.from === "promotion") {
    sayLines([
      `# The repositories of the applications need nothing for ${name}: its images are promoted from ${images.of}.`,
    ]);
    return 0;
  }
  const infraStack = stackName(name, "infra");
  const infra = await idsOf(infraStack, of(infraStack));
  const { commit, warnings } = await ownCommit();
  sayLines(applicationLines(environment, { bootstrap, commit, infra }));
  for (const warning of warnings) complain(`warning: ${warning}`);
  return 0;
}
