import { checkEnvironments, type OtherFiles } from "../../model/check";
import type { Environment } from "../../model/environment";
import type { Subscription } from "../../model/subscription";
import { UserError } from "../../model/user-error";
import { bootstrap as BOOTSTRAP } from "./fixtures/environments/bootstrap";

/** What the check says, one issue a line; nothing when all is well. */
export function issuesOf(
  environments: readonly Environment[],
  bootstrap: Subscription = BOOTSTRAP,
  files: OtherFiles = {},
): string[] {
  try {
    checkEnvironments(environments, bootstrap, files);
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.message
      .split("\n")
      .slice(1)
      .map((line) => line.trim());
  }
}
