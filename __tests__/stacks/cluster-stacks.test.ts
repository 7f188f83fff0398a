import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildApp } from "../../main";
import type { Cutovers } from "../../model/cutover/files";
import type { Environment } from "../../model/environment";
import { namesOf, stackKindsOf, stackName } from "../../model/naming";
import { ThirdParty } from "../../model/third-party";
import type { MmrvStack } from "../../stacks/mmrv-stack";
import { digestOf, helmValuesWithImages } from "../../tools/rehearsal/images";
import { cutoverAt } from "../support/cutover";
import { egressShapes } from "../support/egress-variants";
import { ENVIRONMENTS, thirdParty } from "../support/fixtures/environments/all";
import { production } from "../support/fixtures/environments/production";
import { staging } from "../support/fixtures/environments/staging";
import { alone } from "../support/provider-stack";
import { type Block, reviewed, type Synthesized, synthProgram } from "../support/synth";

const folder = mkdtempSync(join(tmpdir(), "mmrv-stacks-"));
afterAll(() => rmSync(folder, { recursive: true }));

const KINDS = ["aws-access", "addons", "platform", "backend", "frontend"];
let helmValues: string;
let stacks: Record<string, Synthesized>;
beforeAll(async () => {
  helmValues = await helmValuesWithImages(folder, ENVIRONMENTS, 1);
  stacks = synthProgram({ helmValues });
});

function stackOf(environment: Environment, kind: string, all = stacks): Synthesized {
  const stack = all[stackName(environment.name, kind)];
  if (!stack) throw new Error(`no ${kind}`);
  return stack;
}
/** The values that Helm is given, one text after the other, as synthesized. */
const valuesOf = (stack: Synthesized, release = "release"): Block[] =>
  stack.json.resource.helm_release[release].values.map((text: string) =>
    text.startsWith("{") ? JSON.parse(text) : text,
  );

describe.each(ENVIRONMENTS.map((environment) => [environment.name, environment] as const))("%s", (_, environment) => {
  it.each(KINDS)("%s synthesizes as reviewed", async (kind) => {
    const file = `__snapshots__/${stackName(environment.name, kind)}.json`;
    await expect(reviewed(stackOf(environment, kind))).toMatchFileSnapshot(file);
  });

  it.each(["backend", "frontend"] as const)("%s synthesizes as reviewed before it has an image", async (kind) => {
    const file = `__snapshots__/${stackName(environment.name, kind)}-without-image.json`;
    await expect(reviewed(stackOf(environment, kind, synthProgram()))).toMatchFileSnapshot(file);
  });

  it.each(KINDS.filter((kind) => kind !== "aws-access"))("%s logs in by kubelogin and holds no credential", (kind) => {
    const { helm, kubernetes } = stackOf(environment, kind).json.provider;
    const address = "data.azurerm_kubernetes_cluster.cluster.kube_config[0]";
    const expected = {
      host: `\${${address}.host}`,
      cluster_ca_certificate: `\${base64decode(${address}.cluster_ca_certificate)}`,
    };
    const exec = {
      api_version: "client.authentication.k8s.io/v1beta1",
      command: "kubelogin",
      args: ["get-token", "--server-id", "6dae42f8-4368-4678-94ff-3960e28e3630"],
    };
    expect(helm).toEqual([{ kubernetes: { ...expected, exec } }]);
    expect(kubernetes).toEqual([{ ...expected, exec: [exec] }]);
  });

  it.each(KINDS)(
    "%s looks everything up by name, and says in one sentence which stack makes what is missing",
    (kind) => {
      const { data } = stackOf(environment, kind).json;
      expect(data).not.toHaveProperty("terraform_remote_state");
      const found = Object.values(data.azurerm_resources) as Block[];
      expect(found.length).toBeGreaterThan(0);
      for (const { lifecycle, name } of found)
        expect(lifecycle.postcondition).toEqual([
          {
            condition: "${length(self.resources) == 1}",
            error_message: expect.stringMatching(
              new RegExp(
                `^The .* ${name} is missing in the resource group .*: it is made by the stack ${environment.name}-infra\\.$`,
              ),
            ),
          },
        ]);
    },
  );

  it.each(["backend", "frontend"] as const)("%s runs as its own identity, which reads its own vault", (application) => {
    const names = namesOf(environment);
    const stack = stackOf(environment, application);
    expect(stack.one("azurerm_federated_identity_credential")).toMatchObject({
      issuer: "${data.azurerm_kubernetes_cluster.cluster.oidc_issuer_url}",
      subject: `system:serviceaccount:mmrv:${application}`,
      audience: ["api://AzureADTokenExchange"],
    });
    expect(stack.json.data.azurerm_user_assigned_identity.identity.name).toBe(names.applicationIdentity(application));
    expect(stack.json.data.azurerm_key_vault.vault.name).toBe(names.vault(application));
    // Given by infra: under the vault's lock no other stack could take it away again.
    expect(stack.all("azurerm_role_assignment")).toEqual([]);
    const infra = stackOf(environment, "infra");
    const roles = infra
      .all("azurerm_role_assignment")
      .filter(({ role_definition_name }: Block) => role_definition_name === "Key Vault Secrets User");
    expect(roles.map(({ principal_id, scope }: Block) => [principal_id, scope])).toContainEqual([
      expect.stringContaining(`azurerm_user_assigned_identity.${application}-ground_identity`),
      expect.stringContaining(`azurerm_key_vault.${application}-ground_vault`),
    ]);
  });

  it.each(["backend", "frontend"] as const)(
    "%s is released by digest, atomically, base values before the environment's before ours",
    (application) => {
      const stack = stackOf(environment, application);
      const release = stack.one("helm_release");
      expect(release).toMatchObject({
        name: application,
        namespace: "mmrv",
        atomic: true,
        cleanup_on_fail: true,
        upgrade_install: true,
        wait: true,
        wait_for_jobs: true,
        chart: expect.stringMatching(/^assets\/release_chart_[0-9A-F]+\/[0-9A-F]{32}$/),
      });
      const [base, own, computed] = valuesOf(stack);
      expect(base.port).toBeGreaterThan(1023);
      expect(own.image.digest).toBe(digestOf(application, 1));
      expect(computed).toContain(`"${namesOf(environment).registryHost}/mmrv/${application}"`);
      expect(computed).toContain('"clientId" = data.azurerm_user_assigned_identity.identity.client_id');
    },
  );

  it("has the gateway where users come in: the public address, or the firewall's private one", () => {
    const own = (shaped: Environment) =>
      valuesOf(stackOf(shaped, "platform", synthProgram({ environments: [alone(shaped)] }))).at(-1).gatewayAddress;
    const {
      "own load balancer": open,
      "active Premium firewall": closed,
      "prepared Premium firewall": prepared,
    } = egressShapes(environment);
    const names = namesOf(environment);
    const atPublicAddress = { on: "publicAddress", name: names.gatewayAddress, resourceGroup: names.resourceGroup };
    for (const egress of [open, prepared])
      expect(own({ ...environment, egress: egress as Environment["egress"] })).toEqual(atPublicAddress);
    expect(own({ ...environment, egress: closed as Environment["egress"] })).toEqual({
      on: "privateIp",
      ip: closed?.via === "firewall" ? closed.gatewayIp : "",
      subnet: "snet-nodes",
    });
  });

  it("proves a domain by DNS until nobody is sent to AWS any more", () => {
    const challenges = (cutovers: Cutovers) =>
      valuesOf(stackOf(environment, "platform", synthProgram({ environments: [alone(environment)], cutovers })))
        .at(-1)
        .applications.map(({ web }: Block) => web.challenge);
    expect(challenges(cutoverAt(environment, { backend: "drained" }))).toEqual(["dns01", "dns01"]);
    expect(challenges(cutoverAt(environment, { backend: "retired" }))).toEqual(["http01", "dns01"]);
  });
});

