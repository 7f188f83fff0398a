import { Command } from "commander";
import { bootstrap, ENVIRONMENTS, thirdParty } from "../../environments/all";
import { cdktfContext } from "../../model/cdktf-json";
import { filesOf, type Marker, markersOf } from "../../model/markers";
import { ThirdParty } from "../../model/third-party";
import { warningsOf } from "../../model/warnings";
import { deployedHere, nextStep } from "../deploy/next-step";
import { answer, coloursOf, JSON_OPTION, say, sayAll } from "../output";
import { type SynthesizedStack, synthesize } from "../program/stacks";
import { staleFiles } from "../render/pages";
import { type FoundTool, findTools } from "../setup/doctor";
import { table } from "../table";
import { run } from "./run";

export const startCommand = (): Command =>
  new Command("start")
    .description(
      "Checks this machine, synthesizes the program into cdktf.out, and says what is open and what to do next. Touches nothing else.",
    )
    .option(...JSON_OPTION)
    .action(({ json }: { json?: boolean }) => run(() => start(json === true)));

/** What `npm start` finds. */
interface Findings {
  readonly tools: readonly FoundTool[];
  readonly stacks: readonly SynthesizedStack[];
  readonly markers: readonly Marker[];
  /** What may be a mistake, and stops nothing. */
  readonly warnings: readonly string[];
  /** Generated files that are not current. */
  readonly stale: readonly string[];
  readonly next: string;
}

async function start(asJson: boolean): Promise<number> {
  const tools = await findTools();
  const stacks = synthesize();
  const markers = [...[bootstrap, ...ENVIRONMENTS].flatMap(markersOf), ...new ThirdParty(thirdParty).markers()];
  const warnings = warningsOf(bootstrap, ENVIRONMENTS);
  const stale = (await staleFiles()).map(({ file }) => file);
  const hasTerraform = tools.some(
    ({ complaint, name, version }) => name === "terraform" && version !== undefined && complaint === undefined,
  );
  const { type } = (cdktfContext().state ?? {}) as { readonly type?: unknown };
  const next = nextStep({ hasTerraform, stale, stacks, deployed: deployedHere(stacks, type) });
  const findings = { tools, stacks, markers, warnings, stale, next };
  answer(asJson, asAnswer(findings), () => tellPeople(findings));
  return 0;
}

const asAnswer = ({ markers, next, stacks, stale, tools, warnings }: Findings) => ({
  tools: tools.map(({ complaint = null, name, neededFor, remedy = null, version = null }) => ({
    name,
    version,
    complaint,
    remedy,
    neededFor,
  })),
  stacks: stacks.map(({ id, missing, phase, producers }) => ({ stack: id, phase, needs: producers, missing })),
  openMarkers: markers.map((marker) => ({ file: filesOf([marker])[0], ...marker })),
  warnings,
  staleFiles: stale,
  next,
});

const MISSING = "missing";

function tellPeople({ markers, next, stacks, stale, tools, warnings }: Findings): void {
  const { bold, yellow } = coloursOf(process.stdout);
  sayAll(
    table(
      ["tool", "version", "needed for"],
      tools.map(({ complaint, name, neededFor, version }) => [name, version ?? MISSING, complaint ?? neededFor]),
    ),
    (text) => text.replaceAll(MISSING, yellow(MISSING)),
  );
  for (const remedy of new Set(tools.flatMap(({ remedy = [] }) => remedy))) {
    const names = tools.filter((tool) => tool.remedy === remedy).map(({ name }) => name);
    say(`${names.join(", ")}: ${remedy}`, yellow);
  }
  sayAll(
    `\n${table(
      ["phase", "stack", "needs"],
      stacks.map(({ phase, id, producers }) => [phase, id, producers.join(", ") || "-"]),
    )}\n`,
  );
  for (const { id, missing } of stacks) for (const reason of missing) say(`${id}: ${reason}`, yellow);
  for (const file of filesOf(markers)) {
    const open = markers.filter((marker) => filesOf([marker])[0] === file);
    say(`${open.length} open ${open.length === 1 ? "marker" : "markers"} in ${file}; deploy stops on them`, yellow);
    for (const { path, question } of open) say(`  ${path}: ${question}`);
  }
  for (const warning of warnings) say(`warning: ${warning}`, yellow);
  for (const file of stale) say(`${file} is not what environments/, helm-values/ and cutover/ say`, yellow);
  sayAll(`\nsynthesized to cdktf.out; next: ${next}`, (text) => text.replace(/(?<=next: ).*$/, bold));
}
