import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cdktfContext } from "../../model/cdktf-json";
import { UserError } from "../../model/user-error";

import { Rehearsal, type RehearsalOptions } from "./rehearse";

const STACKS = "cdktf.out/stacks";

/**
 * Keeps a local Azure running and prints the environment in which the real cdktf CLI deploys to it. The state goes to
 * a Terraform workspace of this run, below cdktf.out, so the project's own state is out of reach; it is removed at the
 * end. Ends with a signal only.
 * @throws UserError when cdktf.json keeps state elsewhere than on this machine, or a provider cannot be had
 */
export async function serve(options: RehearsalOptions): Promise<never> {
  const { type } = (cdktfContext().state ?? { type: "local" }) as { type?: unknown };
  if (type !== "local") {
    throw new UserError(
      `cdktf.json keeps state in ${String(type)}: serving needs {"type":"local"}, so that no real state is touched. npx mmrv rehearse works with every shape`,
    );
  }
  const rehearsal = await Rehearsal.prepare(options);
  const served: string[] = [];
  const refused: string[] = [];
  for (const stack of rehearsal.stacks) {
    const reason = rehearsal.reasonAgainst(stack);
    if (reason === undefined) served.push(stack.id);
    else refused.push(`${stack.id} cannot be served: ${reason}`);
  }
  if (served.length === 0) {
    await rehearsal.stop();
    throw new UserError(refused.join("\n"));
  }
  const workspace = `rehearsal-${randomBytes(4).toString("hex")}`;
  process.once("exit", () => removeTraces(workspace));
  const { PATH: path, HOME: _home, TMPDIR: _tmp, ...environment } = rehearsal.sandbox.environment;
  for (const [name, value] of Object.entries({ ...environment, TF_WORKSPACE: workspace })) {
    console.log(`export ${name}='${value}'`);
  }
  // With a cluster, its kubelogin is in front.
  const programs = path.slice(0, path.length - (process.env.PATH ?? "").length);
  if (programs !== "") console.log(`export PATH='${programs}'"$PATH"`);
  const commands = served.map(
    (id) => `  npx cdktf deploy ${id} --skip-provider-lock --ignore-missing-stack-dependencies`,
  );
  console.error(
    ["", ...refused, "serving until Ctrl-C. In another shell, with the lines above:", ...commands].join("\n"),
  );
  return new Promise(() => {});
}

/** The state of this run, and the links to its providers: the sandbox that they lead to is gone. */
function removeTraces(workspace: string): void {
  for (const stack of existsSync(STACKS) ? readdirSync(STACKS) : []) {
    const state = join(STACKS, stack, "terraform.tfstate.d", workspace);
    if (!existsSync(state)) continue;
    rmSync(state, { recursive: true });
    rmSync(join(STACKS, stack, ".terraform"), { recursive: true, force: true });
  }
}
