import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { LocalAzure } from "../../../tools/azure-simulator/server";
import { resourceIds } from "../../../tools/deploy/resource-ids";
import { createSandbox, REHEARSAL_SUBSCRIPTION, type Sandbox } from "../../../tools/rehearsal/sandbox";
import type { StackJson } from "../../../tools/terraform/stack-json";
import { acquire, blobClient, seedAccount } from "../../support/blob-account";
import { copyProject } from "../../support/project-copy";
import { COPY, lockNote, STATES } from "../../support/state-fixture";

const STACK = "staging-infra";
const BLOB = `/staging/${STACK}.tfstate`;
const HOST = `${STATES}.blob.core.windows.net`;
const HOLDER = "5f1c0d4e-0000-4000-8000-00000000000d";

let azure: LocalAzure;
let sandbox: Sandbox;
let folder: string;
let states: ReturnType<typeof blobClient>;
let copies: ReturnType<typeof blobClient>;
beforeAll(async () => {
  azure = await LocalAzure.start();
  sandbox = await createSandbox(azure);
  for (const container of ["bootstrap", "staging", "production"])
    seedAccount(azure.arm.store, { account: STATES, container });
  seedAccount(azure.arm.store, { account: COPY, container: "states", retention: { days: 30, state: "Unlocked" } });
  states = blobClient(azure.blobs, STATES);
  copies = blobClient(azure.blobs, COPY);
  folder = copyProject();
  const file = join(folder, "cdktf.json");
  const settings = JSON.parse(readFileSync(file, "utf8"));
  writeFileSync(file, JSON.stringify({ ...settings, context: { ...settings.context, state: { type: "azurerm" } } }));
});
afterAll(async () => {
  await azure.stop();
  await sandbox.remove();
  rmSync(folder, { recursive: true });
});

/** A state of the very stack, with the first resources that it has. */
const ids = [
  ...resourceIds(
    JSON.parse(readFileSync(`__tests__/stacks/__snapshots__/${STACK}.json`, "utf8")) as StackJson,
    REHEARSAL_SUBSCRIPTION,
  ),
];
function state(resources: number, serial: number): string {
  const all = ids.slice(0, resources).map(([address, id]) => {
    const [type, name] = address.split(".");
    return { mode: "managed", type, name, instances: [{ attributes: { id } }] };
  });
  return JSON.stringify({ version: 4, serial, lineage: "ours", resources: all });
}

let older = "";
let newer = "";
let shift = 0;
beforeEach(() => {
  azure.onRequest = () => {};
  // Whatever a killed command held has ended.
  shift += 120_000;
  azure.blobs.now = () => Date.now() + shift;
  older = states("PUT", BLOB, {}, state(9, 4)).headers["x-ms-version-id"] ?? "";
  newer = states("PUT", BLOB, {}, state(0, 5)).headers["x-ms-version-id"] ?? "";
});
const serialOf = (content: string) => (JSON.parse(content) as { serial: number }).serial;

/** `mmrv state …` as a user types it, in a process of its own. */
async function mmrv(args: readonly string[], watch: (child: ChildProcess) => void = () => {}) {
  const child = spawn("node", ["tools/cli/mmrv.mjs", "state", ...args], {
    cwd: folder,
    env: { ...process.env, ...sandbox.environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  watch(child);
  const end = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  const [code, stdout, stderr] = await Promise.all([end, text(child.stdout), text(child.stderr)]);
  return { code, stdout, stderr };
}

describe("the ways back to a state, as somebody types them", () => {
  it("list, restore and read back, with the login of whoever types", async () => {
    const listed = await mmrv(["list", STACK, "--json"]);
    expect(listed).toMatchObject({ code: 0, stderr: "" });
    const [first, second] = JSON.parse(listed.stdout).versions;
    expect([first, second]).toMatchObject([
      { version: newer, isCurrent: true, serial: 5, resources: 0 },
      { version: older, isCurrent: false, serial: 4, resources: 9 },
    ]);
    expect(await mmrv(["restore", STACK, "--version", older, "--auto-approve"])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("read back: serial 6 is the state of staging-infra"),
      stderr: "",
    });
    expect(states("GET", BLOB).text).toBe(state(9, 6));
  });

  it("refuse in a sentence, without a terminal too, and touch nothing", async () => {
    expect(await mmrv(["restore", STACK, "--version", older])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("nobody can be asked here"),
    });
    const theirs = state(9, 4).replaceAll("rg-mmrv-staging", "rg-mmrv-production");
    const foreign = states("PUT", BLOB, {}, theirs).headers["x-ms-version-id"] ?? "";
    states("PUT", BLOB, {}, state(9, 7));
    const { code, stderr } = await mmrv(["restore", STACK, "--version", foreign, "--auto-approve"]);
    expect([code, stderr.split("\n")[0]]).toEqual([
      1,
      `${STACK}: version ${foreign} is a state of something else; nothing was touched`,
    ]);
    expect(stderr).not.toMatch(/^ +at /m);
    expect(states("GET", BLOB).text).toBe(state(9, 7));
  });

  it("break a lease, after saying whose it is", async () => {
    states("PUT", `${BLOB}?comp=lease`, acquire(HOLDER));
    const noted = { "x-ms-lease-id": HOLDER, "x-ms-meta-terraformlockid": lockNote(HOLDER) };
    states("PUT", `${BLOB}?comp=metadata`, noted);
    expect(await mmrv(["unlock", STACK, "--auto-approve"])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("OperationTypeApply by runner@host since 2026-12-01T12:00:00Z"),
    });
    expect(states("HEAD", BLOB).headers).toMatchObject({ "x-ms-lease-status": "unlocked" });
  });

  it("copy every state to where nobody deletes it", async () => {
    expect(await mmrv(["copy", "--json"])).toMatchObject({
      code: 0,
      stderr: "1 of 1 states are copied\n",
      stdout: expect.stringContaining('"is": "copied"'),
    });
    expect(copies("GET", `/states/${STACK}.tfstate`).text).toBe(state(0, 5));
    const { stdout } = await mmrv(["list", STACK, "--from", "copy", "--json"]);
    expect(JSON.parse(stdout).versions).toMatchObject([{ serial: 5, isCurrent: true }]);
  });
});

describe("a restore that is killed", () => {
  // It reads the version and the state, takes the lease, writes, gives the lease back, and reads.
  it.each([1, 2, 3, 4, 5, 6])(
    "at its request number %i leaves the old state or the new one, and both as versions",
    async (at) => {
      let seen = 0;
      const { code } = await mmrv(["restore", STACK, "--version", older, "--auto-approve"], (child) => {
        azure.onRequest = (_, path) => {
          if (path.startsWith(HOST) && ++seen === at) child.kill("SIGKILL");
        };
      });
      azure.onRequest = () => {};
      expect([code, seen >= at]).toEqual([null, true]);
      const left = states("GET", BLOB).text;
      expect([state(0, 5), state(9, 6)]).toContain(left);
      for (const [version, content] of [
        [older, state(9, 4)],
        [newer, state(0, 5)],
      ])
        expect(states("GET", `${BLOB}?versionid=${version}`).text).toBe(content);
      // Nobody is held up for longer than its lease takes.
      shift += 61_000;
      const again = await mmrv(["restore", STACK, "--version", older, "--auto-approve"]);
      expect(again).toMatchObject({ code: 0, stderr: "" });
      expect(states("GET", BLOB).text).toBe(state(9, serialOf(left) + 1));
    },
  );
});
