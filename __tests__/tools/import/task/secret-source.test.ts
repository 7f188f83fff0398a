import { describe, expect, it } from "vitest";
import { nameIn, referenceIn, vaultName } from "../../../../tools/import/task/secret-source";

const ARN = "arn:aws:secretsmanager:us-east-1:111122223333:secret:shop/db-Ab12Cd";
const place = { region: "us-east-1", account: "111122223333" };

describe("what a valueFrom names", () => {
  it("is a secret, whole or by a key of its JSON", () => {
    expect(referenceIn(ARN)).toEqual({ from: "secretsManager", written: "shop/db-Ab12Cd", isArn: true, place });
    expect(referenceIn(`${ARN}:url::`)).toEqual({ ...referenceIn(ARN), key: "url" });
    expect(referenceIn(`${ARN}:url:AWSCURRENT:`)).toEqual({ ...referenceIn(ARN), key: "url" });
  });

  it("is another version than the current one", () => {
    expect(referenceIn(`${ARN}:url:AWSPREVIOUS:`)).toEqual({ ...referenceIn(ARN), key: "url", version: "AWSPREVIOUS" });
    expect(referenceIn(`${ARN}:::0a1b`)).toEqual({ ...referenceIn(ARN), version: "0a1b" });
  });

  it.each([
    [`${ARN}:url`, 8],
    [`${ARN}:url:`, 9],
  ])("is nothing when its ARN is cut off: %s", (valueFrom, parts) => {
    const why = `its ARN has ${parts} parts; it must have 7, or 10 with key, stage and version`;
    expect(referenceIn(valueFrom)).toEqual({ from: "nothing", why });
  });

  it("is a parameter, by its ARN or its name", () => {
    const arn = "arn:aws:ssm:us-east-1:111122223333:parameter";
    expect(referenceIn(`${arn}/shop/bucket`)).toEqual({ from: "parameterStore", written: "/shop/bucket", place });
    expect(referenceIn(`${arn}/Bucket`)).toEqual({ from: "parameterStore", written: "Bucket", place });
    expect(referenceIn("/shop/bucket")).toEqual({ from: "parameterStore", written: "/shop/bucket" });
    expect(referenceIn("Bucket:3")).toEqual({ from: "parameterStore", written: "Bucket", version: "3" });
  });

  it("is a secret that is seen through the Parameter Store", () => {
    const reference = { from: "secretsManager", written: "shop/db", isArn: false };
    expect(referenceIn("/aws/reference/secretsmanager/shop/db")).toEqual(reference);
  });

  it.each(["arn:aws:s3:::bucket/key", "https://example.com/secret", "a b"])("is nothing else: %s", (valueFrom) => {
    expect(referenceIn(valueFrom).from).toBe("nothing");
  });
});

describe("a secret's name", () => {
  it.each([
    ["CdnSigningKey-BFuuR6", "CdnSigningKey"],
    ["/prod/crawler/model-api-key-7QHTb0", "/prod/crawler/model-api-key"],
    ["dashboard/secrets-toml-Pq12Rs", "dashboard/secrets-toml"],
  ])("is without the six characters of the ARN where these are no word: %s", (written, name) => {
    expect(nameIn(written)).toEqual({ name, isSure: true });
  });

  it.each(["db-secret", "db-SECRET", "db-Backup", "db-aBcDeF", "db-prod01", "db-202401"])(
    "is never cut where six letters, or a word with a number, may be its own end: %s",
    (written) => {
      expect(nameIn(written)).toEqual({ name: written, isSure: false });
    },
  );

  it("is whole without a tail", () => {
    expect(nameIn("shop/db-password")).toEqual({ name: "shop/db-password", isSure: true });
  });

  it("is one that Key Vault takes", () => {
    expect(vaultName("/prod/shop/model_api.key")).toBe("prod-shop-model-api-key");
    expect(vaultName("mono/database", "URL")).toBe("mono-database-url");
  });
});
