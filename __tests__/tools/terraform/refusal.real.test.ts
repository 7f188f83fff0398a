import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openStack } from "../../../tools/deploy/open-stack";
import { requires } from "../../support/requires";
import { data, lay, terraformIn } from "../../support/small-stack";

describe("the real Terraform", requires("terraform"), () => {
  const home = mkdtempSync(join(tmpdir(), "mmrv-refusal-"));
  afterAll(() => rmSync(home, { recursive: true }));

  /** A port that nobody listens on. */
  const closed = () =>
    new Promise<number>((resolve) => {
      const server = createServer().listen(0, "127.0.0.1", () => {
        const { port } = server.address() as { port: number };
        server.close(() => resolve(port));
      });
    });

  it("whose registry cannot be reached is told as that", async () => {
    const folder = join(home, "stack");
    const configuration = join(home, "terraform.rc");
    writeFileSync(configuration, "provider_installation {\n  direct {}\n}\n");
    lay(folder, { ...data("x"), terraform: { required_providers: { it: { source: "hashicorp/azurerm" } } } });
    const environment = { HTTPS_PROXY: `http://127.0.0.1:${await closed()}`, TF_CLI_CONFIG_FILE: configuration };
    await expect(openStack("it", folder, { at: terraformIn(home, environment) })).rejects.toThrow(
      "it: Terraform's provider registry cannot be reached, so nothing can be planned; nothing was touched\n  next: is there a network, and does HTTPS_PROXY lead out of it? Where a mirror stands in for the registry, TF_CLI_CONFIG_FILE names its configuration; then run it again\n  Terraform said: Error: Failed to query available provider packages ",
    );
  });
});
