import { describe, expect, it } from "vitest";
import type { Environment } from "../../model/environment";
import { describeIssue } from "../../model/rules/issue";
import { collidingSecrets } from "../../model/rules/secrets";
import type { SecretSource } from "../../model/schema/aws";
import { staging } from "../support/fixtures/environments/staging";

const issues = (secrets: Partial<Environment["aws"]["secrets"]>) =>
  collidingSecrets({
    ...staging,
    aws: { ...staging.aws, secrets: { backend: [], frontend: [], ...secrets } },
  }).map((issue) => describeIssue("staging.", issue));

const url: SecretSource = { from: "secretsManager", name: "mmrv/database", key: "url", to: "database-url" };
const other: SecretSource = { from: "parameterStore", name: "/mmrv/url", to: "Database-URL" };

describe("two sources of one application", () => {
  it("go under two names, compared without case", () => {
    expect(issues({ backend: [{ ...url, to: "first" }, url, other] })).toEqual([
      'staging.aws.secrets.backend.2.to: got "Database-URL", must be another name than that of aws.secrets.backend.1 (Key Vault compares names without case, and Parameter Store /mmrv/url would overwrite Secrets Manager mmrv/database, key url)',
    ]);
  });

  it("are each told, when there are more than two", () => {
    expect(issues({ frontend: [url, url, other] })).toEqual([
      expect.stringContaining("staging.aws.secrets.frontend.1.to: "),
      expect.stringContaining("staging.aws.secrets.frontend.2.to: "),
    ]);
  });

  it("may be one secret of AWS under two names", () => {
    expect(issues({ backend: [url, { ...url, to: "database" }] })).toEqual([]);
  });
});

it("the two applications may have the same name: each has a vault of its own", () => {
  expect(issues({ backend: [url], frontend: [other] })).toEqual([]);
});
