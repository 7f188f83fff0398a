import { Command } from "commander";
import { writeHcl } from "../hcl/write-hcl";
import { run } from "./run";
import { typedPath } from "./typed-path";

export const synthHclCommand = (): Command =>
  new Command("synth-hcl")
    .description("Writes every stack as native HCL, to read or to move on without CDKTF. Deploy from the JSON.")
    .option("--output <folder>", "where to", typedPath, "cdktf.hcl")
    .option("--dry-run", "say what would be written, and stop")
    .addHelpText(
      "after",
      "\nExit code: 1 when a stack carries something that HCL would lose; it is named and not written.",
    )
    .action(({ dryRun, output }: { dryRun?: boolean; output: string }) => run(() => writeHcl(output, dryRun === true)));
