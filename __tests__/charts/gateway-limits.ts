import { expect } from "vitest";
import type { Answer } from "../support/gateway-client";
import type { GatewayStage } from "../support/gateway-stage";
import type { Row } from "./gateway-requests";

/** What the stage's values say, in seconds: short, so that a test can wait for them. */
export const SHORT = { idle: 4, idleOfRoute: 12, request: 3 } as const;

/** The values of the stage that the rows below are asked of. */
export const SAID = {
  gateway: { streamIdleSeconds: SHORT.idle },
  routes: [
    { path: "/" },
    { path: "/patient", idleTimeoutSeconds: SHORT.idleOfRoute },
    { path: "/report", requestTimeoutSeconds: SHORT.request },
  ],
};

const SILENT = (SHORT.idle + 2) * 1000;
/** Twice as long as nothing may come. */
const STREAM = `times=${SHORT.idle * 2}&every=1000`;
const outcome = ({ body, isWhole, status }: Answer) => [status, body, isWhole];
const ask = async (stage: GatewayStage, path: string) => outcome(await stage.client().http2({ ":path": path }));

/** Rows about what ends, and how. */
export const LIMIT_ROWS: Readonly<Record<string, Row>> = {
  "Nobody sends anything": async (stage) => {
    const [waiting, streaming, patient, half, upgraded] = await Promise.all([
      ask(stage, `/?silent=${SILENT}`),
      ask(stage, `/?times=2&every=${SILENT}`),
      stage.client().http2({ ":path": `/patient?silent=${SILENT}` }),
      stage.client().raw(`POST / HTTP/1.1\r\nHost: ${stage.client().host}\r\nContent-Length: 9\r\n\r\nhalf`),
      upgradeAndWait(stage),
    ]);
    expect(waiting).toEqual([504, "stream timeout", true]);
    expect(streaming).toEqual([200, "a", false]);
    expect(patient.status).toBe(200);
    expect(half).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    expect(upgraded).toBeGreaterThanOrEqual(SHORT.idle);
    expect(upgraded).toBeLessThan(SHORT.idleOfRoute);
    await expect.poll(() => stage.envoy.log).toContain('"flags":"SI"');
  },

  "An answer that goes on": async (stage) => {
    const [whole, cut, late] = await Promise.all([
      ask(stage, `/?${STREAM}`),
      ask(stage, `/report?${STREAM}`),
      ask(stage, `/report?silent=${SHORT.request * 1000 + 500}`),
    ]);
    expect(whole).toEqual([200, "a".repeat(SHORT.idle * 2), true]);
    expect(cut).toEqual([200, expect.stringMatching(/^a{1,3}$/), false]);
    expect(late).toEqual([504, "upstream request timeout", true]);
  },

  "An upload that goes on": async (stage) => {
    expect(stage.connectionManager).toMatchObject({ requestHeadersTimeout: "10s", requestTimeout: "3600s" });
  },

  "Between two requests": async (stage) => {
    expect(stage.connectionManager["commonHttpProtocolOptions"]).toEqual({ idleTimeout: "180s" });
    const upstream = stage.config.cds.map(({ typedExtensionProtocolOptions }) => typedExtensionProtocolOptions);
    expect(JSON.stringify(upstream).match(/"idleTimeout":"\w+"/g)).toEqual(
      stage.config.cds.map(() => '"idleTimeout":"50s"'),
    );
    const listener = stage.config.lds.find(({ name }) => String(name).includes("https"));
    expect(JSON.stringify(listener?.["socketOptions"])).toContain("keep alive");
  },

  "Many at once": async (stage) => {
    // More than Envoy lets through when nobody tells it, 1,024.
    const connections = 12;
    const requests = Array.from({ length: 100 }, () => ({ ":path": "/patient?hold" }));
    const all = Array.from({ length: connections }, () => stage.client().parallel(requests));
    // Before silence ends those that wait.
    const timeout = (SHORT.idleOfRoute - 2) * 1000;
    try {
      await expect.poll(() => stage.backend.held, { timeout }).toBe(connections * requests.length);
    } finally {
      stage.backend.release();
    }
    const statuses = (await Promise.all(all)).flat().map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(JSON.stringify(stage.config.bootstrap["overloadManager"])).toContain(
      '"maxActiveDownstreamConnections":"50000"',
    );
  },

  "The application hangs up": async (stage) => {
    expect(await ask(stage, "/?drop")).toEqual([503, expect.stringContaining("connection termination"), true]);
    await expect.poll(() => stage.envoy.log).toContain('"flags":"UC"');
  },

  "Nobody listens": async (stage) => {
    const answer = await stage.client("frontend").http2({});
    expect(outcome(answer)).toEqual([503, expect.stringContaining("remote connection failure"), true]);
    await expect.poll(() => stage.envoy.log).toContain('"flags":"URX,UF"');
  },
};

/** After how many seconds a WebSocket is closed over which nobody sends anything. */
async function upgradeAndWait(stage: GatewayStage): Promise<number> {
  const start = Date.now();
  const { host } = stage.client();
  const upgrade = `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`;
  expect(await stage.client().raw(upgrade)).toMatch(/^HTTP\/1\.1 101 /);
  return (Date.now() - start) / 1000;
}
