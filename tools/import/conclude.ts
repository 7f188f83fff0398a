import { createTwoFilesPatch } from "diff";
import { HELM_VALUES, IMPORTS } from "../../environments/all";
import type { Environment } from "../../model/environment";
import { chartFolder } from "../../model/helm-values";
import { readLayer } from "../../model/read-values";
import { answer, coloursOf, complain, remarks, sayAll } from "../output";
import { withDecisions } from "./decisions-file";
import { type Folders, readText, writeTogether } from "./folders";
import { keptIn, keptText, meantBy } from "./meant";
import { footer, isOpen, json, markdown, type Report, worstFirst } from "./report";
import { snippet } from "./snippet";
import { type Edit, type Meant, valuesEdits } from "./values-files";

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
  const part = snippet(meant.application, meant.draft.aws);
  const settings = [`Below aws in environments/${meant.environment}.ts`, part] as const;
  const report: Report = { ...meant, more: part === "" ? more : [...more, settings] };
  const files = filesOf(report);
  const edits = valuesEdits(
    report.application,
    { environment: report.environment, values: report.draft.values },
    othersOf(report, environments),
    readLayer(`${chartFolder("mmrv-app")}/values.yaml`, "charts/mmrv-app/values.yaml").layer.values,
    (file) => readText(FOLDERS, file),
  );
  const own: Edit[] = [
    [files.decisions, withDecisions(decisionsText(report), files.decisions, report.decisions)],
    [files.report, markdown(report)],
    ...(options.write ? [[files.kept, keptText(report.from, report.draft)]] : []),
  ].map(([file = "", after = ""]) => ({ file, before: readText(FOLDERS, file) ?? "", after }));
  const written = options.dryRun
    ? []
    : [...own, ...(options.write ? edits : [])].filter(({ after, before }) => after !== before);
  writeTogether(FOLDERS, written);
  const open = worstFirst(report.decisions.filter(isOpen));
  answer(options.json === true, json(report), () => {
    const colours = coloursOf(process.stdout);
    for (const edit of edits) sayAll(diffOf(edit));
    const sections = (report.more ?? []).map(([title, text]) => `\n${title}:\n\n${text}`);
    if (sections.length > 0) sayAll([...sections, ""].join("\n"));
    for (const { asks, id, risk } of open) sayAll(`${risk}: ${id}: ${asks}`, colours.yellow);
    sayAll(footer(report.rows, report.decisions));
  });
  for (const { file } of written) remarks(options.json === true)(`wrote ${file}`);
  if (open.length > 0)
    complain(
      `next: answer in ${files.decisions}${options.dryRun ? " (written without --dry-run)" : ""}, then import again`,
    );
  else if (!options.write && edits.length > 0) complain("next: the same with --write");
  return open.length > 0 && !options.reportOnly ? 1 : 0;
}

const diffOf = ({ after, before, file }: Edit): string => createTwoFilesPatch(file, file, before, after).trimEnd();

/** What was imported before in other environments. */
function othersOf({ application, environment }: Report, environments: readonly Environment[]): Meant[] {
  return environments
    .filter(({ name }) => name !== environment)
    .flatMap(({ name }) => {
      const { kept } = filesOf({ application, environment: name });
      const text = readText(FOLDERS, kept);
      return text === undefined ? [] : [meantBy(name, keptIn(text, kept))];
    });
}
