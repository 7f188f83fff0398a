import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { APPLICATIONS } from "../../support/fixtures/applications";
import { requires } from "../../support/requires";
import { MMRV, type Secrets, SecretsStage, VAULTS } from "../../support/secrets-stage";

/** So many, from each kind of source, in both vaults; and what each must be. */
const COUNT = 200;

async function seed(stage: SecretsStage): Promise<Record<keyof Secrets, Record<string, string>>> {
  const secrets: Secrets = { backend: [], frontend: [] };
  const expected = { backend: {} as Record<string, string>, frontend: {} as Record<string, string> };
  const add = (number: number, source: object, value: string) => {
    const application = number % 2 === 0 ? "backend" : "frontend";
    const to = `secret-${String(number).padStart(3, "0")}`;
    secrets[application].push({ ...source, to } as Secrets["backend"][number]);
    expected[application][to] = value;
  };
  const whole = async (number: number) => {
    await stage.secret(`mmrv/whole-${number}`, `whole ${number} ✓\n`);
    add(number, { from: "secretsManager", name: `mmrv/whole-${number}` }, `whole ${number} ✓\n`);
  };
  const parameter = async (number: number) => {
    await stage.parameter(`/mmrv/parameter-${number}`, `parameter ${number}`);
    add(number, { from: "parameterStore", name: `/mmrv/parameter-${number}` }, `parameter ${number}`);
  };
  const byKey = async (first: number) => {
    const name = `mmrv/json-${first}`;
    await stage.secret(
      name,
      `{"url": "url ${first}", "port": ${first}, "tls": true, "hosts": ["a", "b"], "zip": 1.50}`,
    );
    const values = { url: `url ${first}`, port: String(first), tls: "true", hosts: '["a", "b"]', zip: "1.50" };
    for (const [index, [key, value]] of Object.entries(values).entries())
      add(first + index, { from: "secretsManager", name, key }, value);
  };
  const numbers = (count: number, from: number, step = 1) =>
    Array.from({ length: count }, (_, index) => from + index * step);
  await Promise.all([
    ...numbers(100, 0).map(whole),
    ...numbers(10, 100, 5).map(byKey),
    ...numbers(50, 150).map(parameter),
  ]);
  stage.configure(secrets);
  return expected;
}

/** 5 % of the secrets, on their way into the vault and before; each once, and each comes through in the end. */
function injectFaults({ azure, proxy }: SecretsStage): void {
  const kinds = ["429", "500", "drop", "429", "500", "drop", "429", "500", "slow", "slow"] as const;
  for (const [index, kind] of kinds.entries()) {
    const number = 7 + index * 19;
    const vault = VAULTS[number % 2 === 0 ? "backend" : "frontend"];
    const path = `${vault}.vault.azure.net/secrets/secret-${String(number).padStart(3, "0")}`;
    azure.faults.add({ kind, method: index % 3 === 0 ? "GET" : "PUT", path, times: 1 });
  }
  const answers = [
    { status: 400, code: "ThrottlingException" },
    "drop",
    { status: 500, code: "InternalFailure" },
    "half",
  ] as const;
  // Calls of the first kind, to the identity service, are left alone: what is meant here is half-way.
  proxy.misbehave = ({ operation, before }) =>
    operation !== "" && before % 20 === 10 ? answers[Math.floor(before / 20) % answers.length] : undefined;
}

const isWrite = (request: string) => request.startsWith("PUT ");

describe(`${COUNT} secrets`, requires("moto_server"), () => {
  let stage: SecretsStage;
  let expected: Awaited<ReturnType<typeof seed>>;
  beforeAll(async () => {
    stage = await SecretsStage.start();
    expected = await seed(stage);
  });
  afterAll(() => stage?.stop());
  const mmrv = (mode: string) => stage.start([mode, "staging"], {}, MMRV).outcome;

  it("arrive as they are, though one in twenty calls fails on either side, and every one is verified", async () => {
    injectFaults(stage);
    const plan = await mmrv("plan");
    expect(plan).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`${COUNT} secrets: ${COUNT} to create; next:`),
    });
    expect(stage.azure.requests.filter(isWrite)).toEqual([]);

    const copy = await mmrv("copy");
    expect(copy).toMatchObject({ code: 0, stderr: expect.not.stringContaining("not copied") });
    expect(copy.stdout).toContain(
      `copy staging: ${COUNT} secrets: ${COUNT} created; next: npx mmrv secrets verify staging`,
    );
    expect(stage.azure.faults.idle()).toEqual([]);
    expect(stage.azure.faults.struck).toBe(10);
    expect(stage.proxy.struck / stage.proxy.calls).toBeGreaterThan(0.045);

    const verify = await mmrv("verify");
    expect(verify.code).toBe(0);
    for (const application of APPLICATIONS) {
      expect(await stage.valuesIn(application)).toEqual(expected[application]);
      for (const name of Object.keys(expected[application]))
        expect(verify.stdout).toMatch(new RegExp(`^${application}/${name} \\(.*\\): equal$`, "m"));
    }
    expect(verify.stdout).toContain(`${COUNT} secrets: ${COUNT} equal`);
  });

  it("of which a killed copy wrote some: the next one goes on where it was, and writes nothing twice", async () => {
    const { azure } = stage;
    stage.emptyVaults();
    stage.proxy.misbehave = () => undefined;
    const first = stage.start(["copy", "staging"]);
    azure.onRequest = () => {
      if (azure.requests.filter(isWrite).length >= 70) first.kill();
    };
    expect(await first.outcome).toMatchObject({ code: -1 });
    azure.onRequest = () => {};
    const written = azure.requests.filter(isWrite).length;
    expect(written).toBeLessThan(COUNT);

    const second = await stage.run("copy");
    expect(second.code).toBe(0);
    expect(second.stdout).toContain(`${COUNT} secrets: ${COUNT - written} created, ${written} equal; next:`);
    expect(azure.requests.filter(isWrite)).toHaveLength(COUNT);
    for (const application of APPLICATIONS) {
      expect(await stage.valuesIn(application)).toEqual(expected[application]);
      expect(new Set(await stage.versionsIn(application))).toEqual(new Set([1]));
    }
    expect((await stage.run("verify")).code).toBe(0);
  });
});
