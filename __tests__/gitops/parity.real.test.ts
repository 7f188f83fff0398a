import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse, parseDocument, YAMLMap } from "yaml";
import { Cutovers } from "../../model/cutover/files";
import { deliverableReleases, gitOpsFolder, PLATFORM, SUBSTITUTES } from "../../model/delivery";
import { HelmValues } from "../../model/helm-values";
import { stackName } from "../../model/naming";
import { ThirdParty } from "../../model/third-party";
import { type Substitutes, substituted, valuesByFiles } from "../../tools/handover/flux-values";
import { gitOpsFiles } from "../../tools/render/gitops";
import { digestOf } from "../support/chart-values";
import { HELM_VALUES, thirdParty } from "../support/fixtures/environments/all";
import { production } from "../support/fixtures/environments/production";
import { staging } from "../support/fixtures/environments/staging";
import { requires } from "../support/requires";
import { lay, terraformIn } from "../support/small-stack";
import { synthProgram } from "../support/synth";
import { valuesByHelm } from "../support/values-by-helm";

const ENVIRONMENTS = [staging, production];
const RELEASES = ENVIRONMENTS.flatMap((environment) =>
  deliverableReleases(environment).map((release) => ({ environment, name: environment.name, release })),
);

/** What Azure would say, to Terraform and to Flux. */
const FOUND = { clientId: "33333333-3333-4333-8333-333333333333", tenantId: "55555555-5555-4555-8555-555555555555" };

const SUBSTITUTED: Substitutes = {
  [SUBSTITUTES.clientId]: FOUND.clientId,
  [SUBSTITUTES.tenantId]: FOUND.tenantId,
  [SUBSTITUTES.environment]: "told",
};

/**
 * What Flux is told, as it is told to take it: a variable that nobody told is an error. That `substituted` does as drone/envsubst,
 * the real one shows in adoption.real.test.ts.
 */
const TOLD = new Proxy(SUBSTITUTED, {
  getOwnPropertyDescriptor(all, name) {
    if (!Object.hasOwn(all, name)) throw new Error(`nobody told Flux what ${String(name)} is`);
    return Reflect.getOwnPropertyDescriptor(all, name);
  },
});

/** What somebody or something could take for an expression, a variable, a number or a truth. */
const TEXTS: Readonly<Record<string, string>> = {
  VARIABLE: "${X} $${Y} $$ a$$b x$y",
  OF_FLUX: `\${${SUBSTITUTES.clientId}} \${${SUBSTITUTES.environment}}`,
  OF_TERRAFORM: '${path.cwd} %{ if true } %%{ "quoted" } \\${Z}',
  OF_KUBERNETES: "$(NAME) $$(NAME)",
  OCTAL: "0755",
  TRUTH: "yes",
  EXPONENT: "1e3",
  DAY: "2026-01-02",
  LINES: "one\n  two ${X}\n",
  NOTHING: "",
};

