import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { TerraformStack } from "cdktf";
import { Command } from "commander";
import { buildApp } from "../../main";
import { lostIn, toHcl } from "../hcl/hcl";
import { complain, say } from "../output";
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

async function writeHcl(output: string): Promise<number> {
  const scratch = await mkdtemp(join(tmpdir(), "mmrv-hcl-"));
  let refused = 0;
  try {
    const app = buildApp({ outdir: scratch });
    app.synth();
    for (const stack of app.node.children.filter((child) => TerraformStack.isStack(child))) {
      const id = stack.node.id;
      const json = JSON.parse(await readFile(join(scratch, "stacks", id, "cdk.tf.json"), "utf8")) as object;
      const hcl = toHcl(stack, json);
      const lost = await lostIn(hcl, json);
      // As deep as in cdktf.out, because the path of the local state is relative.
      const folder = join(output, "stacks", id);
      await rm(folder, { recursive: true, force: true });
      if (lost.length > 0) {
        refused += 1;
        complain(`${id}: refused, its HCL would lose ${lost.join(", ")}`);
        continue;
      }
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, "main.tf"), hcl);
      say(join(folder, "main.tf"));
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  await promisify(execFile)("terraform", ["fmt", "-recursive", output]).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    complain("terraform is not on the PATH: the HCL is correct but not formatted");
  });
  return refused > 0 ? 1 : 0;
}
