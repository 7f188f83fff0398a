import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PodBench } from "../support/pod-bench";
import { deployment } from "../support/pod-fixture";
import { assembleImage, type PodImage } from "../support/pod-image";
import { build, copyInstalled, install } from "../support/pod-next-build";
import type { PodOptions } from "../support/pod-process";
import { requires } from "../support/requires";

const KEY = randomBytes(32).toString("base64");
const OTHER_KEY = randomBytes(32).toString("base64");

/** In what a pod differs from the others of these tests. */
type Change = Partial<Parameters<typeof deployment>[0]>;

describe("the example frontend as a pod", requires("pod sandbox"), () => {
  const folder = mkdtempSync(join(tmpdir(), "mmrv-frontend-"));
  let [azure, amplify]: PodImage[] = [];
  const bench = new PodBench();

  beforeAll(async () => {
    const checkouts = { azure: join(folder, "app"), amplify: join(folder, "codebuild/src/frontend") };
    install(checkouts.azure);
    copyInstalled(checkouts.azure, checkouts.amplify);
    const images = Object.entries(checkouts).map(async ([cloud, checkout]) => {
      await build(checkout, "0123abc", KEY);
      return assembleImage("examples/frontend/Dockerfile", checkout, join(folder, "images", cloud));
    });
    [azure, amplify] = await Promise.all(images);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const frontend = (image: PodImage | undefined, { env, ...change }: Change = {}): PodOptions => {
    if (!image) throw new Error("not built");
    const wanted = {
      name: "frontend",
      port: 3000,
      health: { live: "/api/healthz", ready: "/api/readyz" },
      env: { BACKEND_URL: "http://backend", ...env },
      volumes: { "/tmp": "64Mi", "/app/.next/cache": "512Mi" },
    };
    return { image, deployment: deployment({ ...wanted, ...change }) };
  };
  const start = async (options: PodOptions) => {
    const pod = await bench.start(options);
    await pod.untilReady();
    return pod;
  };

  it("loses no request while both pods are replaced, and ends well before the grace period", async () => {
    const { load, endings, inFlightAtSigterm } = await bench.rollUnderLoad(frontend(azure), "/", "/api/work?ms=3000");
    expect(load.sent).toBeGreaterThan(100);
    expect(inFlightAtSigterm).toBeGreaterThan(0);
    expect([...load.reasons]).toEqual([]);
    // Next.js ends by itself with the code of a process that SIGTERM has ended; 137 were a killed one.
    expect(endings.map(({ code }) => code)).toEqual([143, 143]);
    expect(Math.max(...endings.map(({ secondsAfterSigterm }) => secondsAfterSigterm))).toBeLessThan(30);
  });

  it("serves page, public file, script and optimized image from a read-only root", async () => {
    const pod = await start(frontend(azure));
    const page = await fetch(pod.url);
    expect(page.headers.get("x-powered-by")).toBe(null);
    expect(page.headers.get("keep-alive")).toBe("timeout=55");
    const [script = ""] = /\/_next\/static\/[^"]+\.js\?dpl=0123abc/.exec(await page.text()) ?? [];
    const statuses = ["/logo.png", script].map(async (path) => (await fetch(`${pod.url}${path}`)).status);
    expect(await Promise.all(statuses)).toEqual([200, 200]);

    expect(await optimize(pod.url)).toBe("MISS");
    expect(await optimize(pod.url)).toBe("HIT");
    expect(pod.output).not.toMatch(/EROFS|EACCES/);
  });

  it("needs the cache volume for that: without it the image is made anew for each request", async () => {
    const pod = await start(frontend(azure, { volumes: { "/tmp": "64Mi" } }));
    expect(await optimize(pod.url)).toBe("MISS");
    expect(await optimize(pod.url)).toBe("MISS");
    await expect.poll(() => pod.output).toContain("Failed to write image to cache");
  });

  describe("a page of incremental static regeneration", () => {
    /** Makes the page of the build as old as it is told, and gives back what stands in it. */
    const ageOf = (seconds: number) => {
      const file = join(azure?.folder ?? "", ".next/server/app/isr.html");
      const then = Date.now() / 1000 - seconds;
      utimesSync(file, then, then);
      return madeAt(readFileSync(file, "utf8"));
    };

    it("is made anew by each pod for itself, in memory: nothing is written, and nothing is said of it", async () => {
      const built = ageOf(2 * 3600);
      const [one, other] = [await start(frontend(azure)), await start(frontend(azure))];
      // Who finds it old gets it once more, and the next visitor the new one.
      expect(await isr(one.url)).toEqual({ cache: "STALE", made: built });
      await expect.poll(() => isr(one.url)).toMatchObject({ cache: "HIT", made: expect.not.stringContaining(built) });
      expect(await isr(other.url)).toEqual({ cache: "STALE", made: built });
      await expect.poll(() => isr(other.url)).toMatchObject({ cache: "HIT", made: expect.not.stringContaining(built) });
      expect((await isr(other.url)).made).not.toBe((await isr(one.url)).made);
      expect(`${one.output}${other.output}`).not.toMatch(/EROFS|EACCES|Failed to/);
    });

    it("is made anew on demand by the one pod that is asked, and stays as it was in the other", async () => {
      const built = ageOf(0);
      const [one, other] = [await start(frontend(azure)), await start(frontend(azure))];
      expect([await isr(one.url), await isr(other.url)]).toEqual([
        { cache: "HIT", made: built },
        { cache: "HIT", made: built },
      ]);
      expect((await submit(await formOf(`${one.url}/isr`), `${one.url}/isr`)).status).toBe(200);
      await expect.poll(async () => (await isr(one.url)).made).not.toBe(built);
      expect(await isr(other.url)).toEqual({ cache: "HIT", made: built });
      expect(one.output).not.toMatch(/EROFS|EACCES|Failed to/);
    });
  });

  it.each([
    ["/app/.next/cache", "ok"],
    ["/tmp", "ok"],
    ["/app", "EROFS"],
    ["/app/.next/server", "EROFS"],
  ])("a write to %s: %s", async (path, result) => {
    const script = `try { require("node:fs").writeFileSync("${path}/file", ""); console.log("ok"); } catch ({ code }) { console.log(code); }`;
    const pod = await bench.start(frontend(azure, { command: ["node", "-e", script] }));
    await pod.untilExit();
    expect(pod.output.trim()).toBe(result);
  });

  it("has an image of the same user", () => expect(azure?.user).toBe("10001:10001"));

  it("reads its configuration at run time: one build, two environments", async () => {
    const pods = ["http://backend.staging", "http://backend.production"].map(async (BACKEND_URL) => {
      const { url } = await start(frontend(azure, { env: { BACKEND_URL } }));
      return (await (await fetch(url)).text()).match(/http:\/\/backend\.\w+/)?.[0];
    });
    expect(await Promise.all(pods)).toEqual(["http://backend.staging", "http://backend.production"]);
  });

  it("is not ready without its configuration, and alive all the same", async () => {
    const pod = await bench.start(frontend(azure, { env: { BACKEND_URL: "" } }));
    const statusOf = async (path: string) => (await fetch(`${pod.url}${path}`).catch(() => undefined))?.status;
    await expect.poll(() => statusOf("/api/healthz")).toBe(200);
    expect(await statusOf("/api/readyz")).toBe(503);
  });

  it("accepts on one cloud the Server Action of a page from the other", async () => {
    const [from, to] = await Promise.all([start(frontend(amplify)), start(frontend(azure))]);
    const { status, location } = await submit(await formOf(from.url), to.url);
    expect(status).toBe(303);
    expect(location).toMatch(/^\/\?greeting=Ada%2C%20on%20a%20page%20of%20\d{4}-/);
  });

  it("refuses it when a pod is told another key at run time", async () => {
    const env = { NEXT_SERVER_ACTIONS_ENCRYPTION_KEY: OTHER_KEY };
    const [from, to] = await Promise.all([start(frontend(amplify)), start(frontend(azure, { env }))]);
    expect((await submit(await formOf(from.url), to.url)).status).toBe(500);
  });
});

/** What Next.js says of its image cache. */
async function optimize(url: string): Promise<string | null> {
  const answer = await fetch(`${url}/_next/image?url=%2Flogo.png&w=64&q=75`);
  expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "image/png"]);
  await answer.arrayBuffer();
  return answer.headers.get("x-nextjs-cache");
}

/** When a page was made, by its own word. */
const madeAt = (html: string) => /<p id="made-at">([^<]+)</.exec(html)?.[1] ?? "";

/** The page, and what Next.js says of its cache. */
async function isr(url: string): Promise<{ cache: string | null; made: string }> {
  const answer = await fetch(`${url}/isr`);
  return { cache: answer.headers.get("x-nextjs-cache"), made: madeAt(await answer.text()) };
}

/** The form of the page as a browser without JavaScript sends it. */
async function formOf(url: string): Promise<FormData> {
  const html = await (await fetch(url)).text();
  const form = new FormData();
  for (const [, name = "", value = ""] of html.matchAll(/<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?/g))
    form.append(name, value.replaceAll("&quot;", '"'));
  form.append("name", "Ada");
  return form;
}

async function submit(form: FormData, url: string): Promise<{ status: number; location: string | null }> {
  const answer = await fetch(url, { method: "POST", body: form, headers: { origin: url }, redirect: "manual" });
  await answer.text();
  return { status: answer.status, location: answer.headers.get("location") };
}
