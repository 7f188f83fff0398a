import { senderOf } from "./send";

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

/**
 * Asks an API of Azure as whoever is logged in here; what fails for a moment is tried again.
 * @param audience whom the token is for, such as https://management.azure.com
 */
export function askerOf(audience: string): Ask {
  const send = senderOf(audience);
  return async ({ form, url }) => {
    const accept = { accept: "application/json" };
    const { body, status } =
      form === undefined
        ? await send({ method: "GET", url, headers: accept })
        : await send({
            method: "POST",
            url,
            headers: { ...accept, "content-type": "application/x-www-form-urlencoded" },
            body: new URLSearchParams(form).toString(),
          });
    return { status, body };
  };
}
