import {
  bearerTokenAuthenticationPolicy,
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
  type HttpMethods,
} from "@azure/core-rest-pipeline";
import { azureLogin } from "./login";

export interface SentRequest {
  readonly method: HttpMethods;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface SentAnswer {
  readonly status: number;
  readonly body: string;
  /** Undefined where the answer does not have it; names are compared without case. */
  readonly header: (name: string) => string | undefined;
}

/** Sends one request; throws what Entra's SDK does without a login (NO_TOKEN), and what the network does. */
export type Send = (request: SentRequest) => Promise<SentAnswer>;

/** After which a request without an answer is given up; the SDK by itself would wait for ever. */
const TIMEOUT_MS = 30_000;

/**
 * Speaks to an API of Azure as whoever is logged in here; what fails for a moment is tried again.
 * @param audience whom the token is for, such as https://management.azure.com
 */
export function senderOf(audience: string): Send {
  const pipeline = createPipelineFromOptions({ retryOptions: { maxRetries: 3 } });
  pipeline.addPolicy(bearerTokenAuthenticationPolicy({ credential: azureLogin(), scopes: `${audience}/.default` }));
  const client = createDefaultHttpClient();
  return async ({ body = null, headers, method, url }) => {
    const request = createPipelineRequest({
      url,
      method,
      body,
      headers: createHttpHeaders({ ...headers }),
      timeout: TIMEOUT_MS,
    });
    const answer = await pipeline.sendRequest(client, request);
    return {
      status: answer.status,
      body: answer.bodyAsText ?? "",
      header: (name) => answer.headers.get(name),
    };
  };
}
