import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PodBench } from "../support/pod-bench";
import { deployment } from "../support/pod-fixture";
import type { PodOptions } from "../support/pod-process";
import { requires } from "../support/requires";

/** What a process finds around it; printed, then served so that probes pass. */
const LOOK_AROUND = `
const { readFileSync, writeFileSync } = require("node:fs");
const attempt = (action) => { try { action(); return "ok"; } catch ({ code }) { return code; } };
const write = (path, bytes = 1) => attempt(() => writeFileSync(path, Buffer.alloc(bytes)));
console.log(JSON.stringify({
  ids: [process.pid, process.getuid(), process.getgid(), process.getgroups()],
  root: write("/file"), app: write("/app/file"), system: write("/usr/bin/file"),
  small: write("/tmp/small"), large: write("/tmp/large", 2 ** 21),
  secret: readFileSync("/mnt/secrets/token", "utf8"), secretWrite: write("/mnt/secrets/token"),
  environment: { ...process.env, PORT: "" },
}));
require("node:http").createServer((request, response) => response.end()).listen(process.env.PORT);
`;
/** Node.js leaves SIGTERM to the kernel, which keeps it from process 1 unless there is a handler. */
const DEAF = `require("node:http").createServer((request, response) => response.end()).listen(process.env.PORT)`;
/** The shutdown that most examples show. */
const PATIENT = `
const server = require("node:http").createServer((request, response) => setTimeout(() => response.end(), 500));
server.keepAliveTimeout = 55_000;
process.once("SIGTERM", () => server.close(() => process.exit(0)));
server.listen(process.env.PORT);
`;

describe("a process in a pod's place", requires("pod sandbox"), () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "mmrv-image-"));
    // Images are for everybody to read.
    chmodSync(folder, 0o755);
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const bench = new PodBench();
  const pod = (script: string, startupFailures?: number): PodOptions => ({
    image: {
      folder,
      workdir: "/app",
      user: "10001:10001",
      environment: { FROM_IMAGE: "1", BOTH: "image" },
      command: [],
    },
    secrets: { token: "a secret" },
    deployment: deployment({
      name: "pod",
      port: 8080,
      health: { live: "/", ready: "/" },
      env: { BOTH: "pod" },
      volumes: { "/tmp": "1Mi" },
      command: ["node", "-e", script],
      preStopSeconds: 1,
      graceSeconds: 4,
      startupFailures,
    }),
  });

  it("has the pod's ids, files and variables, and nothing of this machine's", async () => {
    const process = await bench.start(pod(LOOK_AROUND));
    await process.untilReady();
    expect(JSON.parse(process.output)).toEqual({
      ids: [1, 10001, 10001, [10001]],
      root: "EROFS",
      app: "EROFS",
      system: "EROFS",
      small: "ok",
      large: "ENOSPC",
      secret: "a secret",
      secretWrite: "EROFS",
      environment: {
        HOSTNAME: expect.stringMatching(/^pod-/),
        FROM_IMAGE: "1",
        BOTH: "pod",
        PATH: expect.any(String),
        PORT: "",
      },
    });
  });

  it("is killed at the end of the grace period when it does not hear SIGTERM", async () => {
    const process = await bench.start(pod(DEAF));
    await process.untilReady();
    const { code, secondsAfterSigterm } = await process.delete();
    expect(code).toBe(137);
    // 4 of grace, of which preStop had 1; a busy machine kills later, never earlier.
    expect(secondsAfterSigterm).toBeGreaterThan(2.9);
  });

  it("is killed, too, when it waits for a connection that a client keeps", async () => {
    const { endings } = await bench.rollUnderLoad(pod(PATIENT), "/", "/");
    expect(endings.map(({ code }) => code)).toEqual([137, 137]);
  });

  it("is not ready, and says why, when its startup probe has failed for too long", async () => {
    const process = await bench.start(pod(`setInterval(() => {}, 1000)`, 3));
    await expect(process.untilReady()).rejects.toThrow(/its startup probe failed/);
  });
});
