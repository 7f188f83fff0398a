import { userInfo } from "node:os";
import { Command } from "commander";
import { ALL_GATES } from "../../model/cutover/gates";
import type { AdoptedName } from "../../model/cutover/schema";
import { sentenceOf } from "../../model/mistakes";
import { parseAddresses } from "../cutover/addresses";
import { adopt, isOut } from "../cutover/adopt";
import { back } from "../cutover/back";
import { GateMeasurer } from "../cutover/gate-measures";
import { history } from "../cutover/history";
import { type NextOptions, next, type Taken } from "../cutover/next";
import { prove } from "../cutover/prove";
import { status } from "../cutover/status";
import { targetOf } from "../cutover/target";
import { answer, coloursOf, complain, JSON_OPTION, remarks, say } from "../output";
import { writeStale } from "../render/pages";
import { nowText } from "./now-text";
import { run } from "./run";
import { count, more, pairs } from "./typed-values";

interface Shared {
  readonly json?: boolean;
  readonly dryRun?: boolean;
  readonly resolver?: readonly string[];
}

/** `mmrv cutover`: moves users to Azure by DNS, and back. */
export const cutoverCommand = (): Command =>
  new Command("cutover")
    .description(
      "Moves users to Azure by the weights of DNS, and back: cutover/<environment>.yaml says how far they are (docs/cutover.md).",
    )
    .addCommand(adoptCommand())
    .addCommand(statusCommand())
    .addCommand(nextCommand())
    .addCommand(backCommand())
    .addCommand(proveCommand())
    .addCommand(historyCommand());

const withTarget = (command: Command): Command =>
  command
    .argument("<environment>", "such as staging")
    .argument("[application]", "such as backend; all web applications when it is left out");

const withResolver = (command: Command): Command =>
  command.option("--resolver <address...>", "ask these DNS resolvers and not the system's", more);

const changing = (command: Command): Command =>
  withResolver(command)
    .option("--dry-run", "say what would be done, and do nothing")
    .option(...JSON_OPTION);

const adoptCommand = (): Command =>
  changing(withTarget(new Command("adopt")))
    .description(
      "Looks at every name in the live zone, and writes what it found; changes nothing in DNS. Exit 1 while something stands in the way.",
    )
    .option("--accept <rule=why>", "let a finding pass that asks for a reason, such as r2=nobody-calls-it", pairs)
    .option("--azure-address <address...>", "where Azure answers, when its DNS label does not say it", more)
    .option("--by <name>", "who answers for what is accepted", userInfo().username)
    .action((environment: string, application: string | undefined, options: AdoptOptions) =>
      run(() => runAdopt(environment, application, options)),
    );

interface AdoptOptions extends Shared {
  readonly accept?: ReadonlyMap<string, string>;
  readonly azureAddress?: readonly string[];
  readonly by: string;
}

async function runAdopt(environment: string, application: string | undefined, options: AdoptOptions): Promise<number> {
  const { accept = new Map(), azureAddress, by, json = false, ...rest } = options;
  const azure: AdoptedName["azure"] | undefined = azureAddress && parseAddresses(azureAddress);
  const target = targetOf(environment, application);
  const found = await adopt(target, { ...rest, accepted: accept, at: nowText(), by, ...(azure && { azure }) });
  const isGood = found.every(({ isAdopted }) => isAdopted);
  if (isGood && !options.dryRun) await writeWhatFollows(remarks(json));
  answer(json, { environment, dryRun: options.dryRun === true, applications: found }, () => {
    const paint = coloursOf(process.stdout);
    for (const { application: name, findings, names } of found) {
      for (const { host } of names) say(`${name}: ${host}`);
      for (const finding of findings) {
        const isPassed = isOut(finding, accept);
        const word = finding.weight === "note" ? "note" : isPassed ? "accepted" : finding.weight;
        say(`  ${finding.rule} ${word}: ${finding.text}`, isPassed ? undefined : paint.red);
      }
    }
    if (isGood && options.dryRun) say(`would write cutover/${environment}.yaml`);
    else if (isGood)
      say(
        `wrote cutover/${environment}.yaml; commit it, then npx mmrv deploy ${environment}-cutover, which takes them over and changes nothing`,
      );
    else say("next: mend what says stop, and give a reason for what says ask: --accept RULE=WHY --by NAME");
  });
  return isGood ? 0 : 1;
}

const statusCommand = (): Command =>
  withResolver(withTarget(new Command("status")))
    .description(
      "Where users are: by the file, by each name server and by resolvers; both sides beside one another by pinned address; what the gates measure. Changes nothing.",
    )
    .option("--path <path...>", "ask both sides for these, such as / and /healthz", more)
    .option("--requests <n>", "how often each path is asked on each side, at most 100", count, 20)
    .option(...JSON_OPTION)
    .action((environment: string, application: string | undefined, options: StatusOptions) =>
      run(() => status(targetOf(environment, application), options)),
    );

interface StatusOptions extends Shared {
  readonly path?: readonly string[];
  readonly requests: number;
}

