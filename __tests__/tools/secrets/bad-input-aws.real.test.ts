import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SecretSource } from "../../../model/schema/aws";
import type { Misbehaviour } from "../../support/flaky-proxy";
import { requires } from "../../support/requires";
import { type Outcome, SecretsStage } from "../../support/secrets-stage";

/** One entry that cannot be copied. */
interface Case {
  readonly what: string;
  readonly seed?: (stage: SecretsStage, name: string) => Promise<void>;
  readonly from?: SecretSource["from"];
  readonly key?: string;
  /** What AWS does with this one instead of answering. */
  readonly misbehaviour?: Misbehaviour;
  /** What is said of it, after its name and source. */
  readonly said: RegExp;
}

const CASES: readonly Case[] = [
  {
    what: "a secret that is not there",
    said: /^there is no such secret in us-east-1; a slip .*; aws secretsmanager list-secrets --region us-east-1, then mend the entry$/,
  },
  {
    what: "a parameter that is not there",
    from: "parameterStore",
    said: /^there is no such parameter in us-east-1; a slip .*; aws ssm describe-parameters --region us-east-1, then mend the entry$/,
  },
  {
    what: "a secret without a value",
    seed: (stage, name) => stage.emptySecret(name),
    said: /^it has no current value; nobody has put one into it .*; put one in, or take the entry out$/,
  },
  {
    what: "a secret in pending deletion",
    seed: async (stage, name) => {
      await stage.secret(name, "gone soon");
      await stage.deleteSecret(name);
    },
    said: /^it is in pending deletion in AWS; nobody can read it there; aws secretsmanager restore-secret --region us-east-1 --secret-id case\d+, or take the entry out$/,
  },
  {
    what: "a binary secret",
    seed: (stage, name) => stage.secret(name, Buffer.from([0, 159, 146, 150])),
    said: /^it is binary; Key Vault keeps text; take the entry out and set it by hand, .*: az keyvault secret set --vault-name VAULT --name case\d+ --encoding base64 --file FILE$/,
  },
  {
    what: "a parameter that is no secret",
    from: "parameterStore",
    seed: (stage, name) => stage.parameter(name, "everybody knows", "String"),
    said: /^it is a String and no SecureString; .* so it is no secret; write it under env in helm-values\/, and take the entry out$/,
  },
  {
    what: "a key that is not there",
    key: "URL",
    seed: (stage, name) => stage.secret(name, '{"url":"x"}'),
    said: /^there is no key URL in it; keys are compared letter by letter; mend key .*, or add it to the secret in AWS$/,
  },
  {
    what: "a key of a text",
    key: "url",
    seed: (stage, name) => stage.secret(name, "no JSON at all"),
    said: /^there is no key url in it; its text is no JSON object; leave key out to copy the whole text, or mend the secret in AWS$/,
  },
  {
    what: "a value of 25,601 bytes",
    seed: (stage, name) => stage.secret(name, `${"é".repeat(12_800)}e`),
    said: /^it is 25601 bytes; Key Vault keeps 25600 at the most; split it in AWS, or copy the keys that are needed one by one \(key\)$/,
  },
  {
    what: "a secret that you may not read",
    misbehaviour: { status: 400, code: "AccessDeniedException" },
    said: /^AWS does not let you read it \(AccessDeniedException\); your role needs secretsmanager:GetSecretValue on it, and kms:Decrypt .*; ask .*$/,
  },
  {
    what: "a parameter that you may not decrypt",
    from: "parameterStore",
    misbehaviour: { status: 400, code: "AccessDeniedException" },
    said: /^AWS does not let you read it \(AccessDeniedException\); your role needs ssm:GetParameter on it, and kms:Decrypt .*$/,
  },
  {
    what: "a key of KMS that is gone",
    from: "parameterStore",
    misbehaviour: { status: 400, code: "InvalidKeyId" },
    said: /^AWS cannot decrypt it \(InvalidKeyId\); its KMS key is disabled or gone; .*$/,
  },
  {
    what: "a login that expires half-way",
    misbehaviour: { status: 400, code: "ExpiredTokenException" },
    said: /^the AWS login has expired, or is none \(ExpiredTokenException\); aws sso login \(or aws configure\), then run it again$/,
  },
  {
    what: "a connection that breaks in every try",
    misbehaviour: "drop",
    said: /^the connection to AWS broke in every try \(ECONNRESET\); .*; run it again: what is copied stays copied$/,
  },
  {
    what: "an AWS that fails in every try",
    misbehaviour: { status: 503, code: "ServiceUnavailable" },
    said: /^AWS failed in every try \(503\); .*; run it again: what is copied stays copied$/,
  },
  {
    what: "an answer that nobody knows",
    misbehaviour: { status: 418, code: "TeapotException" },
    said: /^AWS refused \(TeapotException\); nothing that this command knows; aws secretsmanager describe-secret .* may say more$/,
  },
];

describe("of everything that AWS may have wrong", requires("moto_server"), () => {
  let stage: SecretsStage;
  let plan: Outcome;
  let copy: Outcome;
  beforeAll(async () => {
    stage = await SecretsStage.start();
    // As large as may be, and empty: these are copied like any other.
    await stage.secret("good-largest", "é".repeat(12_800));
    await stage.secret("good-empty", '{"empty":""}');
    for (const [index, { seed }] of CASES.entries()) await seed?.(stage, `case${index}`);
    stage.proxy.misbehave = ({ body }) =>
      CASES.find(({ misbehaviour }, index) => misbehaviour && body.includes(`"case${index}"`))?.misbehaviour;
    stage.configure({
      backend: [
        { from: "secretsManager", name: "good-largest", to: "largest" },
        ...CASES.map(({ from = "secretsManager", key }, index) => {
          const name = `case${index}`;
          return { from, name, to: name, ...(key && { key }) } as SecretSource;
        }),
        { from: "secretsManager", name: "good-empty", key: "empty", to: "empty" },
      ],
    });
    plan = await stage.run("plan");
    copy = await stage.run("copy");
  });
  afterAll(() => stage?.stop());

  it.each(CASES.map((entry, index) => [entry.what, index, entry.said] as const))(
    "%s is told in one line",
    (_, index, said) => {
      expect(lineOf(`case${index}`, plan.stderr)).toMatch(/^cannot be copied: /);
      expect(lineOf(`case${index}`, copy.stderr)).toMatch(/^not copied: /);
      expect(lineOf(`case${index}`, copy.stderr).replace("not copied: ", "")).toMatch(said);
    },
  );

  it("nothing keeps the others from being copied, and the end is an exit code of 1", async () => {
    const counts = `${CASES.length} with a fault; next: mend what is said above, and run it again`;
    expect(plan.stdout).toContain(`plan staging: ${CASES.length + 2} secrets: 2 to create, ${counts}`);
    expect(copy.stdout).toContain(`copy staging: ${CASES.length + 2} secrets: 2 created, ${counts}`);
    expect([plan.code, copy.code]).toEqual([1, 1]);
    expect(await stage.valuesIn("backend")).toEqual({ largest: "é".repeat(12_800), empty: "" });
  });
});

/** What is said of a secret, after its source: one line, or this fails. */
function lineOf(name: string, output: string): string {
  const lines = output.split("\n").filter((line) => line.startsWith(`backend/${name} (`));
  expect(lines).toHaveLength(1);
  return lines[0]?.replace(/^.*?\): /, "") ?? "";
}
