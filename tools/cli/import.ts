import { existsSync } from "node:fs";
import { Command } from "commander";
import { ENVIRONMENTS } from "../../environments/all";
import { type AmplifyOptions, amplifyReport } from "../import/amplify/report";
import { type CompareOptions, compare } from "../import/compare";
import { conclude, type Options } from "../import/conclude";
import { type EcsOptions, ecsReport } from "../import/ecs/report";
import { JSON_OPTION } from "../output";
import { discreet } from "./discreet";
import { run } from "./run";
import { typedPath } from "./typed-path";

/** `mmrv import`: what runs on AWS becomes values, with an account of every value. */
export const importCommand = (): Command =>
  new Command("import")
    .description(
      "What runs on AWS becomes helm-values and settings. Every value of it is mapped, defaulted, dropped for a reason, or asked about; none of a secret is read.",
    )
    .addCommand(ecs())
    .addCommand(amplify())
    .addCommand(verify());

const ecs = (): Command =>
  written(withFiles(withNames(new Command("ecs"))))
    .description(
      "A service on ECS, from files of what the AWS CLI prints, or live. Exit 1 while a decision is open (docs/import.md).",
    )
    .action((environment: string, application: string, options: EcsOptions & Options) =>
      run(() =>
        discreet(async () => conclude(await ecsReport(environment, application, options), ENVIRONMENTS, options)),
      ),
    );

const amplify = (): Command =>
  written(withAppFiles(withNames(new Command("amplify"))))
    .description(
      "An app on Amplify, from files or live: values, build arguments, a fragment for next.config. Exit 1 while a decision is open (docs/import.md).",
    )
    .action((environment: string, application: string, options: AmplifyOptions & Options) =>
      run(() =>
        discreet(async () => conclude(await amplifyReport(environment, application, options), ENVIRONMENTS, options)),
      ),
    );

const verify = (): Command =>
  withAppFiles(withFiles(withNames(new Command("verify"))))
    .description(
      "What the release runs, and what is on AWS now, against what the last import meant, by name. Exit 1 when something differs.",
    )
    .option("--values", "look at helm-values/ and not at the cluster")
    .option(...JSON_OPTION)
    .action((environment: string, application: string, options: EcsOptions & AmplifyOptions & CompareOptions) =>
      run(() => discreet(() => compare(environment, application, options))),
    );

const written = (command: Command): Command =>
  command
    .option("--write", "write helm-values/ too; without it the difference is shown")
    .option("--dry-run", "write nothing at all")
    .option("--report-only", "exit 0 though decisions are open")
    .option(...JSON_OPTION);

const withNames = (command: Command): Command =>
  command.argument("<environment>", "such as staging").argument("<application>", "such as backend");

/** What tells of an app on Amplify. */
const withAppFiles = (command: Command): Command =>
  command
    .option("--app <file-or-name>", "aws amplify get-app or list-apps; a name where a file has several", fileOrName)
    .option(
      "--branch <file-or-name>",
      "aws amplify get-branch or list-branches; a name where there are several",
      fileOrName,
    )
    .option("--domains <file>", "aws amplify list-domain-associations", typedPath)
    .option("--build-spec <file>", "amplify.yml of the repository", typedPath)
    .option("--redirects <file>", "the console's rewrites and redirects, as JSON", typedPath)
    .option("--headers <file>", "customHttp.yml of the repository", typedPath)
    .option("--next-config <file>", "next.config of the repository; it is read for overlaps, and never run", typedPath)
    .option("--app-root <folder>", "which application of a monorepo")
    .option(
      "--app-id <id>",
      "read the app from AWS with your login, besides the repository's files; nothing there changes",
    );

/** What tells of a service on ECS. */
const withFiles = (command: Command): Command =>
  command
    .option(
      "--task-definition <file>",
      "aws ecs describe-task-definition, or what register-task-definition takes",
      typedPath,
    )
    .option(
      "--service <file-or-name>",
      "aws ecs describe-services; once more with a name where the file has several; a name alone with --cluster",
      (typed: string, before: EcsOptions["service"]) => ({ ...before, ...fileOrName(typed) }),
    )
    .option("--target-group <files...>", "aws elbv2 describe-target-groups, describe-target-group-attributes", more)
    .option("--load-balancer <files...>", "aws elbv2 describe-load-balancer-attributes", more)
    .option("--rules <files...>", "aws elbv2 describe-rules", more)
    .option(
      "--scaling <files...>",
      "aws application-autoscaling describe-scalable-targets, describe-scaling-policies, describe-scheduled-actions",
      more,
    )
    .option(
      "--schedules <files...>",
      "aws scheduler get-schedule; aws events describe-rule, list-targets-by-rule",
      more,
    )
    .option(
      "--role-policies <files...>",
      "aws iam list-attached-role-policies, get-role-policy, of the task role",
      more,
    )
    .option("--alarms <files...>", "aws cloudwatch describe-alarms", more)
    .option("--log-groups <files...>", "aws logs describe-log-groups", more)
    .option("--zone-records <files...>", "aws route53 list-resource-record-sets, of zones that only the VPC sees", more)
    .option("--env-file <files...>", "the files that environmentFiles names, in their order", more)
    .option("--cluster <name>", "read all of it from AWS with your login, with --service NAME; nothing there changes");

const more = (file: string, before: readonly string[] = []): string[] => [...before, typedPath(file)];

/** A name has neither a slash nor a dot; whatever else is a file, there or not. */
const fileOrName = (typed: string): { file: string } | { name: string } => {
  const file = typedPath(typed);
  return /^[\w-]+$/.test(typed) && !existsSync(file) ? { name: typed } : { file };
};
