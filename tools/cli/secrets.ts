import { Command } from "commander";
import { bootstrap, ENVIRONMENTS, HELM_VALUES } from "../../environments/all";
import { applicationNames } from "../../model/applications";
import { checkEnvironments } from "../../model/check";
import { HelmValues } from "../../model/helm-values";
import { refuseMarkersUnder } from "../../model/markers";
import { answer, coloursOf, complain, JSON_OPTION, remarks, type say } from "../output";
import { findApplication, findEnvironment } from "../program/find-environment";
import { isWrong, OUTCOMES, type SecretResult } from "../secrets/modes";
import { type DoneSecret, type Listener, run as runTask, type Task } from "../secrets/run";
import { discreet } from "./discreet";
import { run } from "./run";
import { gitKeyCommand } from "./secrets-git-key";
import { restartCommand } from "./secrets-restart";

type Mode = Task["mode"];
/** How many secrets ended how. */
type Tally = Map<SecretResult["outcome"], number>;

interface Options {
  readonly application?: string;
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

const DESCRIPTIONS: Readonly<Record<Mode, string>> = {
  plan: "Says what copy would do with each secret, and what stands in its way; writes nothing. Exit 1 when something does.",
  copy: "Copies each secret that the vault lacks, or that is newer in AWS. Can be run again at any time: what is equal is left alone.",
  verify: "Reads both sides, compares them in memory, and names what is equal and what is not. Exit 1 unless all are.",
};

/** `mmrv secrets plan|copy|verify ENVIRONMENT`: AWS Secrets Manager and Parameter Store → the applications' vaults; `restart`; and `git-key`. */
export function secretsCommand(): Command {
  const group = new Command("secrets").description(
    "Secrets of AWS → the applications' vaults, as aws.secrets in the environment's file lists them; and from there into pods that run. No value is ever shown or kept.",
  );
  for (const mode of ["plan", "copy", "verify"] as const) {
    const command = group
      .command(mode)
      .description(DESCRIPTIONS[mode])
      .argument("<environment>", "such as staging")
      .option("--application <application>", "this one only")
      .action((environment: string, options: Options) =>
        run(() => discreet(() => secrets(options.dryRun ? "plan" : mode, environment, options))),
      );
    if (mode === "copy")
      command
        .option("--dry-run", "the same as secrets plan")
        .option("--force", "overwrite values that are newer in the vault than in AWS, too");
    if (mode === "plan") command.option(...JSON_OPTION);
  }
  return group.addCommand(restartCommand()).addCommand(gitKeyCommand());
}

/** @throws UserError for an unknown environment, for faults in any of them, and for what only the owner knows */
async function secrets(
  mode: Mode,
  name: string,
  { application, force = false, json = false }: Options,
): Promise<number> {
  const environment = findEnvironment(name);
  const applications = application ? [findApplication(environment, application)] : applicationNames(environment);
  const helmValues = new HelmValues(HELM_VALUES);
  checkEnvironments(ENVIRONMENTS, bootstrap, { helmValues });
  refuseMarkersUnder(environment, ["aws.accountId", ...applications.map((one) => `aws.secrets.${one}`)]);
  const tally: Tally = new Map();
  const printer = new Printer(tally, json);
  await runTask({ mode, environment, applications, helmValues, force }, printer);
  const more = application ? ` --application ${application}` : "";
  remarks(json)(`${mode} ${name}: ${summary(tally)}${nextStep(mode, tally, `${name}${more}`)}`);
  const { faults, secrets, warnings } = printer;
  answer(json, { environment: name, secrets, warnings, faults }, () => {});
  return printer.isWrong ? 1 : 0;
}

/** Prints each line as it comes, what is wrong on stderr; colours on a terminal only. */
class Printer implements Listener {
  isWrong = false;
  readonly secrets: (Omit<DoneSecret, "text"> & { readonly why: string })[] = [];
  readonly warnings: string[] = [];
  /** Vaults that are out of reach. */
  readonly faults: string[] = [];
  private readonly err = coloursOf(process.stderr);
  private readonly out: typeof this.err;
  private readonly remark: typeof say;

  constructor(
    private readonly tally: Tally,
    asJson: boolean,
  ) {
    this.remark = remarks(asJson);
    this.out = coloursOf(asJson ? process.stderr : process.stdout);
  }

  readonly begin = (text: string): void => this.remark(text);
  readonly warning = (text: string): void => {
    this.warnings.push(text);
    complain(text, this.err.yellow);
  };
  readonly fault = (text: string): void => {
    this.isWrong = true;
    this.faults.push(text);
    complain(text, this.err.red);
  };
  readonly secret = (text: string, { text: why, ...done }: DoneSecret): void => {
    this.secrets.push({ ...done, why });
    this.tally.set(done.outcome, (this.tally.get(done.outcome) ?? 0) + 1);
    if (isWrong(done)) {
      this.isWrong = true;
      complain(text, this.err.red);
    } else this.remark(text, done.outcome === "equal" ? undefined : this.out.green);
  };
}

function summary(tally: Tally): string {
  const total = [...tally.values()].reduce((sum, count) => sum + count, 0);
  if (total === 0) return "no secrets in aws.secrets";
  const counts = OUTCOMES.flatMap((outcome) => (tally.has(outcome) ? [`${tally.get(outcome)} ${outcome}`] : []));
  return `${total} ${total === 1 ? "secret" : "secrets"}: ${counts.join(", ")}`;
}

function nextStep(mode: Mode, tally: Tally, rest: string): string {
  if (tally.has("with a fault")) return "; next: mend what is said above, and run it again";
  if (mode === "copy" && tally.size > 0 && !tally.has("newer in the vault"))
    return `; next: npx mmrv secrets verify ${rest}`;
  const isWork = tally.has("to create") || tally.has("to update") || tally.has("not equal");
  return isWork ? `; next: npx mmrv secrets ${mode === "verify" ? "plan" : "copy"} ${rest}` : "";
}
