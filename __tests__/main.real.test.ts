import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { copyProject } from "./support/project-copy";

const execute = promisify(execFile);

/** A copy of the program in a folder of its own, so that tests side by side do not share cdktf.out. */
let folder = "";
beforeAll(() => {
  folder = copyProject();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A hash of every synthesized stack. */
function fingerprint(): string {
  const stacks = join(folder, "cdktf.out", "stacks");
  const files = readdirSync(stacks)
    .sort()
    .map((stack) => readFileSync(join(stacks, stack, "cdk.tf.json"), "utf8"));
  rmSync(join(folder, "cdktf.out"), { recursive: true });
  return createHash("sha256").update(files.join()).digest("hex");
}

async function synthDirectly(environment: Record<string, string> = {}, before: string[] = []): Promise<string> {
  await execute(process.execPath, [...before, "tools/load.mjs", "main.ts"], {
    cwd: folder,
    env: { ...process.env, ...environment },
  });
  return fingerprint();
}

/** Moves the clock of the process by four years. */
const LATER =
  "const Now = Date.now.bind(Date); const D = Date; globalThis.Date = class extends D { constructor(...a) { super(...(a.length ? a : [Now() + 126e9])); } static now() { return Now() + 126e9; } };";

describe("synthesis", () => {
  it("gives the same bytes in another process, time zone and year", async () => {
    const here = await synthDirectly();
    expect(await synthDirectly({ TZ: "Pacific/Kiritimati", LANG: "es_EC.UTF-8" })).toBe(here);
    expect(
      await synthDirectly({ TZ: "America/Guayaquil" }, [
        "--import",
        `data:text/javascript,${encodeURIComponent(LATER)}`,
      ]),
    ).toBe(here);
  });

  it("gives the same bytes through the cdktf CLI", async () => {
    const here = await synthDirectly();
    await execute("npx", ["--no-install", "cdktf", "synth"], {
      cwd: folder,
      env: { ...process.env, CHECKPOINT_DISABLE: "1" },
    });
    expect(fingerprint()).toBe(here);
  });

  it("ends with exit code 1, every fault and no stack trace when an environment is bad, and writes nothing", async () => {
    const file = join(folder, "environments", "staging.ts");
    const good = readFileSync(file, "utf8");
    writeFileSync(
      file,
      good.replace('pods: "10.128.0.0/16"', 'pods: "10.40.0.0/16"').replace('version: "1.35"', 'version: "1.35.1"'),
    );
    const failure = await execute(process.execPath, ["tools/load.mjs", "main.ts"], { cwd: folder }).catch(
      (error) => error,
    );
    writeFileSync(file, good);
    expect(failure.code).toBe(1);
    expect(failure.stderr).toBe(
      `environments/: 2 issues, nothing was touched
  staging.addressPlan.pods: got "10.40.0.0/16", must be apart from addressPlan.network 10.40.0.0/16 (a packet has one destination)
  staging.kubernetes.version: got "1.35.1", must be 1.35 (the channel installs patches; a pinned one would be planned back)
`,
    );
    expect(readdirSync(folder)).not.toContain("cdktf.out");
  });
});
