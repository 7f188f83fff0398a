import type { Environment } from "../../model/environment";
import { namesOf, stackName } from "../../model/naming";
import { UserError } from "../../model/user-error";
import { parseJson } from "../parse-json";
import { quoted } from "../shell";
import type { Login } from "./logins";
import { runTool, ToolError } from "./tool-process";

/** The user of a token: learn.microsoft.com/azure/container-registry/container-registry-authentication. */
const TOKEN_USER = "00000000-0000-0000-0000-000000000000";
const PROBE_MS = 8_000;
/** Somebody answered whom Node does not trust; the tools judge by themselves. nodejs.org/api/tls.html#x509-certificate-error-codes */
const CERTIFICATE = /CERT|SIGNATURE|CRL|CA_/;
const LOGIN_MINUTES = 2;

type Ours = Pick<Environment, "name" | "code" | "suffix" | "access" | "registry" | "runner">;

/**
 * Asks our registry whether it answers from here, before anything starts.
 * @throws UserError that says where to run this
 */
export async function refuseUnreachable(environment: Ours): Promise<void> {
  // Node's own requests know no proxy, and the tools do: then only they can tell.
  if (process.env["HTTPS_PROXY"] || process.env["https_proxy"]) return;
  const host = namesOf(environment).registryHost;
  const answer = await fetch(`https://${host}/v2/`, { signal: AbortSignal.timeout(PROBE_MS) }).then(
    ({ status }) => ({ status, said: status }),
    ({ cause, message }: Error) => {
      const { code, message: said } = (cause ?? { message }) as NodeJS.ErrnoException;
      return { status: CERTIFICATE.test(code ?? "") ? 200 : 0, said };
    },
  );
  // Anonymous is refused with 401; 403 is the firewall of the registry.
  if (answer.status === 200 || answer.status === 401) return;
  throw new UserError(
    `${host} does not answer from here (${answer.said}), nothing was touched: ${whereToRun(environment)}`,
  );
}

function whereToRun({ name, access, registry, runner }: Ours): string {
  const deployed = `is ${stackName(name, "infra")} deployed?`;
  if (registry.tier === "Standard") return `it is public; ${deployed} does this network let you out?`;
  if (access.via === "authorizedRanges") return `it takes the ranges of access.ranges only; run it from one of them`;
  const inside = {
    gitHub: () => `on the runner inside the network (runs-on: ${runner.kind === "gitHub" ? runner.label : ""})`,
    agent: () => "on the machine of the HCP Terraform agent inside the network",
    none: () => "on a machine inside the network, which environments/ gives none yet (runner)",
  }[runner.kind]();
  return `it is private, and hosted runners and laptops are outside; run it ${inside}`;
}

/**
 * A login to a registry of ours, for about three hours, from the Azure CLI's own.
 * @throws UserError without az, without a login of its own, or when the registry is not there
 */
export async function acrLogin(environment: Pick<Environment, "name" | "code" | "suffix">): Promise<Login> {
  const { registry, registryHost: host } = namesOf(environment);
  const args = ["acr", "login", "--name", registry, "--expose-token", "--output", "json"];
  const stdout = await runTool("az", args, { minutes: LOGIN_MINUTES }).catch((error: unknown) => {
    if (!(error instanceof ToolError)) throw error;
    throw new UserError(`no login to ${host}, nothing was touched: ${explainAz(error.message, environment.name)}`);
  });
  const { accessToken } = (parseJson(stdout) ?? {}) as { readonly accessToken?: string };
  if (accessToken === undefined)
    throw new UserError(`az acr login --name ${quoted(registry)} --expose-token gave no token`);
  return { host, user: TOKEN_USER, password: accessToken };
}

function explainAz(said: string, environment: string): string {
  if (/az login|AADSTS|Interactive authentication/.test(said))
    return "the Azure CLI has no login, or an expired one: az login, then again";
  // azure-cli, acr/_docker_utils.py: what it says when the registry gives it no token. There is no such password.
  if (/Unable to authenticate using AAD|does not have authorization/i.test(said))
    return "you have no role on it: AcrPush, which an owner gives you; a new role takes some minutes";
  if (/could not be found|not be resolved/.test(said))
    return `it is not in the subscription that az uses: npx mmrv deploy ${stackName(environment, "infra")}, or az account set --subscription ID`;
  return `az acr login: ${said}`;
}
