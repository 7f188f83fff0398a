import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HelmValues } from "../../../model/helm-values";
import { HELM_VALUES } from "../../support/fixtures/environments/all";
import { staging } from "../../support/fixtures/environments/staging";
import { requires } from "../../support/requires";
import { type Outcome, SecretsStage, VAULTS } from "../../support/secrets-stage";

const HOUR = 3_600;
const seconds = (date: Date | number) => Math.floor(Number(date) / 1_000);
const DATE = String.raw`\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\)`;
const NEWER = `newer in the vault ${DATE} than in AWS ${DATE}`;
const OLDER = `newer in AWS ${DATE} than in the vault ${DATE}`;

/** How a secret's value in the vault stands to AWS's when a test begins: what it is, and when it was written. */
const VAULT_HAS: Readonly<Record<string, ((inAws: number) => [value: string, at: number]) | undefined>> = {
  missing: undefined,
  older: (inAws) => ["old", inAws - HOUR],
  "a-second-older": (inAws) => ["old", inAws - 1],
  "of-the-same-second": (inAws) => ["of a person", inAws],
  newer: (inAws) => ["of a person", inAws + HOUR],
  "newer-and-equal": (inAws) => ["of AWS", inAws + HOUR],
};
const NAMES = Object.keys(VAULT_HAS);

/** The first secret that an application's Helm values ask for. */
const listed = (application: "backend" | "frontend") =>
  (new HelmValues(HELM_VALUES).of(application, staging).merged["secrets"] as { name: string }[])[0]?.name ?? "";

