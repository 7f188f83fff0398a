import type { Environment } from "../../model/environment";
import { refuseMarkersUnder } from "../../model/markers";
import { ecrHost, namesOf } from "../../model/naming";
import { UserError } from "../../model/user-error";
import { awsLogin } from "../aws/login";
import { acrLogin, refuseUnreachable } from "./azure";
import type { CopyTool } from "./copy-tool";
import { applicationsInEcr, type DesiredArtifacts, desiredArtifacts, type Hosts } from "./desired-artifacts";
import { ecrLogin, explainAws } from "./ecr";
import { findCopyTool } from "./find-tool";
import { type Login, withLogins } from "./logins";

/**
 * What must hold before an image is looked at, then the work with logins to both registries, which go in the end.
 * @throws UserError for what stops everything; what concerns one repository is a fault among what is wanted
 */
export async function withImages<T>(
  environment: Environment,
  work: (wanted: DesiredArtifacts, tool: CopyTool) => Promise<T>,
  print: (line: string) => void,
): Promise<T> {
  const hasEcr = applicationsInEcr(environment).length > 0;
  if (hasEcr) refuseMarkersUnder(environment, ["aws.accountId", "aws.ecr"]);
  const toolWith = findCopyTool();
  await refuseUnreachable(environment);
  const loggedOut = hasEcr ? await whyLoggedOut(environment) : undefined;
  const hosts = { ecr: ecrHost(environment), ours: namesOf(environment).registryHost };
  const ours = await acrLogin(environment);
  const ecr = loggedOut !== undefined ? { fault: loggedOut } : hasEcr ? await ecrLoginOf(environment, hosts) : {};
  return withLogins([ours, ...(ecr.login ? [ecr.login] : [])], async (env) => {
    const tool = toolWith(env);
    const wanted = await desiredArtifacts(environment, hosts, ecr.fault === undefined);
    print(`${environment.name}: ${wanted.artifacts.length} wanted in ${hosts.ours}; the tool is ${tool.name}`);
    if (tool.limits !== undefined) print(`note     ${tool.limits}`);
    for (const note of wanted.notes) print(`note     ${note}`);
    return work({ ...wanted, faults: [...(ecr.fault ? [ecr.fault] : []), ...wanted.faults] }, tool);
  });
}

/**
 * Why nothing of AWS is copied, where there is something else to copy.
 * @throws UserError where there is not
 */
async function whyLoggedOut(environment: Environment): Promise<string | undefined> {
  try {
    await awsLogin(environment);
    return undefined;
  } catch (error) {
    if (!(error instanceof UserError) || environment.thirdPartyFrom === "upstream") throw error;
    return error.message
      .replace(", nothing was touched", "")
      .replace("; nothing was touched", "")
      .replace(/\n */g, "; ");
  }
}

/** Who may not log in to ECR still gets what others make. */
async function ecrLoginOf({ aws }: Environment, { ecr }: Hosts): Promise<{ login?: Login; fault?: string }> {
  try {
    return { login: await ecrLogin(aws, ecr) };
  } catch (error) {
    return { fault: `${ecr}: no login: ${explainAws(error)}` };
  }
}
