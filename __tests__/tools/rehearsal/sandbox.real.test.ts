import { existsSync } from "node:fs";
import { afterEach, describe, expect, it, vi } from "vitest";
import { LocalAzure } from "../../../tools/azure-simulator/server";
import { createSandbox, proveItIsUs } from "../../../tools/rehearsal/sandbox";

const started: LocalAzure[] = [];
const start = async () => {
  const azure = await LocalAzure.start();
  started.push(azure);
  return azure;
};
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(started.splice(0).map((azure) => azure.stop()));
});

describe("the sandbox", () => {
  it("lets nothing of the caller's in but PATH", async () => {
    for (const name of ["ARM_CLIENT_SECRET", "AZURE_CONFIG_DIR", "HTTPS_PROXY", "TF_VAR_secret", "TF_LOG"])
      vi.stubEnv(name, "the caller's");
    const sandbox = await createSandbox(await start());
    expect(Object.values(sandbox.environment)).not.toContain("the caller's");
    expect(sandbox.environment).toMatchObject({
      ARM_USE_CLI: "false",
      ARM_USE_MSI: "false",
      HTTPS_PROXY: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    });
    await sandbox.remove();
    expect(existsSync(sandbox.folder)).toBe(false);
  });

  it("proves that Azure's metadata host is this process", async () => {
    const azure = await start();
    const sandbox = await createSandbox(azure);
    await expect(proveItIsUs(azure, sandbox)).resolves.toBeUndefined();
    await sandbox.remove();
  });

  it("applies nothing when somebody else answers, or nobody", async () => {
    const [ours, theirs] = [await start(), await start()];
    const sandbox = await createSandbox(theirs);
    await expect(proveItIsUs(ours, sandbox)).rejects.toThrow(/does not lead to this rehearsal .* nothing was applied/);
    await theirs.stop();
    await expect(proveItIsUs(theirs, sandbox)).rejects.toThrow(/nothing was applied/);
    await sandbox.remove();
  });
});
