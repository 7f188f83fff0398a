import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { createDefaultHttpClient, createPipelineFromOptions, createPipelineRequest } from "@azure/core-rest-pipeline";
import { z } from "zod";
import { UserError } from "../../model/user-error";
import { parseJson } from "../parse-json";

/** Asks HCP Terraform for what is at a URL. */
export type AskHcp = (url: string) => Promise<{ readonly status: number; readonly body: string }>;

interface Workspace {
  readonly host: string;
  readonly organization: string;
  readonly workspace: string;
}

const idSchema = z.object({ data: z.object({ id: z.string() }) });
const versionSchema = z.object({ data: z.object({ attributes: z.object({ "hosted-state-download-url": z.url() }) }) });

/** After which a request without an answer is given up. */
const TIMEOUT_MS = 30_000;

/**
 * Asks as whoever Terraform itself would: TF_TOKEN_…, or what `terraform login` left
 * (developer.hashicorp.com/terraform/cli/config/config-file, "Credentials").
 * @throws UserError without a token
 */
export async function hcpAsker(host: string, env: NodeJS.ProcessEnv = process.env): Promise<AskHcp> {
  const variable = `TF_TOKEN_${host.replaceAll("-", "__").replaceAll(".", "_")}`;
  const token = env[variable] || (await loginOf(host, env));
  if (!token)
    throw new UserError(
      `HCP Terraform keeps the states, and there is no login to ${host}\n  next: terraform login, or ${variable} in a pipeline`,
    );
  const pipeline = createPipelineFromOptions({ retryOptions: { maxRetries: 3 } });
  const client = createDefaultHttpClient();
  return async (url) => {
    const request = createPipelineRequest({ url, timeout: TIMEOUT_MS });
    request.headers.set("authorization", `Bearer ${token}`);
    const { bodyAsText, status } = await pipeline.sendRequest(client, request);
    return { status, body: bodyAsText ?? "" };
  };
}

async function loginOf(host: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const file = join(env["HOME"] ?? homedir(), ".terraform.d", "credentials.tfrc.json");
  const text = await readFile(file, "utf8").catch(() => "");
  const { credentials } = (parseJson(text) ?? {}) as {
    readonly credentials?: Readonly<Record<string, { readonly token?: string } | undefined>>;
  };
  return credentials?.[host]?.token;
}

/**
 * The state that a workspace has now, as Terraform wrote it
 * (developer.hashicorp.com/terraform/cloud-docs/api-docs/state-versions).
 * @returns undefined for a workspace that is not there or has no state yet
 * @throws UserError when HCP Terraform refuses
 */
export async function hcpState({ host, organization, workspace }: Workspace, ask: AskHcp): Promise<string | undefined> {
  const api = `https://${host}/api/v2`;
  const get = async (url: string): Promise<string | undefined> => {
    const { body, status } = await ask(url);
    if (status === 404) return undefined;
    if (status === 200) return body;
    const next = status === 401 ? "terraform login" : "may the team of the token read its state versions?";
    throw new UserError(`${workspace} of ${organization}: HCP Terraform answers ${status}\n  next: ${next}`);
  };
  const path = [organization, workspace].map(encodeURIComponent).join("/workspaces/");
  const found = idSchema.safeParse(parseJson((await get(`${api}/organizations/${path}`)) ?? ""));
  if (!found.success) return undefined;
  const version = await get(`${api}/workspaces/${found.data.data.id}/current-state-version`);
  if (version === undefined) return undefined;
  const parsed = versionSchema.safeParse(parseJson(version));
  if (!parsed.success)
    throw new UserError(`${workspace} of ${organization}: HCP Terraform says of no place where its state is`);
  return get(parsed.data.data.attributes["hosted-state-download-url"]);
}
