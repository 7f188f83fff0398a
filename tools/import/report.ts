import type { Draft } from "./draft";
import type { Decision, Fate, Row } from "./ledger";
import type { Kept } from "./meant";
import { optionsOf, RISKS } from "./question";

/** Everything that an import has to tell. */
export interface Report {
  /** What runs on AWS. */
  readonly is: Kept["is"];
  readonly environment: string;
  readonly application: string;
  /** Where it came from, such as the ARN and revision of a task definition. */
  readonly from: readonly string[];
  readonly rows: readonly Row[];
  readonly decisions: readonly Decision[];
  readonly notes: readonly string[];
  readonly draft: Draft;
  /** What is for other files than ours, such as a fragment for next.config, each with its title. */
  readonly more?: readonly (readonly [title: string, text: string])[];
}

const KINDS = ["mapped", "defaulted", "decision", "dropped"] as const satisfies readonly Fate["kind"][];

export const isOpen = ({ answer }: Decision): boolean => answer === undefined;

/** The worst first, and within a risk as they came up. */
export const worstFirst = (decisions: readonly Decision[]): Decision[] =>
  RISKS.flatMap((risk) => decisions.filter((decision) => decision.risk === risk));

export const counts = (rows: readonly Row[]): Record<Fate["kind"], number> =>
  Object.fromEntries(KINDS.map((kind) => [kind, rows.filter(({ fate }) => fate.kind === kind).length])) as Record<
    Fate["kind"],
    number
  >;

/** For people: what must be decided, the worst first; then who calls whom; then every value, and what became of it. */
export function markdown(report: Report): string {
  const { application, decisions, draft, environment, from, notes, rows } = report;
  const open = worstFirst(decisions.filter(isOpen));
  const answered = worstFirst(decisions.filter((decision) => !isOpen(decision)));
  return [
    `# ${application} in ${environment}: what the import made of it`,
    "",
    ...from.map((line) => `- ${cell(line)}`),
    "",
    ...section(`${open.length} open ${open.length === 1 ? "decision" : "decisions"}`, open.flatMap(question)),
    ...section(
      "Answered",
      answered.map(({ answer, asks, id }) => `- ${cell(id)}: **${cell(answer ?? "")}** (${cell(asks)})`),
    ),
    ...section(
      "Worth knowing",
      notes.map((note) => `- ${cell(note)}`),
    ),
    ...(report.more ?? []).flatMap(([title, text]) => section(title, ["```", text, "```"])),
    ...section(
      "Calls",
      tableOf(
        ["host", "from", "reachable"],
        draft.callees.map(({ from: where, host, isPrivate, port }) => [
          port === undefined ? host : `${host}:${port}`,
          where,
          isPrivate ? "only inside the VPC" : "from anywhere that it lets in",
        ]),
      ),
    ),
    ...section(
      "Is called",
      tableOf(
        ["name", "by"],
        draft.callers.map(({ by, name }) => [name, by]),
      ),
    ),
    ...section(
      "Every value",
      tableOf(
        ["from", "path", "is", "to, or why"],
        rows.map((row) => [
          row.source,
          row.isAbsent ? `${row.path} (absent)` : row.path,
          row.fate.kind,
          because(row.fate),
        ]),
      ),
    ),
    footer(rows, decisions),
    "",
  ].join("\n");
}

/** Such as "43 values: 20 mapped, 3 defaulted, 5 to decide (2 open), 15 dropped; unclassified: 0". */
export function footer(rows: readonly Row[], decisions: readonly Decision[]): string {
  const { decision, defaulted, dropped, mapped } = counts(rows);
  const open = decisions.filter(isOpen).length;
  const rest = rows.length - mapped - defaulted - decision - dropped;
  return `${rows.length} values: ${mapped} mapped, ${defaulted} defaulted, ${decision} in decisions (${open} of ${decisions.length} open), ${dropped} dropped; unclassified: ${rest}`;
}

/** For a program. */
export const json = ({ draft, ...report }: Report) => ({
  ...report,
  decisions: worstFirst(report.decisions).map((decision) => ({
    ...decision,
    options: optionsOf(decision),
    answer: decision.answer ?? null,
  })),
  counts: counts(report.rows),
  ...draft,
});

function because(fate: Fate): string {
  switch (fate.kind) {
    case "mapped":
      return fate.to;
    case "defaulted":
      return `${fate.to} (${fate.why})`;
    case "decision":
      return fate.decision;
    case "dropped":
      return fate.why;
  }
}

const question = (decision: Decision): string[] => [
  `### ${cell(decision.risk)}: ${cell(decision.id)}`,
  "",
  cell(decision.asks),
  "",
  ...decision.options.map(
    (option) => `- \`${"answer" in option ? option.answer : option.form}\`: ${cell(option.means)}`,
  ),
  `- without an answer: ${cell(decision.without)}`,
  `- about: ${decision.about.map(cell).join("; ")}`,
  "",
];

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [`## ${title}`, "", ...lines, ""];

const tableOf = (head: readonly string[], rows: readonly (readonly string[])[]): string[] =>
  rows.length === 0 ? [] : [line(head), line(head.map(() => "---")), ...rows.map(line)];

const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |`;

/** What Markdown would read as something else. */
const cell = (text: string): string => text.replace(/[\r\n]+/g, " ").replace(/[|<>]/g, (sign) => `\\${sign}`);
