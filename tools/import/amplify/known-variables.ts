import type { At } from "../at";
import type { Ledger } from "../ledger";
import type { AmplifyInputs } from "./inputs";

/** The variables that a build on Amplify has, those of the branch before the app's. */
export interface Known {
  readonly variables: ReadonlyMap<string, { readonly at: At; readonly value: string }>;
  /** Whether the console's are among them: only get-app lists them. */
  readonly isComplete: boolean;
}

/** For Amplify's builds themselves: docs.aws.amazon.com/amplify/latest/userguide/amplify-console-environment-variables.html. */
const OF_AMPLIFY =
  /^(_[A-Z_]+|AMPLIFY_\w+|USER_DISABLE_TESTS|USER_BRANCH|AWS_(APP_ID|BRANCH|BRANCH_ARN|CLONE_URL|COMMIT_ID|JOB_ID))$/;
/** For the machine that builds, whatever it builds. */
export const OF_BUILDS = /^(NODE_OPTIONS|CI|PATH|NEXT_TELEMETRY_DISABLED|NPM_CONFIG_\w+)$/;

/** @param specs the variables of the build spec, by name */
export function known(
  { app, branch }: AmplifyInputs,
  specs: readonly (readonly [name: string, at: At])[],
  ledger: Ledger,
): Known {
  const of = (at: At | undefined) => at?.at("environmentVariables").entries ?? [];
  const branchName = branch?.at("branchName").text ?? "";
  const variables = new Map<string, { at: At; value: string }>();
  for (const [name, at] of [...specs, ...of(app), ...of(branch)]) {
    if (OF_AMPLIFY.test(name)) ledger.dropped(at, "for Amplify's own builds");
    else if (OF_BUILDS.test(name)) ledger.dropped(at, "for the machine that built; the image's build has its own");
    else {
      const before = variables.get(name);
      if (before && at.source.name === "branch")
        ledger.dropped(before.at, `branch ${branchName} has a value of its own`);
      else if (before) ledger.dropped(before.at, "the console has a value of this name");
      variables.set(name, { at, value: at.textOrEmpty ?? "" });
    }
  }
  return { variables, isComplete: app !== undefined };
}
