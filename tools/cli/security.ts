import { Command } from "commander";
import { suppressions } from "../../environments/all";
import { complain, say, sayAll } from "../output";
import { synthesizeVariants } from "../program/variants";
import { findCheckov, scan } from "../security/checkov";
import { describeUnexplained, describeUnneeded, evaluate } from "../security/evaluate";
import { table } from "../table";
import { run } from "./run";

export const securityCommand = (): Command =>
  new Command("security")
    .description(
      "Exit 1 when checkov finds what environments/suppressions.ts does not explain, in any shape of a stack.",
    )
    .action(() => run(security));

/**
 * `security`: exit 1 when checkov finds something that environments/suppressions.ts does not explain. What the list explains
 * and no stack has is a note: a configuration may turn off what a suppression is about, and on again.
 * @throws UserError when checkov is missing or could not read a stack
 */
async function security(): Promise<number> {
  const checkov = await findCheckov();
  const scans = await scan(checkov, await synthesizeVariants());
  sayAll(
    table(
      ["stack", "shape", "passed", "failed", "suppressed"],
      scans.map((one) => {
        const open = evaluate([one]).unexplained.length;
        return [one.stack, one.shape, one.passed, one.failed.length, one.failed.length - open];
      }),
    ),
  );
  const { unexplained, unneeded } = evaluate(scans);
  for (const finding of unexplained) complain(describeUnexplained(finding));
  for (const suppression of unneeded) say(`note: ${describeUnneeded(suppression)}`);
  if (unexplained.length > 0) {
    complain("  next: mend it, or except it with its reason in environments/suppressions.ts");
    return 1;
  }
  say(`every finding is one of the ${suppressions.length} in environments/suppressions.ts`);
  return 0;
}
