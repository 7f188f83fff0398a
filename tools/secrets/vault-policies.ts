import type { SecretClientOptions } from "@azure/keyvault-secrets";
import { parseJson } from "../parse-json";

/** Five more tries, after 1, 2, 4, 8 and 16 seconds: learn.microsoft.com/azure/key-vault/general/overview-throttling. */
export const RETRIES = { maxRetries: 5, retryDelayInMs: 1_000, maxRetryDelayInMs: 16_000 };

/** How long one try may take. */
const TRY_MS = 20_000;

type Policy = NonNullable<SecretClientOptions["additionalPolicies"]>[number]["policy"];
type Request = Parameters<Policy["sendRequest"]>[0];

/** What a broken connection may be called; the SDK's own list is shorter. */
const BROKEN = ["EPIPE", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "PARSE_ERROR", "REQUEST_SEND_ERROR"];

/**
 * Makes the SDK's retries cover what they leave out (retryPolicy and nodeHttpClient of @typespec/ts-http-runtime): a 429
 * that does not say how long to wait, an answer that breaks off or never comes, and connections that break in other ways.
 * To be placed inside them (`perRetry`).
 */
export function morePatience({ retryDelayInMs, tryMs = TRY_MS } = { ...RETRIES, tryMs: TRY_MS }): Policy {
  const throttled = new WeakMap<Request, number>();
  return {
    name: "morePatience",
    async sendRequest(request, next) {
      // When a compressed answer breaks off, the SDK never hears of it.
      request.headers.set("Accept-Encoding", "identity");
      // Not the SDK's timeout: after a broken connection it keeps the process waiting, and it does not cover the answer.
      const { abortSignal: allTries } = request;
      const thisTry = AbortSignal.timeout(tryMs);
      request.abortSignal = allTries ? AbortSignal.any([allTries as AbortSignal, thisTry]) : thisTry;
      try {
        const response = await next(request);
        if (response.status === 429 && !response.headers.has("Retry-After")) {
          const times = throttled.get(request) ?? 0;
          throttled.set(request, times + 1);
          response.headers.set("retry-after-ms", String(retryDelayInMs * 2 ** times));
        }
        return response;
      } catch (error) {
        throw thisTry.aborted && !allTries?.aborted ? broken("ETIMEDOUT") : worthAnotherTry(error);
      } finally {
        request.abortSignal = allTries;
      }
    },
  };
}

/** The error under a name that the SDK tries again at, or does not; others are as they were. */
function worthAnotherTry(error: unknown): unknown {
  const { name, code } = error as { readonly name?: string; readonly code?: string };
  // A host that is not there is not there a second later either; the SDK would wait for it half a minute.
  if (code === "ENOTFOUND") return Object.assign(new Error("no such host"), { code });
  return name === "RestError" && code !== undefined && BROKEN.includes(code) ? broken("ECONNRESET") : error;
}

const broken = (code: string) => Object.assign(new Error("the connection broke"), { name: "RestError", code });

/** Where `keepReason` leaves the reason of a refusal. */
export const REASON = "x-mmrv-reason";

/** Key Vault says why inside its answer, and what the SDK throws for a list does not carry that; its headers it does. */
export const keepReason: Policy = {
  name: "keepReason",
  async sendRequest(request, next) {
    const response = await next(request);
    if (response.status < 400) return response;
    const body = parseJson(response.bodyAsText ?? "") as {
      readonly error?: { readonly innererror?: { readonly code?: unknown } };
    };
    const reason = body?.error?.innererror?.code;
    if (typeof reason === "string" && /^\w+$/.test(reason)) response.headers.set(REASON, reason);
    return response;
  },
};
