import { Command } from "commander";
import { exceptions } from "../../environments/all";
import { complain, say, sayAll } from "../output";
import { synthesizeShapes } from "../program/variants";
import { findCheckov, scan } from "../security/checkov";
import { describeUnexplained, describeUnneeded, judge } from "../security/judge";
import { table } from "../table";
import { run } from "./run";

export const securityCommand = (): Command =>
  new Command("security")
    .description("Exit 1 when checkov finds what environments/exceptions.ts does not explain, in any shape of a stack.")
    .action(() => run(security));

/**
 * `security`: exit 1 when checkov finds something that environments/exceptions.ts does not explain. What the list explains
 * and no stack has is a note: a configuration may turn off what an exception is about, and on again.
 * @throws UserError when checkov is missing or could not read a stack
 */
async function security(): Promise<number> {
  const checkov = await findCheckov();
  const scans = await scan(checkov, await synthesizeShapes());
  sayAll(
    table(
      ["stack", "shape", "passed", "failed", "excepted"],
      scans.map((one) => {
        const open = judge([one]).unexplained.length;
        return [one.stack, one.shape, one.passed, one.failed.length, one.failed.length - open];
      }),
    ),
  );
  const { unexplained, unneeded } = judge(scans);
  for (const finding of unexplained) complain(describeUnexplained(finding));
  for (const exception of unneeded) say(`note: ${describeUnneeded(exception)}`);
  if (unexplained.length > 0) {
    complain("  next: mend it, or except it with its reason in environments/exceptions.ts");
    return 1;
  }
  say(`every finding is one of the ${exceptions.length} in environments/exceptions.ts`);
  return 0;
}
