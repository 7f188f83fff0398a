import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { gzipSync } from "node:zlib";
import { SecretClient } from "@azure/keyvault-secrets";
import { afterEach, describe, expect, it } from "vitest";
import { keepReason, morePatience, REASON } from "../../../tools/secrets/vault-policies";

const RETRIES = { retryDelayInMs: 20, maxRetryDelayInMs: 40, maxRetries: 3 };
const SECRET = JSON.stringify({ id: "https://kv.vault.azure.net/secrets/x/1", value: "v", attributes: {} });

let server: Server | undefined;
afterEach(() => {
  server?.close();
  server?.closeAllConnections();
});

/** A vault that answers a number of times as it is told, and then well. */
async function vault(answer: RequestListener, times: number, policies = [morePatience({ ...RETRIES, tryMs: 200 })]) {
  let asked = 0;
  server = createServer((request, response) => {
    asked += 1;
    if (asked <= times) answer(request, response);
    else response.writeHead(200, { "Content-Type": "application/json" }).end(SECRET);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as { port: number };
  const client = new SecretClient(
    `http://127.0.0.1:${port}`,
    { getToken: async () => null },
    {
      allowInsecureConnection: true,
      retryOptions: RETRIES,
      additionalPolicies: policies.map((policy) => ({ policy, position: "perRetry" as const })),
    },
  );
  return { client, asked: () => asked };
}

/** What Azure's SDK alone would give up on, or never hear of. */
const BAD: readonly (readonly [string, RequestListener])[] = [
  ["is throttled without a word of how long", (_, response) => response.writeHead(429).end("{}")],
  ["fails", (_, response) => response.writeHead(503).end("{}")],
  ["breaks off before it answers", (request) => void request.socket.destroy()],
  [
    "breaks off in the middle of its answer",
    (request, response) => {
      response.writeHead(200, { "Content-Length": String(SECRET.length) });
      response.write(SECRET.slice(0, 20), () => request.socket.destroy());
    },
  ],
  ["never answers", () => {}],
  [
    "stops in the middle of its answer",
    (_, response) => void response.writeHead(200, { "Content-Length": "99" }).write("{"),
  ],
  [
    "stops in the middle of an answer that it was not asked to compress",
    (request, response) => {
      if (request.headers["accept-encoding"] !== "identity") response.setHeader("Content-Encoding", "gzip");
      response.writeHead(200).write(gzipSync(SECRET).subarray(0, 15));
    },
  ],
];

describe("a request to Key Vault", () => {
  it.each(BAD)("that %s is tried again", async (_, answer) => {
    const { client, asked } = await vault(answer, 2);
    expect((await client.getSecret("x")).value).toBe("v");
    expect(asked()).toBe(3);
  });

  it.each(BAD)("that %s every time is given up in the end", async (_, answer) => {
    const { client, asked } = await vault(answer, 99);
    await expect(client.getSecret("x")).rejects.toThrow();
    expect(asked()).toBe(4);
  });

  it("waits longer after each throttling", async () => {
    const begin = performance.now();
    const { client } = await vault((_, response) => response.writeHead(429).end("{}"), 3);
    await client.getSecret("x");
    expect(performance.now() - begin).toBeGreaterThan(20 + 40 + 80 - 10);
  });

  it("waits as long as Key Vault says, when it does", async () => {
    const begin = performance.now();
    const { client } = await vault((_, response) => response.writeHead(429, { "Retry-After": "1" }).end("{}"), 1);
    await client.getSecret("x");
    expect(performance.now() - begin).toBeGreaterThan(990);
  });

  it("that is refused says why, also when it was for a list", async () => {
    const body = JSON.stringify({ error: { code: "Forbidden", innererror: { code: "ForbiddenByRbac" } } });
    const refuse: RequestListener = (_, response) =>
      response.writeHead(403, { "Content-Type": "application/json" }).end(body);
    const { client } = await vault(refuse, 9, [keepReason]);
    const reason = (error: { response: { headers: Map<string, string> } }) => error.response.headers.get(REASON);
    expect(await client.listPropertiesOfSecrets().next().catch(reason)).toBe("ForbiddenByRbac");
    expect(await client.getSecret("x").catch(reason)).toBe("ForbiddenByRbac");
  });

  it("to a host that is not there is not tried again", async () => {
    const policies = [morePatience({ ...RETRIES, tryMs: 200 })].map((policy) => ({
      policy,
      position: "perRetry" as const,
    }));
    let tries = 0;
    const client = new SecretClient(
      "https://kv.vault.azure.net",
      { getToken: async () => null },
      {
        retryOptions: RETRIES,
        additionalPolicies: policies,
        httpClient: {
          sendRequest: () => {
            tries += 1;
            return Promise.reject(Object.assign(new Error("getaddrinfo"), { name: "RestError", code: "ENOTFOUND" }));
          },
        },
      },
    );
    await expect(client.getSecret("x")).rejects.toMatchObject({ code: "ENOTFOUND" });
    expect(tries).toBe(1);
  });
});
