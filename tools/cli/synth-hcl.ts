import { Command } from "commander";
import { writeHcl } from "../hcl/write-hcl";
import { run } from "./run";

export const synthHclCommand = (): Command =>
  new Command("synth-hcl")
    .description("Writes every stack as native HCL, to read or to move on without CDKTF. Deploy from the JSON.")
    .option("--output <folder>", "where to", "cdktf.hcl")
    .addHelpText(
      "after",
      "\nExit code: 1 when a stack carries something that HCL would lose; it is named and not written.",
    )
    .action(({ output }: { output: string }) => run(() => writeHcl(output)));
