import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deployedBranch, gitOpsFolder, PLATFORM } from "../../model/delivery";
import type { Environment } from "../../model/environment";
import { chartFolder } from "../../model/helm-values";
import type { Values } from "../../model/read-values";
import { Helm } from "../deploy/kubernetes/helm";
import { run } from "../processes";
import { bad, good, type Standing } from "./conditions";

/**
 * Whether Flux can make a package of the chart, and Helm takes the values: while the HelmRelease waits nobody tries, so it would
 * be seen after the last step only.
 * @throws UserError without Helm
 */
export async function chartStanding(release: string, values: Values): Promise<Standing> {
  const helm = new Helm();
  const chart = chartFolder(release === PLATFORM ? "mmrv-platform" : "mmrv-app");
  await helm.run(["version", "--short"]);
  const folder = await mkdtemp(join(tmpdir(), "mmrv-chart-"));
  try {
    const file = join(folder, "values.json");
    await writeFile(file, JSON.stringify(values), { mode: 0o600 });
    await helm.run(["package", chart, "--destination", folder]);
    await helm.run(["template", release, chart, "--is-upgrade", "--values", file]);
    return good("the chart packages, and takes the values");
  } catch (error) {
    return bad((error as Error).message, "mend the chart, and deploy by Terraform first");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Whether what Flux has applied holds the last change of the release's folder.
 * @param commit what Flux applied, as 40 digits
 */
export async function branchStanding(
  environment: Environment,
  release: string,
  commit: string | undefined,
  root: string,
): Promise<Standing> {
  const folder = gitOpsFolder(environment, release);
  const branch = deployedBranch(environment);
  const git = (...args: readonly string[]) => run("git", args, { cwd: root });
  if (commit === undefined) return bad(`nobody knows which commit of ${branch} Flux has applied`, "wait for Flux");
  const changed = await git("status", "--porcelain", "--", folder);
  if (changed.exitCode === 0 && changed.stdout.trim() !== "")
    return bad(`${folder} has changes that are not committed`, "commit them, and merge");
  const last = await git("log", "-1", "--format=%H", "--", folder);
  const wanted = last.stdout.trim();
  if (last.exitCode !== 0 || wanted === "") return bad(`${folder} is in no commit`, "commit it, and merge");
  const known = await git("cat-file", "-e", `${commit}^{commit}`);
  if (known.exitCode !== 0)
    return bad(`Flux applied ${commit.slice(0, 12)}, which is not here`, "git fetch, then again");
  const isIn = await git("merge-base", "--is-ancestor", wanted, commit);
  return isIn.exitCode === 0
    ? good(`${branch} has the step (${wanted.slice(0, 12)})`)
    : bad(
        `${branch} stands at ${commit.slice(0, 12)}, without ${wanted.slice(0, 12)}, the last change of ${folder}`,
        `merge it, then move the branch (deploy.yml, ${environment.name}-releases)`,
      );
}
