import { describe, expect, it } from "vitest";
import { isSecretName, whySecret } from "../../../../tools/import/task/secret-looking";
import { convertJson } from "../../../support/import/ecs";

describe("a variable's name", () => {
  it.each([
    ...["PGPASSWORD", "DBPASSWORD", "MAILPASS", "PGPASS", "STRIPESECRET", "DBPWD", "AUTHTOKEN", "SIGNINGKEY"],
    ...["dbPassword", "SESSION_COOKIE", "COOKIE", "DB_PASS", "SECRET_NAME", "apiKey"],
  ])("says a secret: %s", (name) => {
    expect(isSecretName(name)).toBe(true);
  });

  it.each(["BYPASS", "COMPASS", "PASSENGERS", "COOKIE_NAME", "TOKEN_TTL", "PUBLIC_KEY", "KEYCLOAK_ADMIN", "KEYS_PATH"])(
    "says none: %s",
    (name) => {
      expect(isSecretName(name)).toBe(false);
    },
  );
});

describe("a variable's value", () => {
  it.each([
    ["HOOK", "https://hooks.slack.com/services/T000/B000/abcd", "its value looks like a webhook of Slack"],
    ["SETTINGS", '{"password":"hunter2"}', "its value looks like a password in JSON"],
    ["PGPASSWORD", "hunter2", "its name says so"],
    ["BYPASS", "hunter2", undefined],
    ["PGPASSWORD", "true", undefined],
  ])("of %s, %s: %s", (name, value, why) => {
    expect(whySecret(name, value)).toBe(why);
  });
});

it("what looks like a secret is no plain variable until somebody says so", () => {
  const environment = ["PGPASSWORD", "MAILPASS", "STRIPESECRET"].map((name) => ({ name, value: "swordfish99" }));
  const { draft, ids } = convertJson(
    { family: "shop", containerDefinitions: [{ name: "app", image: "x:1", command: ["work"], environment }] },
    "file.json",
  );
  expect(ids).toEqual(expect.arrayContaining(["env:MAILPASS", "env:PGPASSWORD", "env:STRIPESECRET"]));
  expect(draft.values.env).toBeUndefined();
});
