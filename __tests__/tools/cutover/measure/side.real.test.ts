import type { RequestListener } from "node:http";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import type { Side } from "../../../../tools/cutover/measure/pinned-request";
import { measureSide, type SideOptions } from "../../../../tools/cutover/measure/side";
import { HttpsSide } from "../../../support/https-side";

const HOST = "api.mmrv.example.com";
const DAY = 24 * 60 * 60 * 1000;
const NOW = new Date();

const started: HttpsSide[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((side) => side.stop()));
});
async function start(answer: RequestListener, certificate: Partial<Parameters<typeof HttpsSide.start>[2]> = {}) {
  const { side } =
    started[started.push(await HttpsSide.start("azure", answer, { host: HOST, ...certificate })) - 1] ?? {};
  if (side === undefined) throw new Error("not started");
  return side;
}
const measure = async (side: Side, options: Partial<SideOptions> = {}) =>
  measureSide(HOST, side, { paths: ["/"], times: 4, now: NOW, ...options });
/** The only path's measures. */
const pathOf = async (...parameters: Parameters<typeof measure>) => (await measure(...parameters)).paths[0];

describe("a side that is measured", () => {
  it("is asked at its address for the host, by server name and by header, whatever DNS says of it", async () => {
    const seen = new Set<unknown>();
    const side = await start((request, response) => {
      seen.add([request.method, request.headers.host, (request.socket as never)["servername"]].join(" "));
      response.end("ok");
    });
    expect(await pathOf(side)).toMatchObject({ path: "/", statuses: { 200: 4 }, failures: {} });
    expect([...seen]).toEqual([`GET ${HOST} ${HOST}`]);
  });

  it("is asked twenty times for each path, two at once, and never more than a hundred times", async () => {
    let [now, most, total] = [0, 0, 0];
    const side = await start(async (_, response) => {
      total += 1;
      now += 1;
      most = Math.max(most, now);
      await sleep(2);
      now -= 1;
      response.end();
    });
    const { paths } = await measureSide(HOST, side, { paths: ["/a", "/b"], now: NOW });
    expect(paths).toMatchObject([
      { path: "/a", statuses: { 200: 20 } },
      { path: "/b", statuses: { 200: 20 } },
    ]);
    expect([most, total]).toEqual([2, 40]);
    expect(await pathOf(side, { times: 1e9 })).toMatchObject({ statuses: { 200: 100 } });
  });

  it("tells redirects without following them, and every value that a header had", async () => {
    let requests = 0;
    const side = await start((_, response) => {
      requests += 1;
      const changing = { "x-nonce": String(requests), ...(requests > 2 && { "x-sometimes": "here" }) };
      response.writeHead(308, { location: "/new", ...changing }).end();
    });
    expect(await pathOf(side, { paths: ["/old"] })).toMatchObject({
      path: "/old",
      statuses: { 308: 4 },
      headers: {
        location: ["/new"],
        "x-nonce": expect.arrayContaining(["1", "2", "3", "4"]),
        "x-sometimes": expect.arrayContaining(["", "here"]),
      },
    });
  });

  it("shows of a cookie its name and attributes, and never its value", async () => {
    const cookies = ["sid=hunter2; Path=/; Expires=Wed, 21 Oct 2026 07:28:00 GMT; HttpOnly", "a=b=c"];
    const side = await start((_, response) => response.setHeader("set-cookie", cookies).end());
    const measured = await pathOf(side);
    expect(measured).toMatchObject({ headers: { "set-cookie": ["a=…, sid=…; Path=/; Expires=…; HttpOnly"] } });
    expect(JSON.stringify(measured)).not.toContain("hunter2");
  });

  it("has the median and the 95th percentile of its answers, by nearest rank, without connecting", async () => {
    let requests = 0;
    const side = await start(async (_, response) => {
      requests += 1;
      if (requests > 18) await sleep(150);
      response.end();
    });
    const measured = await pathOf(side, { times: 20 });
    if (measured === undefined || "notMeasured" in measured) throw new Error("not measured");
    expect(measured.p50).toBeLessThan(measured.p95);
    // The second slowest of twenty.
    expect(measured.p95).toBeGreaterThanOrEqual(149);
  });

  it("counts requests that fail by reason, and goes on with the others", async () => {
    let requests = 0;
    const side = await start((request, response) => {
      requests += 1;
      if (requests === 2) request.socket.destroy();
      else response.end();
    });
    expect(await pathOf(side)).toMatchObject({ statuses: { 200: 3 }, failures: { ECONNRESET: 1 } });
  });

  it("is not waited for without end, nor once for each request", async () => {
    let requests = 0;
    const side = await start(() => {
      requests += 1;
    });
    const measured = await pathOf(side, { timeoutMs: 500, times: 20 });
    // Two at once, and one that went out between their ends.
    expect(requests).toBeLessThanOrEqual(3);
    expect(measured).toEqual({
      path: "/",
      notMeasured:
        "azure at 127.0.0.1 did not answer (no answer in 500 ms); look at its address, its certificate and who may reach it, then again",
    });
  });

  it("is not measured where a path cannot be asked for, or nobody listens", async () => {
    const side = await start((_, response) => response.end());
    expect(await pathOf(side, { paths: ["/with space"] })).toEqual({
      path: "/with space",
      notMeasured: expect.stringContaining("did not answer (ERR_UNESCAPED_CHARACTERS)"),
    });
    const nobody = { ...side, port: await freePort() };
    const why = {
      notMeasured: `azure at 127.0.0.1 showed no certificate for ${HOST} (ECONNREFUSED); look at its address and who may reach it, then again`,
    };
    expect(await measure(nobody)).toEqual({ side: nobody, certificate: why, paths: [{ path: "/", ...why }] });
  });
});

