import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../../model/user-error";
import { complain, say } from "../output";
import { run } from "../processes";
import { synthesizeConstructs } from "../program/stacks";
import { lostIn, toHcl } from "./hcl";

/** Writes every stack as native HCL into a folder; 1 when one carries something that HCL would lose, which is named. */
export async function writeHcl(output: string, dryRun: boolean): Promise<number> {
  const scratch = await mkdtemp(join(tmpdir(), "mmrv-hcl-"));
  let refused = 0;
  try {
    for (const { stack, folder: from } of synthesizeConstructs({ outdir: scratch })) {
      const id = stack.node.id;
      const json = JSON.parse(await readFile(join(from, "cdk.tf.json"), "utf8")) as object;
      const hcl = toHcl(stack, json);
      const lost = await lostIn(hcl, json);
      // As deep as in cdktf.out, because the path of the local state is relative.
      const folder = join(output, "stacks", id);
      if (!dryRun) await rm(folder, { recursive: true, force: true });
      if (lost.length > 0) {
        refused += 1;
        complain(`${id}: refused, its HCL would lose ${lost.join(", ")}`);
        continue;
      }
      const file = join(folder, "main.tf");
      say(dryRun ? `would write ${file}` : file);
      if (dryRun) continue;
      await mkdir(folder, { recursive: true });
      await writeFile(file, hcl);
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  if (dryRun) return refused > 0 ? 1 : 0;
  await run("terraform", ["fmt", "-recursive", output]).catch((error: unknown) => {
    if (!(error instanceof UserError)) throw error;
    complain(`${error.message}\nthe HCL is correct but not formatted`);
  });
  return refused > 0 ? 1 : 0;
}
