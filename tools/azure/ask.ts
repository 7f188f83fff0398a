import {
  bearerTokenAuthenticationPolicy,
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
} from "@azure/core-rest-pipeline";
import { azureLogin } from "./login";

export const ARM = "https://management.azure.com";

/** A GET, or a POST of a form. */
export interface AzureRequest {
  readonly url: string;
  readonly form?: Readonly<Record<string, string>>;
}

export interface AzureAnswer {
  readonly status: number;
  readonly body: string;
}

/** Sends one request; throws what Entra's SDK does without a login (NO_TOKEN), and what the network does. */
export type Ask = (request: AzureRequest) => Promise<AzureAnswer>;

/** After which a request without an answer is given up; the SDK by itself would wait for ever. */
const TIMEOUT_MS = 30_000;

/**
 * Asks an API of Azure as whoever is logged in here; what fails for a moment is tried again.
 * @param audience whom the token is for, such as https://management.azure.com
 */
export function askerOf(audience: string): Ask {
  const pipeline = createPipelineFromOptions({ retryOptions: { maxRetries: 3 } });
  pipeline.addPolicy(bearerTokenAuthenticationPolicy({ credential: azureLogin(), scopes: `${audience}/.default` }));
  const client = createDefaultHttpClient();
  return async ({ form, url }) => {
    const headers = createHttpHeaders({ accept: "application/json" });
    if (form !== undefined) headers.set("content-type", "application/x-www-form-urlencoded");
    const body = form === undefined ? null : new URLSearchParams(form).toString();
    const method = form === undefined ? "GET" : "POST";
    const request = createPipelineRequest({ url, headers, body, method, timeout: TIMEOUT_MS });
    const { bodyAsText, status } = await pipeline.sendRequest(client, request);
    return { status, body: bodyAsText ?? "" };
  };
}
