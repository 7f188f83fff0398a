import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { awsFault } from "../../../tools/secrets/aws-errors";
import { jsonProperty } from "../../../tools/secrets/json-property";
import { SecretValue } from "../../../tools/secrets/secret-value";
import { vaultFault } from "../../../tools/secrets/vault-errors";
import { describeUnexpected } from "../../../tools/unexpected";

describe("a secret's value", () => {
  const value = new SecretValue("hush é");

  it("is shown by nothing that prints", () => {
    const shown = [
      `${value}`,
      JSON.stringify({ value }),
      inspect({ value }, { depth: 9, showHidden: true }),
      String(value),
    ];
    expect(shown.join()).not.toContain("hush");
    expect(Object.values({ ...value })).toEqual([]);
  });

  it("is measured in bytes and compared letter by letter", () => {
    expect([value.bytes, value.equals(new SecretValue("hush é")), value.equals(new SecretValue("Hush é"))]).toEqual([
      7,
      true,
      false,
    ]);
  });
});

describe("a key of a JSON secret", () => {
  const text =
    ' {"url":"a\\u0020b\\n","port" : 5432,"big":12345678901234567890, "price":1.50,"on":true,\n"list":[ 1,{"url":"no"} ],"inner":{"url":"no, }","x":[]}, "":"empty name","twice":1,"twice":2,"none":null,"mixed":"x","mixed":{ "k":"}" },"last":{"k":1},"last":[ 1, 2 ],"a\\"b":"quoted" } ';
  const of = (key: string) => jsonProperty(new SecretValue(text), key).reveal();

  it.each([
    ["url", "a b\n"],
    ["port", "5432"],
    ["big", "12345678901234567890"],
    ["price", "1.50"],
    ["on", "true"],
    ["list", '[ 1,{"url":"no"} ]'],
    ["inner", '{"url":"no, }","x":[]}'],
    ["", "empty name"],
    ["twice", "2"],
    ["mixed", '{ "k":"}" }'],
    ["last", "[ 1, 2 ]"],
    ['a"b', "quoted"],
  ])("%s is copied as it is written there", (key, expected) => {
    expect(of(key)).toBe(expected);
  });

  it.each([
    ["x", /^there is no key x in it; keys are compared/],
    ["none", /^its key none is null; null is no value/],
    ["toString", /^there is no key toString in it/],
    ["__proto__", /^there is no key __proto__ in it/],
  ])("%s is refused, and nothing of the secret is said", (key, said) => {
    expect(() => of(key)).toThrow(said);
  });

  it.each(["[1]", '"text"', "5", "null", "{", ""])("is not looked for in %s", (other) => {
    expect(() => jsonProperty(new SecretValue(other), "x")).toThrow("its text is no JSON object");
  });
});

describe("an error", () => {
  const source = { from: "parameterStore", name: "/mmrv/x", to: "x" } as const;
  const laden = (parts: object) => Object.assign(new Error("hush"), { request: "hush", $response: "hush" }, parts);

  it.each([
    [
      { name: "ThrottlingException", $metadata: { httpStatusCode: 400 } },
      "AWS throttles after every try (ThrottlingException)",
    ],
    [{ name: "TimeoutError" }, "the connection to AWS broke in every try (TimeoutError)"],
    [{ name: "Error", code: "ENOTFOUND" }, "the connection to AWS broke in every try (ENOTFOUND)"],
    [
      { name: "KMSDisabledException", $metadata: { httpStatusCode: 400 } },
      "AWS cannot decrypt it (KMSDisabledException)",
    ],
    [{ name: "hush", $metadata: { httpStatusCode: 400 } }, "AWS refused (400)"],
    [{ name: "hush" }, "an unexpected error at parts.test.ts:"],
  ])("of AWS is told in our words: %j", (parts, said) => {
    const { message } = awsFault(laden(parts), source, "us-east-1");
    expect([message.startsWith(said), message.includes("hush")]).toEqual([true, false]);
  });

  it.each([
    [{ name: "RestError", code: "ECONNRESET" }, "the connection to kv broke in every try (ECONNRESET)"],
    [{ name: "AbortError" }, "the connection to kv broke in every try (AbortError)"],
    [{ code: "ENOTFOUND" }, "the name kv.vault.azure.net leads nowhere"],
    [{ name: "RestError", code: "Conflict", statusCode: 409 }, "Key Vault refused (409 Conflict)"],
    [{ name: "RestError", code: "InternalError", statusCode: 500 }, "Key Vault failed in every try (500)"],
    [{ name: "RestError", statusCode: 502 }, "502 from kv, and not in Key Vault's words; a proxy"],
    [{ name: "RestError", code: "hush", statusCode: 400 }, "Key Vault refused (400)"],
    [{ name: "TypeError", code: "hush" }, "an unexpected TypeError at parts.test.ts:"],
  ])("of Key Vault is told in our words: %j", (parts, said) => {
    const { message } = vaultFault(laden(parts), { vault: "kv", name: "x" });
    expect([message.startsWith(said), message.includes("hush")]).toEqual([true, false]);
  });

  it("of no kind at all is told too", () => {
    for (const error of [undefined, null, "hush", { stack: 7, name: 7 }])
      expect(describeUnexpected(error)).toMatch(/^an unexpected error; its message is not shown/);
  });
});
