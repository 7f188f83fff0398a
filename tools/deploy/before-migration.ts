import { UserError } from "../../model/user-error";
import { flat } from "../flat";
import { complain, say } from "../output";
import { askServer, migratingReleases, withKubeconfig } from "./kubernetes/server-dry-run";

/**
 * Asks the API server about what a plan upgrades, before a migration changes the schema for it. Where nobody can ask, that
 * is said, and the deployment goes on: a release that fails is rolled back, and only its schema stays.
 * @param plan as JSON
 * @param folder of the stack, in which Terraform runs
 * @throws UserError with what the API server refuses
 */
export async function askBeforeMigration(id: string, plan: string, folder: string): Promise<void> {
  for (const release of migratingReleases(plan)) {
    say(`${id}: asking the API server to take ${release.name}, before its migration runs`);
    const answer = await withKubeconfig(plan, (kubeconfig) => askServer(release, folder, kubeconfig)).catch(
      (error: unknown) => {
        if (!(error instanceof UserError)) throw error;
        return { unknown: error.message };
      },
    );
    if (answer === "taken") continue;
    if ("unknown" in answer)
      complain(`warning: ${id}: the API server was not asked, and the migration runs first: ${flat(answer.unknown)}`);
    else
      throw new UserError(
        [
          `${id}: the API server would refuse ${release.name} after its migration, nothing was touched`,
          ...answer.refused.split("\n").map((line) => flat(line)),
        ].join("\n  "),
      );
  }
}
