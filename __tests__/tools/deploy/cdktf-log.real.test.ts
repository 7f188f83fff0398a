import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { cdktf } from "../../../tools/deploy/cdktf";
import { requires } from "../../support/requires";
import { standIn } from "../../support/stand-in";

const folder = mkdtempSync(join(tmpdir(), "mmrv-log-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("cdktf, told to say nothing to a terminal", requires("terraform", "cdktf"), () => {
  beforeAll(() => {
    symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
    const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
    write("package.json", "{}");
    write(
      "cdktf.json",
      `{"language": "typescript", "app": "node ${resolve("tools/load.mjs")} app.ts", "projectId": "x"}`,
    );
    write(
      "app.ts",
      `import { App, LocalBackend, TerraformStack } from "cdktf";
const app = new App();
const stack = new TerraformStack(app, "tiny");
new LocalBackend(stack, { path: "../../../tiny.tfstate" });
stack.addOverride("resource.terraform_data.it", { input: "x" });
app.synth();
`,
    );
    write(
      "deploy.ts",
      `import { cdktf } from ${JSON.stringify(resolve("tools/deploy/cdktf"))};
void cdktf(["deploy", "tiny", "--auto-approve", "--skip-provider-lock"]).then((code) => {
  process.exitCode = code;
});
`,
    );
  });

  it("writes lines into a log: no spinner, no escapes, and all that Terraform says", async () => {
    const { TF_CLI_CONFIG_FILE: _, ...environment } = process.env;
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [resolve("tools/load.mjs"), "deploy.ts"], {
      cwd: folder,
      env: { ...environment, HOME: folder, FORCE_COLOR: "1" },
    });
    // Control characters but for the ends of lines, and the spinner's frames.
    expect(stdout + stderr).not.toMatch(/[^\P{Cc}\n]|[\u2800-\u28ff]/u);
    expect(stdout).toMatch(/^tiny +Initializing the backend\.\.\.$/m);
    expect(stdout).toContain("terraform_data.it: Creation complete after 0s");
    expect(stdout).toContain("Apply complete! Resources: 1 added, 0 changed, 0 destroyed.");
  });
});

describe("how cdktf is started", () => {
  const bin = join(folder, "bin");
  const [before, isTTY] = [process.env["PATH"], process.stdout.isTTY];
  afterEach(() => {
    process.env["PATH"] = before;
    process.stdout.isTTY = isTTY;
    vi.unstubAllEnvs();
  });

  it.each([
    [
      "into a log plainly, whatever colours somebody forces",
      false,
      "--no-install cdktf diff it --no-color\ntrue 1 -\n",
    ],
    ["on a terminal as it likes", true, "--no-install cdktf diff it\n- - 1\n"],
  ])("%s", async (_, isTerminal, asked) => {
    standIn(bin, "terraform", `echo '{"terraform_version":"1.11.4"}'`);
    standIn(bin, "npx", `printf '%s\\n' "$*" "\${CI:--} \${NO_COLOR:--} \${FORCE_COLOR:--}" > ${folder}/asked; exit 3`);
    vi.stubEnv("NO_COLOR", undefined);
    vi.stubEnv("FORCE_COLOR", "1");
    process.stdout.isTTY = isTerminal;
    expect(await cdktf(["diff", "it"])).toBe(3);
    expect(readFileSync(join(folder, "asked"), "utf8")).toBe(asked);
  });
});
