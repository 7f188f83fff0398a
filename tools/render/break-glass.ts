import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { CUTOVER } from "../../environments/all";
import { webApplicationsOf } from "../../model/applications";
import { backBatches, batchText, breakGlassNames } from "../../model/cutover/batches";
import { BREAK_GLASS, type Cutovers } from "../../model/cutover/files";
import type { Environment } from "../../model/environment";

/** One call that sends users back, as a file. */
interface BreakGlassFile {
  readonly file: string;
  readonly path: string;
  /** Undefined where there is nothing to send back any more. */
  readonly text: string | undefined;
}

/**
 * What sends every user of an application back when Terraform, GitHub, Azure and this program are all down: the very calls
 * of `mmrv cutover back --now`, as the AWS CLI reads them. Files of applications without weights are to be removed.
 */
export function breakGlassFiles(
  environments: readonly Environment[],
  cutovers: Cutovers,
  folder = CUTOVER,
): BreakGlassFile[] {
  return environments.flatMap((environment) => {
    const below = join(BREAK_GLASS, environment.name);
    const wanted = webApplicationsOf(environment).flatMap(({ name }) => {
      const batches = backBatches(environment.name, name, cutovers.of(environment).component(name));
      const files = breakGlassNames(name, batches);
      return batches.map((batch, index) => [files[index] ?? "", batchText(batch)] as const);
    });
    const there = existsSync(join(folder, below)) ? readdirSync(join(folder, below)) : [];
    const all = new Map<string, string | undefined>([...there.map((name) => [name, undefined] as const), ...wanted]);
    return [...all].map(([name, text]) => ({
      file: `cutover/${BREAK_GLASS}/${environment.name}/${name}`,
      path: join(folder, below, name),
      text,
    }));
  });
}
