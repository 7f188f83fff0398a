import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Environment } from "../../../model/environment";
import { GIT_SECRETS, knownHosts } from "../../../model/git-ops";
import { CLUSTER_NAMES, namesOf } from "../../../model/naming";
import { established } from "../../../tools/rehearsal/established";
import type { StackRun } from "../../../tools/rehearsal/stack-run";
import { type ClusterStage, clusterStage } from "../../support/cluster-stage";
import { fromFolder, writeFixtureCharts } from "../../support/fixture-charts";
import { staging } from "../../support/fixtures/environments/staging";
import { GIT_LOGINS } from "../../support/git-credential";
import { allMirrors } from "../../support/real-provider";
import { LOCAL_CLUSTER, PROVIDERS, requires } from "../../support/requires";
import { SecretsDriver } from "../../support/secrets-driver";

const { gitOpsNamespace: NAMESPACE, gitOpsServiceAccount: NAME } = CLUSTER_NAMES;
const ENVIRONMENT: Environment = { ...staging, gitOps: GIT_LOGINS.deployKey };
const KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nhush\n-----END OPENSSH PRIVATE KEY-----\n";

interface Secret {
  readonly type: string;
  readonly data: Readonly<Record<string, string>>;
}

describe("the add-ons of an environment with GitOps", () => {
  const mirrors = allMirrors();
  describe(
    "by the real providers, beside what the driver does",
    requires(...PROVIDERS, "helm", ...LOCAL_CLUSTER),
    () => {
      let stage: ClusterStage;
      let addons: StackRun;
      const get = <T>(kind: string, ...of: string[]) =>
        stage.cluster.kubectl.json<T>(["get", kind, ...of, "--namespace", NAMESPACE]);

      beforeAll(async () => {
        stage = await clusterStage(mirrors, [ENVIRONMENT]);
        const { kubectl } = stage.cluster;
        // Here the stack makes them itself.
        await kubectl.run([
          ...["delete", "namespace", "--ignore-not-found"],
          ...[CLUSTER_NAMES.gatewayNamespace, CLUSTER_NAMES.certManagerNamespace, NAMESPACE],
        ]);
        const definition = JSON.stringify(SecretsDriver.definition);
        await kubectl.run(["apply", "--server-side", "--filename", "-"], definition);
        await established(kubectl, ["--all"]);
        addons = await stage.open("addons");
        const folder = join(stage.sandbox.folder, "charts");
        writeFixtureCharts(folder, 1);
        await stage.change("addons", stage.helmValues, fromFolder(folder));
        await addons.apply();
      });
      afterAll(() => stage?.stop());

      it("come up with a pod that mounts the credential, and a second plan is empty", async () => {
        expect(await get("deployment", NAME)).toMatchObject({ status: { readyReplicas: 1 } });
        expect(await get("namespace", NAMESPACE)).toMatchObject({
          metadata: { labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
        });
        const { items } = await get<{ items: { metadata: { name: string } }[] }>("networkpolicies");
        expect(items.map(({ metadata }) => metadata.name)).toEqual(["default-deny", NAME]);
        await addons.planIsEmpty();
      });

      it("trust the pod's service account to read as the identity of the credential", () => {
        const identity = `/${namesOf(ENVIRONMENT).gitOpsIdentity}/federatedidentitycredentials/`.toLowerCase();
        const credentials = stage.azure.arm.store.all().filter(({ id }) => id.key.toLowerCase().includes(identity));
        expect(credentials.map(({ body }) => body["properties"])).toEqual([
          expect.objectContaining({ subject: `system:serviceaccount:${NAMESPACE}:${NAME}` }),
        ]);
      });

      it("end in the Secret that Flux wants, and follow the vault", async () => {
        const { identity, known_hosts } = GIT_SECRETS.deployKey;
        const place = { namespace: NAMESPACE, providerClass: "git" };
        const variables = { [identity]: "identity", [known_hosts]: "known_hosts" };
        const driver = new SecretsDriver(stage.cluster.kubectl, NAME, variables, place);
        const inVault = (version: string, key: string) => ({
          [identity]: { version, value: key },
          [known_hosts]: { version: "1", value: knownHosts() },
        });
        for (const [version, key] of [
          ["1", KEY],
          ["2", KEY.replace("hush", "shh")],
        ] as const) {
          await driver.fetchAll(inVault(version, key));
          const { data, type } = await get<Secret>("secret", "git");
          const texts = Object.entries(data).map(([name, text]) => [name, Buffer.from(text, "base64").toString()]);
          expect([type, Object.fromEntries(texts)]).toEqual(["Opaque", { identity: key, known_hosts: knownHosts() }]);
        }
        await addons.planIsEmpty();
      });

      it("leave no value in the state", async () => {
        const { stdout: state } = await addons.terraform.text(["show", "-json"]);
        expect(state).toContain("git-identity");
        expect(state).not.toMatch(/hush|shh|OPENSSH/);
      });
    },
  );
});
