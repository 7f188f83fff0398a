import { Command, Option } from "commander";
import { printable } from "../../model/printable";
import { UserError } from "../../model/user-error";
import { FAULT_KINDS, parseFault } from "../azure-simulator/faults";
import { releasedElsewhere } from "../deploy/held-release";
import { complainAll, isOnTerminal, say, sayAll } from "../output";
import { sideBySide } from "../progress";
import { type Outcome, Rehearsal, type RehearsalOptions } from "../rehearsal/rehearse";
import { serve } from "../rehearsal/serve";
import { table } from "../table";
import { Terraform } from "../terraform/terraform";
import { run } from "./run";
import { typedPath } from "./typed-path";

const FAULT_HELP = `misbehave once: <kind>@<METHOD>:<part of the path>[*times], kind one of ${FAULT_KINDS.join(", ")}`;

interface Options {
  readonly dryRun?: boolean;
  readonly egress: "all" | "configured";
  readonly fault: string[];
  readonly kubeconfig?: string;
  readonly serve?: boolean;
}

export const rehearseCommand = (): Command =>
  new Command("rehearse")
    .description(
      "Applies stacks with the real Terraform and azurerm provider to an Azure on this machine, and tears them down.",
    )
    .argument("[stack...]", "the stacks, with what they need; all of them when none is named")
    .option("--fault <fault>", `${FAULT_HELP}; may be repeated`, (fault: string, all: string[]) => [...all, fault], [])
    .addOption(
      new Option(
        "--egress <shapes>",
        "take each environment through every shape of egress and back, or leave it as it is",
      )
        .choices(["all", "configured"])
        .default("all"),
    )
    .option(
      "--kubeconfig <file>",
      "also rehearse what runs on the cluster, on the API server of this file; it must be on this machine",
      typedPath,
    )
    .addOption(
      new Option("--serve", "start the local Azure, print the environment that leads to it, and wait").conflicts(
        "dryRun",
      ),
    )
    .option("--dry-run", "say what would be rehearsed and how long it would take, and stop")
    .addHelpText("after", "\nExit code: 0 every stack passed, 1 a stack failed, 2 a stack could only be synthesized.")
    .action((names: string[], options: Options) =>
      run(() => {
        if (process.platform !== "linux") {
          throw new UserError(
            "the rehearsal runs on Linux only: elsewhere Go ignores SSL_CERT_FILE, and the provider would refuse its certificate. A container or a Linux runner will do",
          );
        }
        const faults = options.fault.map((text) => {
          const fault = parseFault(text);
          if (!fault)
            throw new UserError(
              `--fault ${text}: must be such as 429@PUT:microsoft.network/virtualnetworks*3 (${FAULT_HELP})`,
            );
          return fault;
        });
        const cluster = options.kubeconfig === undefined ? undefined : { kubeconfig: options.kubeconfig };
        return options.serve
          ? serve({ names, faults, cluster, egress: "configured" })
          : rehearse({ names, faults, cluster, egress: options.egress }, options.dryRun === true);
      }),
    );

async function rehearse(options: RehearsalOptions, dryRun: boolean): Promise<number> {
  say(`Terraform ${(await Terraform.version()) ?? "missing"}; preparing: synthesis, providers, a local Azure`);
  const rehearsal = await Rehearsal.prepare(options);
  try {
    const { expectedSeconds, stacks } = rehearsal;
    const minutes = Math.ceil(expectedSeconds / 60) + 1;
    const duration =
      expectedSeconds > 0
        ? `about ${minutes} minutes, most of it fixed waits inside the provider`
        : "nothing to apply here";
    say(`${stacks.map(({ id }) => id).join(", ")}: ${duration}`);
    for (const stack of stacks) {
      const whose = releasedElsewhere(stack);
      if (whose !== undefined) say(`${stack.id}: ${whose}, so what is Azure's alone is rehearsed`);
    }
    if (dryRun) return 0;
    const outcomes = await runAll(rehearsal);
    sayAll(`\n${closingTable(outcomes)}`);
    const complaints = await complaintsOf(rehearsal, outcomes);
    for (const complaint of complaints) complainAll(`\n${complaint}`);
    for (const { stack, kind, ...rest } of outcomes)
      if ("reason" in rest) complainAll(`\n${stack}: ${kind}: ${rest.reason}`);
    if (complaints.length > 0 || outcomes.some(({ kind }) => kind === "failed")) return 1;
    return outcomes.some(({ kind }) => kind === "synthesized only") ? 2 : 0;
  } finally {
    await rehearsal.stop();
  }
}

/** What is wrong with the rehearsal as a whole; a failed stack speaks for itself. */
async function complaintsOf(rehearsal: Rehearsal, outcomes: readonly Outcome[]): Promise<string[]> {
  const { faults, refusedHosts } = rehearsal.azure;
  const failed = outcomes.some(({ kind }) => kind === "failed");
  const left = failed ? [] : await rehearsal.leftovers();
  const lost = rehearsal.stacks.filter(({ id }) => !outcomes.some(({ stack }) => stack === id));
  const isRun = outcomes.some(({ kind }) => kind === "passed");
  return [
    ...lost.map(({ id }) => `${id}: ended without an outcome`),
    ...(left.length > 0 ? [`left behind after teardown:\n  ${left.join("\n  ")}`] : []),
    ...[...refusedHosts].map((host) => `something asked for ${host}, which is not Azure; it was refused`),
    ...(isRun
      ? faults
          .idle()
          .map(({ kind, method, path }) => `the fault ${kind}@${method}:${path} never struck: no such request was made`)
      : []),
  ];
}

/** How often a log that is no terminal hears of progress. */
const LOG_EVERY_MS = 30_000;

/** Runs every stack with live progress on a terminal, and with a line now and then in a log. */
async function runAll(rehearsal: Rehearsal): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const isTerminal = isOnTerminal();
  const tasks = rehearsal.stacks.map((stack) => ({
    title: stack.id,
    run: async (task: { title: string; output: string }) => {
      const show = (text: string) => {
        task.output = printable(text);
      };
      const log = isTerminal ? show : logNowAndThen(stack.id);
      const outcome = await rehearsal.run(stack, log);
      outcomes.push(outcome);
      task.title = `${stack.id}: ${outcome.kind} in ${outcome.seconds} s`;
      // At once, because the others may take minutes more; the closing table says it again.
      if (!isTerminal) sayAll("reason" in outcome ? `${task.title}: ${outcome.reason}` : task.title);
      if (outcome.kind === "failed") throw new Error(`${stack.id} failed`);
    },
  }));
  await sideBySide(tasks);
  return rehearsal.stacks.flatMap(({ id }) => outcomes.filter(({ stack }) => stack === id));
}

function logNowAndThen(stack: string): (text: string) => void {
  let last = -LOG_EVERY_MS;
  return (text) => {
    if (performance.now() - last < LOG_EVERY_MS) return;
    last = performance.now();
    say(`${stack}: ${text}`);
  };
}

function closingTable(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map((outcome) =>
    outcome.kind === "passed"
      ? [
          outcome.stack,
          outcome.resources,
          outcome.seconds,
          outcome.pods ?? "-",
          "empty",
          outcome.moves,
          outcome.guard,
          "yes",
        ]
      : [outcome.stack, "-", outcome.seconds, "-", "-", "-", "-", outcome.kind],
  );
  return table(
    ["stack", "resources", "seconds", "pods ready", "second plan", "moves in place", "deletion guard", "torn down"],
    rows,
  );
}
