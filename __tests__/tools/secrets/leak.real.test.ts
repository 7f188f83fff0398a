import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SecretSource } from "../../../model/schema/aws";
import { requires } from "../../support/requires";
import { type Outcome, SecretsStage, VAULTS } from "../../support/secrets-stage";

/** Makes Azure's and AWS's SDKs throw what nobody expects, with the value wherever an error has room for it. */
const PRELOAD = `
const { SecretClient } = require("@azure/keyvault-secrets");
const { SecretsManagerClient } = require("@aws-sdk/client-secrets-manager");
const laden = (value, name, statusCode) => Object.assign(new Error("boom " + value), {
  name, code: value, statusCode, request: { body: value }, response: { bodyAsText: value, headers: new Map() }, cause: new Error(value),
});
const { setSecret } = SecretClient.prototype;
SecretClient.prototype.setSecret = function (name, value, ...rest) {
  if (name === "thrown") throw laden(value, "TypeError");
  if (name === "refused") throw laden(value, "RestError", 400);
  if (name === "crashed") return new Promise(() => setTimeout(() => { throw laden(value, value); }, 1500));
  return setSecret.call(this, name, value, ...rest);
};
const { send } = SecretsManagerClient.prototype;
SecretsManagerClient.prototype.send = async function (command, ...rest) {
  const answer = await send.call(this, command, ...rest);
  if (command.input.SecretId === "mmrv/aws-thrown") throw laden(answer.SecretString, "Error");
  return answer;
};
`;

describe("no value of a secret", requires("moto_server"), () => {
  let stage: SecretsStage;
  const values: string[] = [];
  const outcomes: Record<string, Outcome> = {};
  /** A value that nothing else contains, and that is remembered. */
  const value = () => {
    values.push(`leak-${randomUUID()}`);
    return values.at(-1) ?? "";
  };
  const backend: SecretSource[] = [];
  const secret = async (to: string, content: string | Uint8Array, key?: string) => {
    await stage.secret(`mmrv/${to}`, content);
    backend.push({ from: "secretsManager", name: `mmrv/${to}`, to, ...(key && { key }) });
  };

  beforeAll(async () => {
    stage = await SecretsStage.start();
    const { azure } = stage;
    for (const to of ["whole", "dropped", "failing", "throttled", "thrown", "refused", "aws-thrown"])
      await secret(to, value());
    await secret("by-key", JSON.stringify({ url: value(), "quoted\n": `"${value()}"` }), "url");
    await secret("no-key", JSON.stringify({ url: value() }), "user");
    await secret("no-json", `{"broken": "${value()}`, "broken");
    await secret("binary", Buffer.from(value()));
    await secret("too-large", value().repeat(1_000));
    await secret("deleted", value());
    await secret("newer", value());
    await secret("disabled", value());
    for (const [name, type] of [
      ["secure", "SecureString"],
      ["plain", "String"],
    ] as const) {
      await stage.parameter(`/mmrv/${name}`, value(), type);
      backend.push({ from: "parameterStore", name: `/mmrv/${name}`, to: name });
    }
    const vault = stage.vault("backend");
    azure.secrets.now = () => Math.floor(Date.now() / 1_000) + 3_600;
    await vault.setSecret("newer", value());
    await vault.setSecret("disabled", value(), { enabled: false });
    await vault.setSecret("deleted", value());
    await vault.beginDeleteSecret("deleted");
    const at = (name: string) => `${VAULTS.backend}.vault.azure.net/secrets/${name}`;
    azure.faults.add({ kind: "drop", method: "PUT", path: at("dropped"), times: 2 });
    azure.faults.add({ kind: "500", method: "PUT", path: at("failing"), times: 1 });
    azure.faults.add({ kind: "429", method: "PUT", path: at("throttled"), times: 6 });
    stage.configure({ backend });
    writeFileSync(join(stage.folder, "preload.cjs"), PRELOAD);
    const env = { AZURE_LOG_LEVEL: "verbose", NODE_OPTIONS: "--require ./preload.cjs" };
    outcomes["plan"] = await stage.run("plan", [], env);
    outcomes["copy"] = await stage.run("copy", [], env);
    outcomes["force"] = await stage.run("copy", ["--force"], env);
    outcomes["verify"] = await stage.run("verify", [], env);
    await secret("crashed", value());
    stage.configure({ backend });
    outcomes["crash"] = await stage.run("copy", [], env);
  });
  afterAll(() => stage?.stop());

  it("is missed by a search that cannot find any: each path was taken, and the SDK was talkative", () => {
    const said = (name: string) => `${outcomes[name]?.stdout}${outcomes[name]?.stderr}`;
    for (const text of [
      "not copied: an unexpected TypeError at preload.cjs:",
      "not copied: Key Vault refused (400); nothing that this command knows",
      "backend/aws-thrown (Secrets Manager mmrv/aws-thrown): not copied: an unexpected Error at preload.cjs:",
      "it is binary",
      "its text is no JSON object",
      "it is disabled",
      "it is deleted in",
      "it is 41000 bytes",
      "it is a String",
      "Key Vault throttles after every try",
      "backend/dropped (Secrets Manager mmrv/dropped): created",
    ])
      expect(said("copy")).toContain(text);
    expect(said("copy")).toContain("azure:");
    expect(said("force")).toMatch(/^backend\/newer .*: overwritten: /m);
    expect(said("verify")).toMatch(/^backend\/whole .*: equal$/m);
    expect(outcomes["crash"]).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^an unexpected error at preload\.cjs:\d+; its message is not shown/m),
    });
    expect(values.length).toBeGreaterThan(20);
  });

  it("is printed by any command, not in any spelling", () => {
    for (const [name, { stdout, stderr }] of Object.entries(outcomes))
      for (const needle of values.flatMap(spellings))
        expect([name, stdout.includes(needle) || stderr.includes(needle)]).toEqual([name, false]);
  });

  it("is left in any file", () => {
    const files = [...filesIn(stage.folder), ...filesIn(stage.sandbox.folder)];
    expect(files.length).toBeGreaterThan(100);
    const found = files.filter((file) => {
      const content = readFileSync(file, "latin1");
      return values.flatMap(spellings).some((needle) => content.includes(needle));
    });
    expect(found).toEqual([]);
  });

  it("is found by the search when it is there", () => {
    const [first = ""] = values;
    const [, base64 = ""] = spellings(first);
    expect(Buffer.from(base64, "base64").toString()).toContain(first.slice(3, -3));
  });
});

/** As it is, and in the middle of something that was encoded to base64, wherever in it it begins. */
function spellings(value: string): string[] {
  const inBase64 = [0, 1, 2].map((offset) =>
    Buffer.from(`${"x".repeat(offset)}${value}`)
      .toString("base64")
      .slice(offset === 0 ? 0 : 4, -4),
  );
  return [value, ...inBase64];
}

/** Every file below a folder, but what is only linked there. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesIn(path) : entry.isFile() ? [path] : [];
  });
}
