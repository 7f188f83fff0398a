import { withLogins } from "../../tools/images/logins";
import { copyArtifacts, isComplete } from "../../tools/images/plan";
import { regctl } from "../../tools/images/regctl";
import { tries } from "./tries";

/** Copies what its argument says, in a process of its own that a test can kill. */
async function main(): Promise<void> {
  const { logins, artifacts } = JSON.parse(process.argv[2] ?? "");
  const tally = await withLogins(logins, (env) =>
    copyArtifacts({ artifacts, faults: [], notes: [] }, regctl(env), console.log, tries(0)),
  );
  process.exitCode = isComplete(tally) ? 0 : 1;
}

void main();
