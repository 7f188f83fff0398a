import { randomUUID } from "node:crypto";
import { readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { bootstrap, ENVIRONMENTS } from "../../environments/all";
import { checkEnvironments } from "../../model/check";
import type { Environment } from "../../model/environment";
import { UserError } from "../../model/user-error";
import { flat } from "../flat";
import { parseJson } from "../parse-json";
import { run } from "../processes";
import { withDelivery } from "./delivery-text";
import type { DeliveryStep } from "./steps";

/** In milliseconds. A write takes a few of them, and its check some seconds: what is older belongs to nobody. */
const LEFT_OVER = 60_000;

export const environmentFile = ({ name }: Pick<Environment, "name">): string => `environments/${name}.ts`;

/** An environment after a step; the same when it has none that Flux delivers. */
export const afterStep = (environment: Environment, { release, to }: DeliveryStep): Environment =>
  environment.gitOps.via === "none"
    ? environment
    : {
        ...environment,
        gitOps: { ...environment.gitOps, delivery: { ...environment.gitOps.delivery, [release]: to } },
      };

/** All of them, when one of them takes a step. */
export const environmentsAfter = (environment: Environment, step: DeliveryStep): Environment[] =>
  ENVIRONMENTS.map((one) => (one.name === environment.name ? afterStep(one, step) : one));

/**
 * Writes one step into the environment's file, in one move and only after the whole of environments/ was loaded with it: a run
 * that is killed leaves the file as it was, or as it becomes.
 * @param root the folder of the program
 * @throws UserError with the edit to make by hand when the file is written in another way, or would say something else beside,
 * and when somebody has written it meanwhile
 */
export async function editDelivery(environment: Environment, step: DeliveryStep, root: string): Promise<void> {
  const file = environmentFile(environment);
  const path = join(root, file);
  const expected = environmentsAfter(environment, step);
  checkEnvironments(expected, bootstrap);
  const before = await readFile(path, "utf8");
  const after = withDelivery(before, step.release, step.to);
  if (after === undefined) throw byHand(file, step, "there is no one gitOps: { … delivery: { … } } in it");
  await removeLeftOvers(environment, root);
  const beside = besideOf(environment, randomUUID(), root);
  try {
    await writeFile(beside, after);
    const loaded = await environmentsWith(path, beside, root);
    if ("why" in loaded) throw byHand(file, step, `with it the environments cannot be loaded: ${loaded.why}`);
    if (!isDeepStrictEqual(loaded.environments, JSON.parse(JSON.stringify(expected))))
      throw byHand(file, step, "the environments would then differ in something else than this delivery");
    if ((await readFile(path, "utf8")) !== before)
      throw new UserError(`${file} was changed meanwhile, and is left as it is\n  next: run the same command again`);
    await rename(beside, path);
  } finally {
    await rm(beside, { force: true });
  }
}

const byHand = (file: string, { release, to }: DeliveryStep, why: string): UserError =>
  new UserError(
    `${file} is left as it is: ${why}\n  next: write delivery: { …, ${JSON.stringify(release)}: "${to}" } there in gitOps, then npx mmrv render`,
  );

/** What environments/all.ts exports when a file has another text. */
async function environmentsWith(
  path: string,
  text: string,
  root: string,
): Promise<{ readonly environments: unknown } | { readonly why: string }> {
  const script = join(root, "tools/handover/environments-with.mjs");
  const { exitCode, stderr, stdout } = await run(process.execPath, [script, path, text], { cwd: root });
  const environments = exitCode === 0 ? parseJson(stdout) : undefined;
  return environments === undefined ? { why: flat(stderr) } : { environments };
}

/** A dot file, so that a killed write disturbs nobody. */
const besideOf = ({ name }: Environment, id: string, root: string): string =>
  join(root, "environments", `.${name}.ts.${id}`);
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Of writes that were killed. */
async function removeLeftOvers(environment: Environment, root: string): Promise<void> {
  const start = besideOf(environment, "", root);
  const all = (await readdir(join(root, "environments"))).map((name) => join(root, "environments", name));
  for (const path of all.filter((one) => one.startsWith(start) && UUID.test(one.slice(start.length)))) {
    const found = await stat(path).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > LEFT_OVER) await rm(path, { force: true });
  }
}