describe("further names of an application", () => {
  const domains: Environment["domains"] = {
    backend: "api.example.com",
    frontend: {
      host: "app.example.com",
      also: [
        { host: "example.com", does: "redirects" },
        { host: "www.example.com", does: "serves" },
        { host: "example.org", does: "redirects", hostedZoneId: "Z2FDTNDATAQYW2" },
      ],
    },
  };
  const environment = { ...staging, domains };
  let all: Record<string, Synthesized>;
  beforeAll(() => {
    all = synthProgram({ environments: [environment], helmValues });
  });

  it("come to the platform's chart, with what each does", () => {
    expect(
      valuesOf(stackOf(environment, "platform", all))
        .at(-1)
        .applications.map(({ web }: Block) => web),
    ).toEqual([
      { host: "api.example.com", challenge: "dns01" },
      {
        host: "app.example.com",
        challenge: "dns01",
        also: [
          { host: "example.com", does: "redirects" },
          { host: "www.example.com", does: "serves" },
          { host: "example.org", does: "redirects", hostedZoneId: "Z2FDTNDATAQYW2" },
        ],
      },
    ]);
  });

  it("come to every application when they serve, because any may have a route there", () => {
    for (const application of ["backend", "frontend"]) {
      const computed = valuesOf(stackOf(environment, application, all)).at(-1);
      expect(computed).toContain(
        '"listeners" = {"api.example.com" = "https-backend", "app.example.com" = "https-frontend", "www.example.com" = "https-frontend-www.example.com"}',
      );
      expect(computed).toContain('"aliases" = {"app.example.com" = ["www.example.com"]}');
    }
  });

  it("may be proven in Route 53, each by its own record of its own zone", () => {
    const policies = stackOf(environment, "aws-access", all).all("aws_iam_role_policy");
    const { Statement } = JSON.parse(policies.find(({ policy }) => policy.includes("_acme-challenge")).policy);
    const change = (zone: string, hosts: readonly string[]) => ({
      Effect: "Allow",
      Action: ["route53:ChangeResourceRecordSets"],
      Resource: [`arn:aws:route53:::hostedzone/${zone}`],
      Condition: {
        "ForAllValues:StringEquals": {
          "route53:ChangeResourceRecordSetsRecordTypes": ["TXT"],
          "route53:ChangeResourceRecordSetsNormalizedRecordNames": hosts.map((host) => `_acme-challenge.${host}`),
        },
      },
    });
    expect(Statement.slice(1)).toEqual([
      {
        Effect: "Allow",
        Action: ["route53:ListResourceRecordSets"],
        Resource: ["arn:aws:route53:::hostedzone/change-me", "arn:aws:route53:::hostedzone/Z2FDTNDATAQYW2"],
      },
      change("change-me", ["api.example.com", "app.example.com", "example.com", "www.example.com"]),
      change("Z2FDTNDATAQYW2", ["example.org"]),
    ]);
  });

  it("move nothing but what they are in", () => {
    const without = { ...domains, frontend: "app.example.com" };
    const before = synthProgram({ environments: [{ ...environment, domains: without }], helmValues });
    const addresses = ({ json }: Synthesized) =>
      Object.entries((json.resource ?? {}) as Record<string, object>).flatMap(([type, named]) =>
        Object.keys(named).map((name) => `${type}.${name}`),
      );
    for (const [name, stack] of Object.entries(all)) expect(addresses(stack)).toEqual(addresses(before[name] ?? stack));
    const changed = Object.keys(all).filter(
      (name) => JSON.stringify(all[name]?.json) !== JSON.stringify(before[name]?.json),
    );
    expect(changed.sort()).toEqual(["staging-aws-access", "staging-backend", "staging-frontend", "staging-platform"]);
  });
});