/** Both ways in which the same files reach Helm. */
describe("what Terraform and what Flux give Helm", requires("terraform", "helm"), () => {
  const folder = mkdtempSync(join(tmpdir(), "mmrv-parity-"));
  const helmValues = join(folder, "helm-values");
  let byTerraform: Readonly<Record<string, { readonly value: readonly string[] }>>;
  let rendered: ReadonlyMap<string, string>;

  afterAll(() => rmSync(folder, { recursive: true }));
  beforeAll(async () => {
    cpSync(HELM_VALUES, helmValues, { recursive: true });
    for (const { name, release } of RELEASES.filter((one) => one.release !== PLATFORM))
      edit(`helm-values/${release}/${name}.yaml`, { image: { digest: digestOf("a") } });
    for (const release of ["backend", "frontend"]) edit(`helm-values/${release}/values.yaml`, { env: TEXTS });
    const sources = {
      cutovers: new Cutovers({}),
      helmValues: new HelmValues(helmValues),
      thirdParty: new ThirdParty(thirdParty),
    };
    rendered = new Map(gitOpsFiles(folder, ENVIRONMENTS, sources).map(({ file, text }) => [file, text ?? ""]));
    byTerraform = await evaluated();
  });

  /** Adds values to a file of a user's, and leaves the rest as it is written. */
  function edit(file: string, values: Readonly<Record<string, object>>): void {
    const path = join(folder, file);
    const document = parseDocument(readFileSync(path, "utf8"), { version: "1.1" });
    for (const [key, inner] of Object.entries(values)) {
      if (!document.has(key)) document.set(key, new YAMLMap());
      for (const [name, value] of Object.entries(inner)) document.setIn([key, name], value);
    }
    writeFileSync(path, document.toString({ lineWidth: 0 }));
  }

  /** What Terraform makes of `values` of every helm_release, by the stack's name. */
  async function evaluated() {
    const stacks = synthProgram({ environments: ENVIRONMENTS, helmValues, cutovers: new Cutovers({}) });
    const output = Object.fromEntries(
      RELEASES.map(({ name, release }) => {
        const id = stackName(name, release);
        return [id, { value: stacks[id]?.one("helm_release").values }];
      }),
    );
    const text = JSON.stringify({ locals: FOUND, output })
      .replaceAll(/data\.azurerm_user_assigned_identity\.[\w-]+\.client_id/g, "local.clientId")
      .replaceAll(/data\.azurerm_key_vault\.[\w-]+\.tenant_id/g, "local.tenantId");
    const own = join(folder, "terraform");
    lay(own, JSON.parse(text));
    const terraform = terraformIn(folder)(own);
    expect((await terraform.init()).exitCode).toBe(0);
    expect(await terraform.text(["apply", "-auto-approve", "-input=false"])).toMatchObject({ exitCode: 0 });
    return JSON.parse((await terraform.text(["output", "-json"])).stdout);
  }

  function written(file: string, text: string): string {
    const path = join(folder, "given", file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  const releaseIn = (of: string) => parse(rendered.get(`${of}/release.yaml`) ?? "", { version: "1.1" });

  /** The files of a user's as they are, and over them what is rendered, in which Flux fills in what it is told. */
  function givenByFlux(of: string): string[] {
    const { configMapGenerator } = parse(rendered.get(`${of}/kustomization.yaml`) ?? "");
    const files = (configMapGenerator as { files: string[] }[]).flatMap((one) => one.files);
    const { spec } = releaseIn(of);
    const byKey = new Map(files.map((file) => [file.slice(file.lastIndexOf("/") + 1), join(folder, of, file)]));
    const keys: string[] = spec.valuesFrom.map(({ valuesKey }: { valuesKey: string }) => valuesKey);
    return [
      ...keys.map((key) => byKey.get(key) ?? key),
      written(`${of}/computed.json`, JSON.stringify(substituted(spec.values, TOLD))),
    ];
  }

  it("would be an error where Flux was not told a variable", () => {
    expect(() => substituted({ a: ["${nobody}"] }, TOLD)).toThrow("nobody told Flux what nobody is");
    expect(substituted({ a: ["$${nobody}"] }, TOLD)).toEqual({ a: ["${nobody}"] });
  });

  it.each(RELEASES)("is the same: $release in $name", async ({ environment, name, release }) => {
    const texts = byTerraform[stackName(name, release)]?.value ?? [];
    const terraform = texts.map((text, index) => written(`${name}-${release}-${index}.yaml`, text));
    const ofTerraform = await valuesByHelm(folder, terraform);
    const of = gitOpsFolder(environment, release);
    expect(await valuesByHelm(folder, givenByFlux(of))).toEqual(ofTerraform);
    // As a handover foretells it.
    const layers = new HelmValues(helmValues).of(release, environment);
    expect(valuesByFiles(layers, releaseIn(of).spec.values, TOLD)).toEqual(ofTerraform);
    expect(ofTerraform).toMatchObject({ environment: name });
    if (release === PLATFORM) return;
    const { clientId, tenantId } = FOUND;
    expect(ofTerraform).toMatchObject({ env: TEXTS, identity: { clientId }, vault: { tenantId } });
  });
});
