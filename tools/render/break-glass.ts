import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { CUTOVER } from "../../environments/all";
import { webApplicationsOf } from "../../model/applications";
import { awsRoleArn } from "../../model/aws-roles";
import { backBatches, batchText, breakGlassNames } from "../../model/cutover/batches";
import { BREAK_GLASS, type Cutovers } from "../../model/cutover/files";
import type { Environment } from "../../model/environment";
import { namesOf } from "../../model/naming";
import { commandLine } from "../shell";

/** One call that sends users back, as a file. */
interface BreakGlassFile {
  readonly file: string;
  readonly path: string;
  /** Undefined where there is nothing to send back any more. */
  readonly text: string | undefined;
}

/** Beside the calls: how they are sent by whoever has the AWS CLI and nothing else. */
const PAGE = "README.md";

function pageText({ aws, name, ...environment }: Environment, files: readonly string[]): string {
  const role = awsRoleArn({ aws }, namesOf({ name, ...environment }).awsCutoverRole);
  const lines = files.map((file) =>
    commandLine(
      ...["aws", "route53", "change-resource-record-sets"],
      ...["--cli-input-json", `file://cutover/${BREAK_GLASS}/${name}/${file}`],
    ),
  );
  return [
    `# Every user of ${name} back to AWS, without this program`,
    `With the role \`${role}\` (docs/cutover.md), in the folder of the repository; each line is one application in one zone:`,
    ["```sh", ...lines, "```"].join("\n"),
    `Written by \`npx mmrv render\`. Then write it down, before anybody deploys: \`npx mmrv cutover back ${name}\`.\n`,
  ].join("\n\n");
}

/**
 * What sends every user of an application back when Terraform, GitHub, Azure and this program are all down: the very calls
 * of `mmrv cutover back --now`, as the AWS CLI reads them. Files of applications without weights are to be removed.
 */
export function breakGlassFiles(
  environments: readonly Environment[],
  cutovers: Cutovers,
  folder = CUTOVER,
): BreakGlassFile[] {
  return environments.flatMap((environment) => {
    const below = join(BREAK_GLASS, environment.name);
    const wanted = webApplicationsOf(environment).flatMap(({ name }) => {
      const batches = backBatches(environment.name, name, cutovers.of(environment).component(name));
      const files = breakGlassNames(name, batches);
      return batches.map((batch, index) => [files[index] ?? "", batchText(batch)] as const);
    });
    const page =
      wanted.length === 0
        ? []
        : [
            [
              PAGE,
              pageText(
                environment,
                wanted.map(([file]) => file),
              ),
            ] as const,
          ];
    const there = existsSync(join(folder, below)) ? readdirSync(join(folder, below)) : [];
    const all = new Map<string, string | undefined>([
      ...there.map((name) => [name, undefined] as const),
      ...wanted,
      ...page,
    ]);
    return [...all].map(([name, text]) => ({
      file: `cutover/${BREAK_GLASS}/${environment.name}/${name}`,
      path: join(folder, below, name),
      text,
    }));
  });
}