describe("without an image", () => {
  it("everything but the release is synthesized, and every place says so", () => {
    const app = buildApp({ outdir: join(folder, "out") });
    const backend = app.node.findChild("staging-backend") as MmrvStack;
    const sentence = expect.stringMatching(
      /^no release of backend yet: helm-values\/backend\/staging\.yaml has no image\.digest/,
    );
    expect(backend.missing).toEqual([sentence]);
    const json = backend.toTerraform() as Block;
    expect(json.resource.helm_release).toBeUndefined();
    expect(json.resource.azurerm_federated_identity_credential).toBeDefined();
    expect(json.output.release.value).toEqual(sentence);
  });
});

describe("what others make", () => {
  const OTHERS = new ThirdParty(thirdParty);

  it("is pinned by digest, but for what nobody has read from the registry, on which a deployment stops", () => {
    const digests = [...Object.values(thirdParty.images), ...Object.values(thirdParty.charts)].map(
      ({ digest }) => digest as string,
    );
    for (const digest of digests) expect(digest).toMatch(/^(sha256:[0-9a-f]{64}|change-me)$/);
    const app = buildApp({ outdir: join(folder, "out") });
    const markers = (app.node.findChild("staging-addons") as MmrvStack).openMarkers;
    expect(markers.filter(({ path }) => path.startsWith("third-party"))).toEqual(OTHERS.markers());
    expect(OTHERS.markers().length).toBe(digests.filter((digest) => digest === "change-me").length);
  });

  it("comes from our own registry where the environment says so, charts and images alike", () => {
    const texts = (environment: Environment) =>
      ["addons", "platform"].map((kind) => JSON.stringify(stackOf(environment, kind).json.resource)).join();
    expect(production.thirdPartyFrom).toBe("ownRegistry");
    expect(texts(production)).not.toMatch(/docker\.io|quay\.io/);
    expect(texts(production)).toContain("crmmrvprdk3m7.azurecr.io/third-party/envoyproxy/envoy:distroless-");
    expect(texts(production)).toContain("oci://crmmrvprdk3m7.azurecr.io/third-party/jetstack/charts");
    expect(texts(staging)).toContain("docker.io/envoyproxy/gateway:v");
    expect(OTHERS.hosts(production)).toEqual([]);
    expect(OTHERS.hosts(staging)).toEqual(expect.arrayContaining(["registry-1.docker.io", "quay.io"]));
  });

  it("runs no image without a digest", () => {
    for (const environment of ENVIRONMENTS) {
      const addons = JSON.stringify(stackOf(environment, "addons").json.resource);
      for (const { digest } of Object.values(thirdParty.images).filter(
        ({ repository }) => !repository.endsWith("/envoy"),
      ))
        expect(addons).toContain(digest);
      expect(JSON.stringify(stackOf(environment, "platform").json.resource)).toContain(thirdParty.images.envoy.digest);
    }
  });
});

describe("the program", () => {
  it("has every kind of stack in every environment, each after what it needs", () => {
    const app = buildApp({ outdir: join(folder, "out") });
    for (const environment of ENVIRONMENTS) {
      const { name } = environment;
      const needs = Object.fromEntries(
        stackKindsOf(environment).map(({ kind }) => {
          const stack = app.node.findChild(stackName(name, kind)) as MmrvStack;
          return [kind, stack.dependencies.map(({ node }) => node.id.replace(`${name}-`, ""))];
        }),
      );
      expect(needs).toEqual({
        infra: ["bootstrap"],
        "aws-access": ["infra"],
        addons: ["infra"],
        platform: ["addons", "aws-access"],
        backend: ["platform"],
        frontend: ["platform"],
        // Without an edge: it plans while Azure is away.
        cutover: [],
      });
    }
  });
});
