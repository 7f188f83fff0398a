import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import cdktfJson from "../../cdktf.json";
import { UserError } from "../../environments/user-error";
import { Rehearsal } from "./rehearse";

const STACKS = "cdktf.out/stacks";

/**
 * Keeps a local Azure running and prints the environment in which the real cdktf CLI deploys to it. The state goes to
 * a Terraform workspace of this run, below cdktf.out, so the project's own state is out of reach; it is removed at the end.
 * @throws UserError when cdktf.json keeps state elsewhere than on this machine
 */
export async function serve(): Promise<number> {
  const { type } = cdktfJson.context.state;
  if (type !== "local")
    throw new UserError(
      `cdktf.json keeps state in ${type}: serving needs {"type":"local"}, so that no real state is touched. npm run rehearse works with every shape`,
    );
  const rehearsal = await Rehearsal.prepare();
  const workspace = `rehearsal-${randomBytes(4).toString("hex")}`;
  const { PATH: _path, HOME: _home, TMPDIR: _tmp, ...environment } = rehearsal.sandbox.environment;
  for (const [name, value] of Object.entries({ ...environment, TF_WORKSPACE: workspace }))
    console.log(`export ${name}='${value}'`);
  console.error(
    "\nserving until Ctrl-C. In another shell, with the lines above:\n  npx cdktf deploy staging-infra --skip-provider-lock",
  );
  await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM"), once(process, "SIGHUP")]);
  await rehearsal.stop();
  for (const stack of existsSync(STACKS) ? await readdir(STACKS) : []) {
    await rm(join(STACKS, stack, "terraform.tfstate.d", workspace), { recursive: true, force: true });
    // Its providers are links into the sandbox that is now gone; the next init makes it anew.
    await rm(join(STACKS, stack, ".terraform"), { recursive: true, force: true });
  }
  return 0;
}