const nextCommand = (): Command =>
  changing(
    new Command("next").argument("<environment>", "such as staging").argument("<application>", "such as backend"),
  )
    .description(
      "Takes one legal step in the file, after its gates: what can be measured is, and what cannot is asked. DNS changes when <environment>-cutover is deployed.",
    )
    .option("--percent <n>", "Azure's share of the users; the next of 1, 5, 25, 50 when it is left out", count)
    .option("--give-up", "after retired: Terraform forgets the records, and Route 53 keeps them")
    .option("--answer <gate=text>", `answer a gate beforehand, such as redirect-uris=yes`, pairs)
    .option("--by <name>", "who answers; asked for when it is needed")
    .option("--path <path...>", "ask both sides for these, such as / and /healthz", more)
    .addHelpText("after", () => `\nGates:\n${ALL_GATES.map(({ about, name }) => `  ${name}: ${about}`).join("\n")}`)
    .action((environment: string, application: string, options: StepOptions) =>
      run(() => runNext(environment, application, options)),
    );

interface StepOptions extends Shared {
  readonly answer?: ReadonlyMap<string, string>;
  readonly by?: string;
  readonly giveUp?: boolean;
  readonly path?: readonly string[];
  readonly percent?: number;
}

async function runNext(name: string, application: string, options: StepOptions): Promise<number> {
  const { environment } = targetOf(name, application);
  const { answer: given = new Map(), json = false, path, resolver, ...rest } = options;
  const measurer = new GateMeasurer(environment, {
    ...(path && { paths: path }),
    ...(resolver && { resolver }),
    now: new Date(),
  });
  const canAsk = process.stdin.isTTY === true && !json;
  const step: NextOptions = { ...rest, given, at: nowText(), date: nowText().slice(0, 10), canAsk };
  const taken = await next(environment, application, measurer, step);
  if (!options.dryRun) await writeWhatFollows(remarks(json));
  answer(json, { environment: name, dryRun: options.dryRun === true, ...taken }, () =>
    sayStep(name, taken, options.dryRun === true),
  );
  return 0;
}

function sayStep(environment: string, { application, from, gates, notes, to }: Taken, isDry: boolean): void {
  for (const { gate, isGood, isOpen, text } of gates)
    say(`${isOpen ? "open    " : isGood ? "good    " : "answered"}  ${gate}: ${text}`);
  const open = gates.filter(({ isOpen }) => isOpen).length;
  const waits = isDry && open > 0;
  const did = waits
    ? `would wait for ${open} open ${open === 1 ? "gate" : "gates"} before it writes`
    : isDry
      ? "would write"
      : "wrote";
  say(`${did} cutover/${environment}.yaml: ${application} ${from} → ${to}`);
  for (const line of waits ? [] : notes) say(line);
}

const backCommand = (): Command =>
  changing(withTarget(new Command("back")))
    .description(
      "Sends every user back to AWS: in the file, and with --now in DNS at once, past Terraform. What was broken off goes on when it is run again.",
    )
    .option(
      "--now",
      "change DNS at once by one call for each application, wait until every server has it, then write the file",
    )
    .action((environment: string, application: string | undefined, options: Shared & { readonly now?: boolean }) =>
      run(async () => {
        const { json = false, ...rest } = options;
        const isDry = options.dryRun === true;
        const { applications, isWritten } = await back(
          targetOf(environment, application),
          { ...rest, at: nowText() },
          remarks(json),
        );
        if (!isDry) await writeWhatFollows(remarks(json));
        answer(json, { environment, dryRun: isDry, isWritten, applications }, () => {
          for (const { application: name, from, moved, notes } of applications) {
            // What is wrong stands together.
            const tell = moved === "failed" ? complain : say;
            tell(`${name}: from ${from}: ${isDry && moved !== "failed" ? "would be " : ""}${MOVED[moved]}`);
            for (const note of notes) complain(`  ${note}`);
          }
          if (isWritten) say(`wrote cutover/${environment}.yaml; commit it`);
        });
        return applications.some(({ moved }) => moved === "failed") ? 1 : 0;
      }),
    );

const MOVED = {
  sent: "back on AWS, in Route 53 now; clients follow within the TTL of 60 s",
  there: "back on AWS already, by Route 53",
  file: "back on AWS in the file",
  "by hand": "back on AWS in the file; set these records at your provider:",
  failed: "not back on AWS:",
} as const;

const proveCommand = (): Command =>
  new Command("prove")
    .description(
      "Walks every stage and back with the real provider on a throw-away name of the zone, and writes down that it did: ready demands it. Takes about ten minutes.",
    )
    .argument("<environment>", "such as staging")
    .option("--by <name>", "who runs it", userInfo().username)
    .option("--dry-run", "say what would be done, and do nothing")
    .action((environment: string, options: { readonly by: string; readonly dryRun?: boolean }) =>
      run(() => prove(targetOf(environment, undefined).environment, { ...options, date: nowText().slice(0, 10) })),
    );

const historyCommand = (): Command =>
  new Command("history")
    .description("Exit 1 when a step that a commit had is gone or changed; CI asks it of every pull request.")
    .argument("<commit>", "such as origin/main")
    .action((commit: string) => run(() => history(commit)));

/** Break-glass files and pages follow from the file. What stands in their way is said, and undoes nothing that was done. */
async function writeWhatFollows(tell: (line: string) => void): Promise<void> {
  await writeStale(tell).catch((error: Error) => {
    const why =
      sentenceOf(error) ?? (error.name === "ZodError" ? "a file of cutover/ is not as it must be" : undefined);
    if (why === undefined) throw error;
    complain(`what follows from it is not written yet: ${why.split("\n")[0]}; npx mmrv render says more`);
  });
}
