import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BackendChange, backendPod, buildBackend, PASSWORD } from "../support/pod-backend";
import { PodBench } from "../support/pod-bench";
import type { PodImage } from "../support/pod-image";
import type { PodOptions } from "../support/pod-process";
import { requires } from "../support/requires";

describe("the example backend as a pod", requires("pod sandbox"), () => {
  let folder = "";
  let image: PodImage;
  const bench = new PodBench();

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "mmrv-backend-"));
    image = buildBackend(folder);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const backend = (change: BackendChange = {}): PodOptions =>
    backendPod(image, { env: { DRAIN_SECONDS: "4" }, ...change });
  const roll = (options: PodOptions) => bench.rollUnderLoad(options, "/work?ms=5", "/work?ms=3000");

  it("loses no request while both pods are replaced, and ends well before the grace period", async () => {
    const { load, endings, inFlightAtSigterm, output } = await roll(backend());
    expect(load.sent).toBeGreaterThan(300);
    expect(inFlightAtSigterm).toBeGreaterThan(0);
    expect([...load.reasons]).toEqual([]);
    expect(endings.map(({ code }) => code)).toEqual([0, 0]);
    expect(Math.max(...endings.map(({ secondsAfterSigterm }) => secondsAfterSigterm))).toBeLessThan(30);
    expect(output).not.toContain(PASSWORD);
  });

  it("loses requests without preStop, as the gateway hears late: the test above can fail", async () => {
    const { load } = await roll(backend({ preStopSeconds: 0 }));
    expect(load.lost).toBeGreaterThan(0);
  });

  it("cuts off what takes longer than the grace period leaves, and says so, before the kernel does", async () => {
    const pod = await bench.start(backend());
    await pod.untilReady();
    const answer = fetch(`${pod.url}/work?ms=30000`).catch(() => "cut off");
    const { code } = await pod.delete();
    expect(await answer).toBe("cut off");
    expect(code).toBe(0);
    expect(pod.output).toContain('"message":"requests cut off"');
  });

  it("has an image of the same user", () => expect(image.user).toBe("10001:10001"));

  it("keeps an idle connection longer than the gateway, which lets go after 50 s", async () => {
    const pod = await bench.start(backend());
    await pod.untilReady();
    const { headers } = await fetch(`${pod.url}/work?ms=0`);
    expect(headers.get("keep-alive")).toBe("timeout=55");
  });

  it("answers what is no route, no number and no path", async () => {
    const pod = await bench.start(backend());
    await pod.untilReady();
    const statuses = ["/nothing", "//", "/work?ms=-1", "/work?ms=x", "/work"].map(
      async (path) => (await fetch(`${pod.url}${path}`)).status,
    );
    expect(await Promise.all(statuses)).toEqual([404, 404, 400, 400, 200]);
  });

  it("logs JSON lines without probes and query strings", async () => {
    const pod = await bench.start(backend());
    await pod.untilReady();
    await fetch(`${pod.url}/work?ms=1&token=hidden`);
    const lines = () => pod.output.trim().split("\n");
    await expect.poll(() => lines().length).toBe(2);
    expect(lines().map((line) => JSON.parse(line))).toMatchObject([
      { level: "info", message: "listening" },
      { message: "request", method: "GET", path: "/work", status: 200 },
    ]);
    expect(pod.output).not.toContain("hidden");
  });

  it.each([
    ["malformed", { "database-url": `no url ${PASSWORD}` }, "/mnt/secrets/database-url is no URL"],
    ["empty", { "database-url": "\n" }, "/mnt/secrets/database-url is empty"],
    ["missing", {}, "no such file"],
  ])("does not start with a %s secret, and names the file only", async (_what, secrets, message) => {
    const pod = await bench.start({ ...backend(), secrets });
    expect(await pod.untilExit()).toBe(1);
    expect(pod.output).toContain(message);
    expect(pod.output).not.toContain(PASSWORD);
  });
});