describe("secrets whose values differ", requires("moto_server"), () => {
  let stage: SecretsStage;
  let [plan, verify, copy, force, after]: Partial<Outcome>[] = [];
  let json: Outcome;
  let [before, copied, forced]: Record<string, string | undefined>[] = [];
  beforeAll(async () => {
    stage = await SecretsStage.start();
    stage.configure({ backend: NAMES.map((to) => ({ from: "secretsManager", name: `mmrv/${to}`, to })) });
    const vault = stage.vault("backend");
    for (const name of NAMES) {
      await stage.secret(`mmrv/${name}`, "of AWS");
      const [value, at] = VAULT_HAS[name]?.(seconds(await stage.changedAt(`mmrv/${name}`))) ?? [];
      if (value === undefined || at === undefined) continue;
      stage.azure.secrets.now = () => at;
      await vault.setSecret(name, value, { tags: { owner: "team" }, contentType: "text/plain" });
    }
    stage.azure.secrets.now = () => seconds(Date.now());
    // One is listed and set by hand, in another casing; one is listed and disabled.
    await vault.setSecret(listed("backend").toUpperCase(), "by hand");
    await stage.vault("frontend").setSecret(listed("frontend"), "by hand", { enabled: false });

    [plan, verify] = [await stage.run("plan"), await stage.run("verify")];
    json = await stage.run("plan", ["--json", "--application", "backend"]);
    before = await stage.valuesIn("backend");
    copy = await stage.run("copy");
    copied = await stage.valuesIn("backend");
    force = await stage.run("copy", ["--force", "--application", "backend"]);
    forced = await stage.valuesIn("backend");
    after = await stage.run("verify");
  });
  afterAll(() => stage?.stop());

  /** What a command said of a secret. */
  const said = ({ stdout, stderr }: Partial<Outcome> = {}, name: string) =>
    new RegExp(`^backend/${name} \\(Secrets Manager mmrv/${name}\\): (.*)$`, "m").exec(`${stdout}${stderr}`)?.[1];

  it.each([
    ["missing", "would be created", "not in the vault", "created", "equal, left as it is"],
    ["older", `would be updated: ${OLDER}`, `differs: ${OLDER}`, `updated: ${OLDER}`, "equal, left as it is"],
    ["a-second-older", `would be updated: ${OLDER}`, `differs: ${OLDER}`, `updated: ${OLDER}`, "equal, left as it is"],
    // Key Vault counts whole seconds, so in a draw nobody knows.
    ...["of-the-same-second", "newer"].map((name) => [
      name,
      `would be left as it is: ${NEWER}; copy --force overwrites it`,
      `differs: ${NEWER}`,
      `not copied: ${NEWER}; somebody wrote it there; write the same in AWS, or overwrite it with --force`,
      `overwritten: ${NEWER}`,
    ]),
    ["newer-and-equal", "equal", "equal", "equal, left as it is", "equal, left as it is"],
  ])("one that is %s is told as such", (name = "", ...expected) => {
    const lines = [plan, verify, copy, force].map((outcome) => said(outcome, name));
    for (const [index, line] of lines.entries()) expect(line).toMatch(new RegExp(`^${expected[index]}$`));
  });

  it("are written by copy only, and those that are newer with --force only", () => {
    const all = (value: string) => Object.fromEntries(NAMES.map((name) => [name, value]));
    expect(before).toMatchObject({ older: "old", "a-second-older": "old", newer: "of a person" });
    expect(before).not.toHaveProperty("missing");
    expect(copied).toMatchObject({ ...all("of AWS"), newer: "of a person", "of-the-same-second": "of a person" });
    expect(forced).toMatchObject(all("of AWS"));
  });

  it("end with an exit code of 1 until they are equal", () => {
    const ends = [plan, verify, copy, force, after].map((outcome) => [
      outcome?.code,
      outcome?.stdout?.split("\n").at(-2),
    ]);
    const next = "; next: npx mmrv secrets";
    expect(ends).toEqual([
      [1, `plan staging: 6 secrets: 1 to create, 2 to update, 1 equal, 2 newer in the vault${next} copy staging`],
      [1, `verify staging: 6 secrets: 1 equal, 5 not equal${next} plan staging`],
      [1, "copy staging: 6 secrets: 1 created, 2 updated, 1 equal, 2 newer in the vault"],
      [0, `copy staging: 6 secrets: 2 overwritten, 4 equal${next} verify staging --application backend`],
      [0, "verify staging: 6 secrets: 6 equal"],
    ]);
  });

  it("are told a program in JSON, and how it goes on beside it", () => {
    expect([json.code, json.stderr]).toEqual([1, expect.stringContaining("plan staging: 6 secrets: 1 to create")]);
    const told = JSON.parse(json.stdout);
    expect(told).toEqual({ environment: "staging", secrets: expect.any(Array), warnings: [], faults: [] });
    expect(told.secrets).toHaveLength(NAMES.length);
    expect(told.secrets).toContainEqual({
      application: "backend",
      name: "missing",
      source: "Secrets Manager mmrv/missing",
      outcome: "to create",
      why: "would be created",
    });
    expect(json.stdout).not.toContain("of AWS");
  });

  it("keep the versions before, and what others wrote beside them", async () => {
    const { properties } = await stage.vault("backend").getSecret("newer");
    expect([properties.contentType, properties.tags]).toEqual([
      "text/plain",
      {
        owner: "team",
        "mmrv-source": "secretsManager:mmrv/newer",
        "mmrv-source-version": expect.stringMatching(/^[0-9a-f-]{36}$/),
      },
    ]);
    // In the order of their names: equal and the one by hand have one version, what was written over has two.
    expect((await stage.versionsIn("backend")).sort()).toEqual([1, 1, 1, 2, 2, 2, 2]);
  });

  it("are not warned of when Helm lists one that was set by hand; they are when it is disabled, or nowhere", async () => {
    for (const outcome of [plan, verify, copy]) {
      expect(outcome?.stderr).not.toContain(`backend/${listed("backend")}`);
      expect(outcome?.stderr).toContain(
        `frontend/${listed("frontend")}: helm-values/frontend lists it, aws.secrets.frontend does not, and it is not in ${VAULTS.frontend} (or disabled there), so a release would wait for it; add it to aws.secrets, or: az keyvault secret set --vault-name ${VAULTS.frontend} --name ${listed("frontend")} --file FILE\n`,
      );
    }
    // A warning is no fault.
    expect([after?.code, after?.stderr?.split("\n")]).toEqual([
      0,
      [expect.stringContaining("helm-values/frontend lists it"), ""],
    ]);
    stage.configure({});
    stage.emptyVaults();
    const { code, stdout, stderr } = await stage.run("plan");
    expect([code, stdout?.split("\n").at(-2)]).toEqual([0, "plan staging: no secrets in aws.secrets"]);
    expect(stderr).toContain(`backend/${listed("backend")}: helm-values/backend lists it`);
  });
});
