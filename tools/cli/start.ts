import { Command } from "commander";
import picocolors from "picocolors";
import { bootstrap, ENVIRONMENTS } from "../../environments/all";
import { markersOf } from "../../environments/markers";
import { findTools } from "./doctor";
import { synthesizeAll } from "./program";
import { run } from "./run";
import { table } from "./table";

// Only on a terminal: the library would also colour the log of a CI.
const colors = picocolors.createColors(process.stdout.isTTY === true && picocolors.isColorSupported);

export const startCommand = (): Command =>
  new Command("start")
    .description(
      "Checks this machine, synthesizes the program into cdktf.out, and says what to do next. Touches nothing else.",
    )
    .action(() => run(start));

async function start(): Promise<number> {
  const tools = await findTools();
  console.log(
    table(
      ["tool", "version", "needed for"],
      tools.map(({ name, version, complaint, neededFor }) => [
        name,
        version ?? colors.yellow("missing"),
        complaint === undefined ? neededFor : colors.yellow(complaint),
      ]),
    ),
  );
  for (const remedy of new Set(tools.flatMap(({ remedy = [] }) => remedy))) {
    const names = tools.filter((tool) => tool.remedy === remedy).map(({ name }) => name);
    console.log(`${colors.yellow(names.join(", "))}: ${remedy}`);
  }
  const stacks = synthesizeAll();
  console.log(
    `\n${table(
      ["phase", "stack", "needs"],
      stacks.map(({ phase, id, producers }) => [phase, id, producers.join(", ") || "-"]),
    )}\n`,
  );
  for (const { id, missing } of stacks) for (const reason of missing) console.log(`${id}: ${colors.yellow(reason)}`);
  for (const settings of [bootstrap, ...ENVIRONMENTS]) {
    const open = markersOf(settings);
    if (open.length > 0)
      console.log(
        `${colors.yellow(`${open.length} open markers`)} in environments/${settings.name}.ts; deploy stops on them: ${open[0]?.path}, …`,
      );
  }
  const [first] = stacks;
  const hasTerraform = tools.some(({ name, version }) => name === "terraform" && version !== undefined);
  const next = hasTerraform ? `npx mmrv rehearse ${first?.id ?? ""}` : "install Terraform 1.11, then npx mmrv rehearse";
  console.log(`\nsynthesized to cdktf.out; next: ${colors.bold(next)}`);
  return 0;
}
