import { userInfo } from "node:os";
import { Command } from "commander";
import { parseAddresses } from "../cutover/addresses";
import { type OverOptions, over } from "../cutover/over";
import { targetOf } from "../cutover/target";
import { answer, complain, JSON_OPTION, remarks, say } from "../output";
import { nowText } from "./now-text";
import { run } from "./run";
import { more } from "./typed-values";

interface Options extends Pick<OverOptions, "by" | "dryRun" | "now" | "prepare" | "resolver"> {
  readonly home?: boolean;
  readonly azureAddress?: readonly string[];
  readonly json?: boolean;
}

/**
 * `mmrv cutover over ENVIRONMENT`: Azure's side of DNS to the standby, and home again.
 * @param writeWhatFollows renders what follows from the file
 */
export const overCommand = (writeWhatFollows: (tell: (line: string) => void) => Promise<void>): Command =>
  new Command("over")
    .description(
      "Leads the users of Azure to the environment's standby, or home again: in the file, and with --now in DNS at once, past Terraform. Those on AWS stay there. What was broken off goes on when it is run again.",
    )
    .argument("<environment>", "such as production")
    .option("--home", "lead Azure's records back from the standby")
    .option(
      "--now",
      "change DNS at once by one call for each application, wait until every server has it, then write the file",
    )
    .option("--prepare", "only write down where the standby answers, long before it is needed")
    .option("--azure-address <address...>", "where the standby answers, when its DNS label does not say it", more)
    .option("--by <name>", "who does it", userInfo().username)
    .option("--resolver <address...>", "ask these DNS resolvers and not the system's", more)
    .option("--dry-run", "say what would be done, and do nothing")
    .option(...JSON_OPTION)
    .action((environment: string, options: Options) => run(() => runOver(environment, options, writeWhatFollows)));

async function runOver(
  environment: string,
  { azureAddress, home = false, json = false, ...options }: Options,
  writeWhatFollows: (tell: (line: string) => void) => Promise<void>,
): Promise<number> {
  const isDry = options.dryRun === true;
  const azure = azureAddress && parseAddresses(azureAddress);
  const { applications, isWritten, to } = await over(
    targetOf(environment, undefined),
    { ...options, to: home ? "primary" : "standby", at: nowText(), ...(azure && { azure }) },
    remarks(json),
  );
  if (!isDry) await writeWhatFollows(remarks(json));
  answer(json, { environment, dryRun: isDry, to, isWritten, applications }, () => {
    for (const { application, moved, notes } of applications) {
      const tell = moved === "failed" ? complain : say;
      tell(`${application}: ${isDry && moved !== "failed" ? "would be " : ""}${textOf(moved, to)}`);
      for (const note of notes) complain(`  ${note}`);
    }
    if (isWritten) say(`wrote cutover/${environment}.yaml; commit it`);
  });
  return applications.some(({ moved }) => moved === "failed") ? 1 : 0;
}

const textOf = (moved: "sent" | "there" | "file" | "by hand" | "failed", to: string): string =>
  ({
    sent: `on ${to}, in Route 53 now; clients follow within the TTL of 60 s`,
    there: `on ${to} already, by Route 53`,
    file: `on ${to} in the file`,
    "by hand": `on ${to} in the file; set these records at your provider:`,
    failed: `not on ${to}:`,
  })[moved];
