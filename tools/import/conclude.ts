import { createTwoFilesPatch } from "diff";
import { HELM_VALUES, IMPORTS } from "../../environments/all";
import type { Environment } from "../../model/environment";
import { chartFolder, HelmValues } from "../../model/helm-values";
import { readLayer } from "../../model/read-values";
import { answer, coloursOf, complain, remarks, sayAll } from "../output";
import { withDecisions } from "./decisions-file";
import { type Folders, readText, writeTogether } from "./folders";
import { withListsOf } from "./lists";
import { keptIn, keptText } from "./meant";
import { footer, isOpen, json, markdown, type Report, worstFirst } from "./report";
import { snippet } from "./snippet";
import type { Edit } from "./values-documents";
import { type Meant, valuesEdits } from "./values-files";
import { differences } from "./verify";

export interface Options {
  /** Writes helm-values too. */
  readonly write?: boolean;
  /** Writes nothing at all. */
  readonly dryRun?: boolean;
  /** Open decisions are no failure. */
  readonly reportOnly?: boolean;
  readonly json?: boolean;
}

const FOLDERS: Folders = { "helm-values": HELM_VALUES, imports: IMPORTS };

/** Names of the three files of an import. */
export const filesOf = ({ application, environment }: Pick<Report, "application" | "environment">) => ({
  decisions: `imports/${environment}/${application}.decisions.yaml`,
  report: `imports/${environment}/${application}.report.md`,
  kept: `imports/${environment}/${application}.json`,
});

/** A file of helm-values/ or imports/; undefined when it is not there. */
export const textIn = (file: string): string | undefined => readText(FOLDERS, file);

/** The answers' file as it is. */
export const decisionsText = (report: Pick<Report, "application" | "environment">): string | undefined =>
  readText(FOLDERS, filesOf(report).decisions);

/**
 * Shows what an import came to, and writes it.
 * @returns the exit code: 1 while a decision is open
 * @throws UserError before anything is written
 */
export function conclude(
  { more = [], ...meant }: Report,
  environments: readonly Environment[],
  options: Options,
): number {
  const environment = environments.find(({ name }) => name === meant.environment);
  const endpoints = [...new Set([...(environment?.aws.endpoints ?? []), ...meant.draft.aws.endpoints])];
  const part = snippet(meant.application, {
    ...meant.draft.aws,
    endpoints: meant.draft.aws.endpoints.length > 0 ? endpoints : [],
  });
  const settings = [`Below aws in environments/${meant.environment}.ts`, part] as const;
  const report: Report = { ...meant, more: part === "" ? more : [...more, settings] };
  const files = filesOf(report);
  const values = withListsOf(report.draft.values, effective(report.application, report.environment));
  const edits = valuesEdits(
    report.application,
    { environment: report.environment, values },
    othersOf(report, environments),
    readLayer(`${chartFolder("mmrv-app")}/values.yaml`, "charts/mmrv-app/values.yaml").layer.values,
    (file) => readText(FOLDERS, file),
  );
  const own: Edit[] = [
    [files.decisions, withDecisions(decisionsText(report), files.decisions, report.decisions)],
    [files.report, markdown(report)],
    ...(options.write ? [[files.kept, keptText(report.is, report.from, report.draft, report.decisions)]] : []),
  ].map(([file = "", after = ""]) => ({ file, before: readText(FOLDERS, file) ?? "", after }));
  const written = options.dryRun
    ? []
    : [...own, ...(options.write ? edits : [])].filter(({ after, before }) => after !== before);
  writeTogether(FOLDERS, written);
  const open = report.decisions.filter(isOpen);
  answer(options.json === true, json(report), () => tell(report, edits));
  for (const { file } of written) remarks(options.json === true)(`wrote ${file}`);
  if (open.length > 0)
    complain(
      `next: answer in ${files.decisions}${options.dryRun ? " (written without --dry-run)" : ""}, then import again`,
    );
  else if (!options.write && edits.length > 0) complain("next: the same with --write");
  else if (options.write) remarks(options.json === true)("next: what is shown above for other files, then npm start");
  return open.length > 0 && !options.reportOnly ? 1 : 0;
}

/** For people: the difference, what is for other files, what the files say besides, and what is open. */
function tell({ application, decisions, draft, environment, more = [], rows }: Report, edits: readonly Edit[]): void {
  const colours = coloursOf(process.stdout);
  for (const edit of edits) sayAll(diffOf(edit));
  const sections = more.map(([title, text]) => `\n${title}:\n\n${text}`);
  if (sections.length > 0) sayAll([...sections, ""].join("\n"));
  const beyond = differences(draft.values, effective(application, environment), "helm-values")
    .filter(({ is }) => is.endsWith("did not mean it"))
    .map(({ path }) => path);
  if (beyond.length > 0) sayAll(`helm-values/${application} says beyond the import, and keeps: ${beyond.join(", ")}`);
  for (const { asks, id, risk } of worstFirst(decisions.filter(isOpen)))
    sayAll(`${risk}: ${id}: ${asks}`, colours.yellow);
  sayAll(footer(rows, decisions));
}

const diffOf = ({ after, before, file }: Edit): string => createTwoFilesPatch(file, file, before, after).trimEnd();

/** What was imported before in other environments. */
function othersOf({ application, environment }: Report, environments: readonly Environment[]): Meant[] {
  return environments
    .filter(({ name }) => name !== environment)
    .flatMap(({ name }) => {
      const { kept } = filesOf({ application, environment: name });
      const text = readText(FOLDERS, kept);
      if (text === undefined) return [];
      return [{ environment: name, values: withListsOf(keptIn(text, kept).values, effective(application, name)) }];
    });
}

/** What the files and the chart say now, together; nothing where a file cannot be read, which valuesEdits says. */
const effective = (application: string, environment: string): object =>
  new HelmValues(HELM_VALUES).of(application, { name: environment }).merged;
