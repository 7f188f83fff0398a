import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Evidence, Place } from "../../model/recovery/evidence";
import {
  type Contingency,
  type Drill,
  type DrillName,
  type Objective,
  PHASES,
  type Row,
} from "../../model/recovery/plan";
import type { Language } from "../../model/text";
import { CONTINGENCIES, DRILLS, PLAN } from "../../recovery/plan";
import { markdownTable } from "./markdown-table";
import { RECOVERY_PROSE } from "./recovery-prose";

const DOCS = join(__dirname, "..", "..", "docs");

/**
 * The page on recovery: what to do when a phase fails half-way, the plan, and the drills with the day of the last.
 * @param evidence every drill that was made
 */
export function recoveryPage(language: Language, evidence: readonly Evidence[]): string {
  const prose = RECOVERY_PROSE[language];
  return [
    `# ${prose.title}`,
    prose.other,
    prose.made,
    `## ${prose.glance}`,
    markdownTable(
      prose.glanceHead,
      PLAN.map(({ asset, drill, rpo, rto }) => [
        asset[language],
        timeOf(rpo, language),
        timeOf(rto, language),
        typeof drill === "string" ? `\`${drill}\`` : "–",
      ]),
    ),
    prose.proposal,
    `## ${prose.phases}`,
    prose.phasesIntro,
    markdownTable(
      prose.phasesHead,
      PHASES.map((phase) => [
        `${phase}`,
        CONTINGENCIES.filter(({ phases }) => phases.includes(phase))
          .map(({ title }) => title[language].replace(/^(Phases?|Fases?) [^:]*: /, ""))
          .join("; "),
      ]),
    ),
    ...CONTINGENCIES.flatMap((one) => contingency(one, language)),
    `## ${prose.assets}`,
    ...PLAN.flatMap((row) => asset(row, language)),
    `## ${prose.drills}`,
    prose.drillsIntro,
    markdownTable(
      prose.drillsHead,
      DRILLS.map((drill) => standing(drill, language, evidence)),
    ),
    prose.drillsRecord,
    block([prose.record]),
    ...DRILLS.flatMap((drill) => inAzure(drill, language)),
  ]
    .join("\n\n")
    .concat("\n");
}

/** A page of docs/ as this one links to it: its Spanish, where there is one. */
function linkTo(page: string, language: Language): string {
  const isHere = language === "en" || existsSync(join(DOCS, "es", page));
  return `[${page}](${isHere ? page : `../${page}`})`;
}

const block = (lines: readonly string[]): string => ["```sh", ...lines, "```"].join("\n");

function timeOf({ minutes }: Objective, language: Language): string {
  if (minutes === "none") return RECOVERY_PROSE[language].none;
  if (minutes === 0) return "0";
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min`;
}

function contingency({ after, commands, now, page, title, when }: Contingency, language: Language): string[] {
  const { words } = RECOVERY_PROSE[language];
  return [
    `### ${title[language]}`,
    `${when[language]}`,
    `**${words.now}.** ${now[language]}`,
    block(commands),
    `**${words.after}.** ${after[language]} ${words.more}: ${linkTo(page, language)}.`,
  ];
}

function asset(row: Row, language: Language): string[] {
  const { words } = RECOVERY_PROSE[language];
  const objective = (one: Objective) => `${timeOf(one, language)} (${one.because[language]})`;
  const drill = typeof row.drill === "string" ? `\`${row.drill}\`` : `${words.noDrill}: ${row.drill.none[language]}`;
  const facts: readonly (readonly [name: string, text: string])[] = [
    [words.threat, row.threat[language]],
    [words.protection, row.protection.what[language]],
    ["RPO", objective(row.rpo)],
    ["RTO", objective(row.rto)],
    [words.drill, drill],
    [words.notProtected, row.notProtected[language]],
    [words.restore, `${row.restore.what[language]}. ${words.more}: ${linkTo(row.restore.page, language)}`],
  ];
  return [
    `### ${row.asset[language]}`,
    facts.map(([name, text]) => `- **${name}**: ${text}`).join("\n"),
    block(row.restore.commands),
  ];
}

function standing(
  { everyDays, how, inAzure: { everyDays: azureDays }, name, proves }: Drill,
  language: Language,
  evidence: readonly Evidence[],
) {
  const { words } = RECOVERY_PROSE[language];
  const last = (place: Place) => lastOf(name, place, evidence) ?? words.never;
  const every = (days: number) => `${days} ${words.days}`;
  return [
    `\`${name}\``,
    proves[language],
    how === "command" ? `${every(everyDays)}; ${last("here")}` : "–",
    `${every(azureDays)}; ${last("azure")}`,
  ];
}

const lastOf = (name: DrillName, place: Place, evidence: readonly Evidence[]): string | undefined =>
  evidence
    .filter((one) => one.drill === name && one.place === place)
    .map(({ date }) => date)
    .sort()
    .at(-1);

function inAzure({ inAzure: { evidence, steps }, name }: Drill, language: Language): string[] {
  const { words } = RECOVERY_PROSE[language];
  return [
    `### \`${name}\`, ${words.inAzure}`,
    steps.map((step, index) => `${index + 1}. ${step[language]}`).join("\n"),
    `${words.keep}: ${evidence[language]}.`,
  ];
}
