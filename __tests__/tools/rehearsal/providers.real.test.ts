import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { findProvider } from "../../../tools/rehearsal/providers";
import { requires } from "../../support/requires";

const folder = mkdtempSync(join(tmpdir(), "mmrv-providers-"));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => {
  vi.unstubAllEnvs();
});

describe("findProvider", () => {
  it(
    "gives Terraform's own reason, on one line, for a provider that cannot be had",
    requires("azurerm provider"),
    async () => {
      const found = await findProvider(folder, { source: "registry.invalid/mmrv/nothing", version: "1.0.0" });
      expect(found).toEqual({
        reason: expect.stringMatching(/^Failed to query available provider packages .*registry\.invalid[^\n]*$/),
      });
    },
  );

  it("says that Terraform is missing where it is", async () => {
    vi.stubEnv("PATH", folder);
    expect(await findProvider(folder, { source: "azurerm", version: "4.55.0" })).toEqual({
      reason: expect.stringMatching(/^terraform is not on the PATH; install/),
    });
  });
});
