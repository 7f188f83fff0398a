import { describe, expect, it } from "vitest";
import { splitBuildArguments } from "../../../../tools/import/amplify/build-arguments";
import { kindOf } from "../../../../tools/import/amplify/classify";

describe("a variable", () => {
  it.each([
    ["NEXT_PUBLIC_API_URL", "https://api.example.com", "public"],
    ["NEXT_PUBLIC_STRIPE_KEY", "pk_live_x", "public"],
    ["NEXT_PUBLIC_SENTRY_DSN", "https://abc@o1.example.com/1", "public"],
    ["NEXT_PUBLIC_STRIPE_KEY", "sk_live_x", "refused"],
    ["NEXT_PUBLIC_CLIENT_SECRET", undefined, "refused"],
    ["NEXT_PUBLIC_DB", "postgres://a:b@c.example.com/d", "refused"],
    ["NEXTAUTH_SECRET", undefined, "secret"],
    ["GITHUB_TOKEN", "x", "secret"],
    ["DOTENV_PRIVATE_KEY", "x", "secret"],
    ["SENTRY_DSN", "x", "secret"],
    ["CACHE", "redis://:pass@cache.example.com:6379", "secret"],
    ["CACHE", "redis://user:pass@cache.example.com:6379", "secret"],
    ["ANYTHING", "-----BEGIN PRIVATE KEY-----", "secret"],
    ["NEXTAUTH_URL", undefined, "plain"],
    ["APP_AWS_REGION", undefined, "plain"],
    ["ERROR_TOPIC_ARN", undefined, "plain"],
    ["API_TIMEOUT_MS", "30000", "plain"],
    ["API_URL", "https://api.example.com/v1/graphql", "plain"],
    ["DB_HOST", "db.example.com:5432", "plain"],
    ["FLAG", "", "plain"],
    ["DB_HOST", undefined, "unknown"],
    ["DB_PASSWD", "12345678", "unknown"],
    ["SLACK", "https://hooks.example.com/services/T00/B00/x", "unknown"],
    ["TITLE", "Shop of all", "unknown"],
  ] as const)("%s, being %j, is %s", (name, value, kind) => {
    expect(kindOf(name, value)).toBe(kind);
  });
});

describe("build arguments of several environments", () => {
  it("that differ are not in the one image", () => {
    const staging = [
      { name: "NEXT_PUBLIC_API", value: "https://api.staging.example.com" },
      { name: "NEXT_PUBLIC_NAME", value: "Shop" },
      { name: "NEXT_PUBLIC_DEBUG", value: "1" },
    ];
    const production = [
      { name: "NEXT_PUBLIC_API", value: "https://api.example.com" },
      { name: "NEXT_PUBLIC_NAME", value: "Shop" },
    ];
    expect(splitBuildArguments([staging, production])).toEqual({
      shared: [{ name: "NEXT_PUBLIC_NAME", value: "Shop" }],
      differing: ["NEXT_PUBLIC_API", "NEXT_PUBLIC_DEBUG"],
    });
  });
});
