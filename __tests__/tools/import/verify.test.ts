import { describe, expect, it } from "vitest";
import { differences, drifts, settingsDrifts } from "../../../tools/import/verify";

const MEANT = {
  port: 3000,
  env: { A: "1", B: "2" },
  secrets: [{ name: "database-url", env: "DATABASE_URL" }],
  probes: { liveness: { path: "/healthz" } },
  consumers: { worker: { args: ["a"], replicas: 1 } },
};
const told = (other: object) => differences(MEANT, other, "the release").map(({ is, path }) => `${path} ${is}`);

describe("a release", () => {
  it("is as it was meant, whatever else the chart and the stack say", () => {
    expect(told({ ...MEANT, gateway: { name: "g" }, replicas: 3 })).toEqual([]);
  });

  it("differs by name: what is missing, what is another, what nobody meant", () => {
    const other = {
      port: 3001,
      env: { A: "9", C: "3" },
      secrets: [{ name: "database-url", env: "URL" }, { name: "more" }],
      probes: { liveness: { path: "/" }, readiness: { path: "/" } },
      consumers: { worker: { args: ["b", "c"], replicas: 1 }, other: { args: ["x"] } },
    };
    expect(told(other)).toEqual([
      "port is 3001 and not 3000 in the release",
      "env.A is another value in the release",
      "env.B is missing in the release",
      "secrets.database-url is URL and not DATABASE_URL in the release",
      "probes.liveness.path is / and not /healthz in the release",
      'consumers.worker.args is ["b","c"] and not ["a"] in the release',
      "env.C is in the release, and the import did not mean it",
      "secrets.more is in the release, and the import did not mean it",
      "consumers.other.args is in the release, and the import did not mean it",
    ]);
  });
});

describe("AWS", () => {
  it("has drifted by whatever is new there, too", () => {
    const now = { ...MEANT, command: ["sh"], workingDir: "/app", migration: { args: ["m"] }, autoscaling: {} };
    expect(drifts(MEANT, now, "AWS now").map(({ is, path }) => `${path} ${is}`)).toEqual([
      "command is in AWS now, and the import did not mean it",
      "workingDir is in AWS now, and the import did not mean it",
      "migration.args is in AWS now, and the import did not mean it",
    ]);
    expect(drifts(MEANT, MEANT, "AWS now")).toEqual([]);
  });

  it("has drifted by another source of a secret, another right, another host and another image", () => {
    const aws = {
      secrets: [{ from: "secretsManager", name: "shop", key: "url", to: "shop-url" }],
      permissions: [{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::a/*"] }],
      endpoints: ["sqs.us-east-1.amazonaws.com"],
      ecr: "shop",
    };
    const now = {
      secrets: [{ from: "secretsManager", name: "shop2", key: "url", to: "shop-url" }],
      permissions: [{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::b/*"] }],
      endpoints: [],
      ecr: "shop2",
    };
    expect(settingsDrifts(aws, aws, "AWS now")).toEqual([]);
    expect(settingsDrifts(aws, now, "AWS now").map(({ is, path }) => `${path} ${is}`)).toEqual([
      "aws.secrets.shop-url is secretsManager shop2 url and not secretsManager shop url in AWS now",
      'aws.permissions.{"actions":["s3:GetObject"],"resources":["arn:aws:s3:::a/*"]} is missing in AWS now',
      "aws.endpoints.sqs.us-east-1.amazonaws.com is missing in AWS now",
      "aws.ecr is shop2 and not shop in AWS now",
      'aws.permissions.{"actions":["s3:GetObject"],"resources":["arn:aws:s3:::b/*"]} is in AWS now, and the import did not mean it',
    ]);
  });
});