describe("the certificate of a side", () => {
  const ok: RequestListener = (_, response) => response.end();

  it("is told with issuer, names and the whole days that it has left", async () => {
    const side = await start(ok, { notAfterDate: new Date(NOW.getTime() + 30.5 * DAY) });
    expect((await measure(side)).certificate).toEqual({
      issuer: "CN=authority of azure",
      names: [HOST],
      daysLeft: 30,
    });
  });

  it("that has ended is told with the days since, and no request succeeds", async () => {
    const side = await start(ok, { notAfterDate: new Date(NOW.getTime() - 2.5 * DAY) });
    expect(await measure(side)).toMatchObject({
      certificate: { daysLeft: -3, refusedBecause: "CERT_HAS_EXPIRED" },
      paths: [{ notMeasured: expect.stringContaining("did not answer (CERT_HAS_EXPIRED)") }],
    });
  });

  it("that is for another name is told with that name", async () => {
    const side = await start(ok, { host: "other.mmrv.example.com" });
    expect(await measure(side)).toMatchObject({
      certificate: { names: ["other.mmrv.example.com"], refusedBecause: "ERR_TLS_CERT_ALTNAME_INVALID" },
      paths: [{ notMeasured: expect.stringContaining("did not answer (ERR_TLS_CERT_ALTNAME_INVALID)") }],
    });
  });

  it("that nobody known has signed is told", async () => {
    const { ca: _, ...untrusted } = await start(ok);
    expect((await measure(untrusted)).certificate).toMatchObject({ refusedBecause: "DEPTH_ZERO_SELF_SIGNED_CERT" });
  });

  it("is not waited for at a server that takes connections and says nothing", async () => {
    const silent = createServer().listen(0, "127.0.0.1");
    const { port } = await new Promise<{ port: number }>((resolve) =>
      silent.once("listening", () => resolve(silent.address() as { port: number })),
    );
    const { certificate } = await measure({ name: "aws", at: "127.0.0.1", port }, { times: 1, timeoutMs: 50 });
    expect(certificate).toEqual({ notMeasured: expect.stringContaining(`for ${HOST} (no answer in 50 ms)`) });
    silent.close();
  });
});

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => probe.once("listening", resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
