import { describe, expect, it } from "vitest";
import type { Environment } from "../../model/environment";
import { runnerHosts } from "../../model/runner-hosts";
import { ThirdParty } from "../../model/third-party";
import { thirdParty } from "../support/fixtures/environments/all";
import { production } from "../support/fixtures/environments/production";
import { staging } from "../support/fixtures/environments/staging";
import { issuesOf } from "../support/issues";
import { ownDomains } from "../support/own-domains";

const withPush = (environment: Environment, aws: Partial<Environment["aws"]>): Environment => ({
  ...environment,
  aws: { ...environment.aws, ...aws },
});

describe("a promotion", () => {
  it("comes from an environment that builds", () => {
    expect(issuesOf([staging, { ...production, images: { from: "promotion", of: "stagin" } }])).toEqual([
      'production.images.of: got "stagin", must be an environment that builds, staging (images are promoted once, from where they were built) (did you mean staging?)',
    ]);
    expect(issuesOf([production])).toEqual([
      'production.images.of: got "staging", must be an environment that builds, and there is none (images are promoted once, from where they were built)',
    ]);
  });
});

describe("a push to ECR", () => {
  it("needs a pipeline that builds", () => {
    expect(issuesOf([staging, withPush(production, { imagePush: "existingProvider" })])).toEqual([
      'production.aws.imagePush: got "existingProvider", must be none with images.from promotion (no pipeline builds here)',
    ]);
  });

  it("needs a repository", () => {
    expect(issuesOf([withPush(staging, { ecr: {} })])).toEqual([
      'staging.aws.imagePush: got "ownProvider", must be none, or aws.ecr must name a repository (there is nothing to push to)',
    ]);
  });

  it("makes the account's one provider for GitHub once", () => {
    const second = { ...withPush(staging, {}), name: "test", code: "tst", domains: ownDomains(staging, "test") };
    expect(issuesOf([staging, second])).toEqual([
      'test.aws.imagePush: got "ownProvider", must be existingProvider (staging makes the provider for GitHub in the same AWS account, which has one)',
    ]);
    expect(issuesOf([staging, withPush(second, { imagePush: "existingProvider" })])).toEqual([]);
  });
});

describe("what a runner behind a firewall reaches", () => {
  it("is AWS with what is copied from there, the registries of others, and where images are promoted from", () => {
    const hosts = runnerHosts(production, new ThirdParty(thirdParty));
    expect(hosts).toEqual(
      expect.arrayContaining([
        "ssm.us-east-1.amazonaws.com",
        "prod-us-east-1-starport-layer-bucket.s3.us-east-1.amazonaws.com",
        // Also when nodes take copies: the copies have to come from somewhere.
        "auth.docker.io",
        "*.azurecr.io",
      ]),
    );
    expect(runnerHosts(staging, new ThirdParty(thirdParty))).not.toContain("*.azurecr.io");
  });
});

it.each([
  ["a name with its host", "123456789012.dkr.ecr.us-east-1.amazonaws.com/Backend"],
  ["capitals", "Backend"],
])("an ECR repository is not %s", (_, repository) => {
  expect(issuesOf([withPush(staging, { ecr: { backend: { repository, newest: 5 } } })])).toEqual([
    expect.stringContaining("must be the name of an ECR repository, without its host"),
  ]);
});
