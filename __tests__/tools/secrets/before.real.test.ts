import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { requires } from "../../support/requires";
import { SecretsStage } from "../../support/secrets-stage";

const NO_LOGIN = { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "", AWS_EC2_METADATA_DISABLED: "true" };
const SOURCE = { from: "secretsManager", name: "mmrv/good", to: "good" } as const;
const GOOD = { backend: [SOURCE] };

describe("before anything is touched", requires("moto_server"), () => {
  let stage: SecretsStage;
  beforeAll(async () => {
    stage = await SecretsStage.start();
    await stage.secret("mmrv/good", "good");
  });
  afterAll(() => stage?.stop());
  afterEach(async () => {
    stage.proxy.misbehave = () => undefined;
    expect(stage.azure.requests.filter((request) => request.startsWith("PUT "))).toEqual([]);
  });

  it("open markers are asked about, each with its question, and only those of what is to be copied", async () => {
    const open = { ...SOURCE, name: "change-me" };
    stage.configure({ backend: [open], frontend: [open] }, { accountId: "000000000000", hostedZoneId: "change-me" });
    const questions = [
      "  staging.aws.accountId: The AWS account that MMRV comes from: aws sts get-caller-identity.",
      "  staging.aws.secrets.backend.0.name: The secret's name in AWS: aws secretsmanager list-secrets.",
      "  staging.aws.secrets.frontend.0.name: The secret's name in AWS: aws secretsmanager list-secrets.",
    ];
    const asked = async (...more: string[]) => {
      const { code, stdout, stderr } = await stage.run("copy", more);
      const [heading, ...lines] = stderr.trimEnd().split("\n");
      expect([code, stdout, heading]).toEqual([
        1,
        "",
        expect.stringMatching(/^staging: .* still markers, nothing was touched$/),
      ]);
      return lines;
    };
    expect(await asked()).toEqual(questions);
    expect(await asked("--application", "frontend")).toEqual([questions[0], questions[2]]);
  });

  it("Node.js is not asked to print what passes", async () => {
    stage.configure(GOOD);
    const { code, stdout, stderr } = await stage.run("copy", [], { NODE_DEBUG: "nothing" });
    expect([code, stdout, stderr.split("\n").slice(-3, -1)]).toEqual([
      1,
      "",
      [
        "NODE_DEBUG is set, so Node.js would print values as they pass; nothing was touched",
        "  next: unset NODE_DEBUG",
      ],
    ]);
  });

  it("another environment is named", async () => {
    expect(await stage.start(["copy", "stagin"]).outcome).toEqual({
      code: 1,
      stdout: "",
      stderr: "stagin: no such environment (did you mean staging?); there are staging, production\n",
    });
  });

  it("another application is named", async () => {
    const { code, stderr } = await stage.run("plan", ["--application", "fronted"]);
    expect([code, stderr]).toEqual([
      1,
      "fronted: no such application in staging (did you mean frontend?); there are backend, frontend (applications in environments/staging.ts)\n",
    ]);
  });

  it("another AWS account is refused", async () => {
    stage.configure(GOOD, { accountId: "210987654321" });
    const { code, stderr } = await stage.run("copy");
    expect([code, stderr]).toEqual([
      1,
      "staging: you are logged in to the AWS account 123456789012, and aws.accountId says 210987654321; nothing was touched\n  next: log in to the right one (AWS_PROFILE), or mend aws.accountId in environments/staging.ts\n",
    ]);
  });

  it.each([
    [
      "no login",
      NO_LOGIN,
      undefined,
      /^staging: you are not logged in to AWS, .*\(CredentialsProviderError\); nothing was touched\n {2}next: aws sso login \(or aws configure\), then run it again\n$/,
    ],
    [
      "a login that has expired",
      {},
      "ExpiredToken",
      /^staging: you are not logged in to AWS, or not any more \(ExpiredToken\); nothing was touched\n {2}next: aws sso login \(or/,
    ],
    [
      "a login that AWS does not know",
      {},
      "InvalidClientTokenId",
      /^staging: you are not logged in to AWS, or not any more \(InvalidClientTokenId\)/,
    ],
    [
      "no way to AWS",
      { AWS_ENDPOINT_URL: "http://127.0.0.1:1" },
      undefined,
      /^staging: AWS cannot be reached \(ECONNREFUSED\), nothing was touched\n {2}next: look at the network and at AWS_ENDPOINT_URL, then run it again\n$/,
    ],
  ])("%s is told in one line", async (_, env, code, said) => {
    stage.configure(GOOD);
    stage.proxy.misbehave = ({ operation }) => (code && operation === "" ? { status: 403, code } : undefined);
    const outcome = await stage.run("copy", [], env);
    expect([outcome.code, outcome.stdout, outcome.stderr]).toEqual([1, "", expect.stringMatching(said)]);
  });

  it("the profile that is to be logged in is named", async () => {
    const { stderr } = await stage.run("copy", [], { ...NO_LOGIN, AWS_PROFILE: "mmrv" });
    expect(stderr).toContain("next: aws sso login --profile mmrv (or aws configure), then run it again");
  });

  it("no login to Azure is told in one line", async () => {
    const none = { AZURE_TENANT_ID: "", AZURE_CLIENT_ID: "", AZURE_CLIENT_SECRET: "", PATH: "/nowhere" };
    const { code, stderr } = await stage.run("copy", [], none);
    expect([code, stderr]).toEqual([
      1,
      "staging: you are not logged in to Azure, or not any more (AggregateAuthenticationError); az login, then run it again; nothing was read or written\n",
    ]);
  });

  it("a service principal in the environment that Entra does not know is told apart from no login", async () => {
    const { code, stderr } = await stage.run("copy", [], { AZURE_TENANT_ID: "11111111-1111-4111-8111-111111111111" });
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(
        /^staging: Entra gives no token to AZURE_CLIENT_ID \(\w+\); the variables AZURE_… of this shell are wrong or expired; mend them, or unset them and az login; nothing was read or written\n$/,
      ),
    ]);
  });
});
