import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseAllDocuments } from "yaml";
import { z } from "zod";
import { KUBELOGIN } from "../../../constructs/cluster-access";
import { UserError } from "../../../model/user-error";
import { parseJson } from "../../parse-json";
import { run } from "../../processes";

/** What is read of a plan as JSON: a release that is upgraded, and the cluster that its providers speak to. */
const planSchema = z.object({
  resource_changes: z
    .array(
      z.object({
        type: z.string(),
        change: z.object({
          actions: z.array(z.string()),
          after: z.record(z.string(), z.unknown()).nullish(),
        }),
      }),
    )
    .default([]),
  /** Absent from the plan of a stack that has nothing yet. */
  prior_state: z
    .object({
      values: z
        .object({ root_module: z.object({ resources: z.array(z.object({ type: z.string(), values: z.unknown() })) }) })
        .optional(),
    })
    .optional(),
});
const releaseSchema = z.object({
  chart: z.string(),
  name: z.string(),
  namespace: z.string(),
  values: z.array(z.string()),
});
const clusterSchema = z.object({
  kube_config: z.tuple([z.object({ host: z.string(), cluster_ca_certificate: z.string() })]).rest(z.unknown()),
});
const migrationSchema = z.object({ migration: z.object({ enabled: z.boolean() }) });

type Release = z.infer<typeof releaseSchema>;

/** What the API server says of a release before it is upgraded. */
type ServerAnswer = { readonly refused: string } | { readonly unknown: string } | "taken";

/**
 * The releases in a plan whose upgrade runs a migration first: Helm hands the rest to the API server only when that has
 * ended, and what is refused then leaves the old pods with the new schema.
 */
export function migratingReleases(plan: string): Release[] {
  const { resource_changes } = planSchema.parse(parseJson(plan));
  return resource_changes
    .filter(({ change, type }) => type === "helm_release" && change.actions.join() === "update")
    .flatMap(({ change }) => releaseSchema.safeParse(change.after).data ?? [])
    .filter(({ values }) => {
      // A later text over an earlier one.
      const said = values.flatMap((text) => migrationSchema.safeParse(parseJson(text)).data?.migration.enabled ?? []);
      return said.at(-1) === true;
    });
}

/**
 * Asks the API server to take all of a release but its hooks, and to keep nothing: each object in the place of the one that is
 * there, or new. An apply would not do: it leaves what Helm's upgrade takes away, a renamed port beside the old one.
 * @param folder of the stack, from which the chart's path counts
 * @param kubeconfig the cluster's
 */
export async function askServer(release: Release, folder: string, kubeconfig: string): Promise<ServerAnswer> {
  const { chart, name, namespace, values } = release;
  return inFolder(async (work) => {
    const files = values.map((_, index) => join(work, `${index}.yaml`));
    await Promise.all(files.map((file, index) => writeFile(file, values[index] ?? "", { mode: 0o600 })));
    const rendered = await run("helm", [
      ...["template", name, resolve(folder, chart), "--namespace", namespace, "--is-upgrade", "--no-hooks"],
      ...files.flatMap((file) => ["--values", file]),
    ]);
    if (rendered.exitCode !== 0) return { unknown: firstLine(rendered.stderr) };
    const objects = parseAllDocuments(rendered.stdout).flatMap(
      (document) => (document.toJS() as KubernetesObject | null) ?? [],
    );
    const ask = (verb: string, items: readonly KubernetesObject[], more: readonly string[]) =>
      run("kubectl", ["--kubeconfig", kubeconfig, verb, "--filename=-", ...more], {
        input: JSON.stringify({ apiVersion: "v1", kind: "List", items }),
      });
    const found = await ask("get", objects, ["--ignore-not-found", "--output=name"]);
    if (found.exitCode !== 0) return { unknown: firstLine(found.stderr) };
    const there = found.stdout.split("\n");
    const isThere = (object: KubernetesObject) => there.includes(nameOf(object));
    const answers = await Promise.all(
      [
        { verb: "replace", items: objects.filter(isThere) },
        { verb: "create", items: objects.filter((object) => !isThere(object)) },
      ]
        .filter(({ items }) => items.length > 0)
        .map(({ items, verb }) => ask(verb, items, ["--dry-run=server"])),
    );
    const failed = answers.filter(({ exitCode }) => exitCode !== 0).map(({ stderr }) => stderr);
    if (failed.length === 0) return "taken";
    const refusals = failed
      .flatMap((stderr) => stderr.split("\n"))
      .filter((line) => REFUSAL.test(line))
      .map((line) => line.replace(/error when (creating|replacing) "STDIN": /, ""));
    return refusals.length > 0 ? { refused: refusals.join("\n") } : { unknown: firstLine(failed[0] ?? "") };
  });
}

interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

/** As kubectl prints it: deployment.apps/backend, service/backend. */
function nameOf({ apiVersion, kind, metadata: { name } }: KubernetesObject): string {
  const [group, version] = apiVersion.split("/");
  return `${kind.toLowerCase()}${version === undefined ? "" : `.${group}`}/${name}`;
}

/** How kubectl says that the API server has looked at an object and does not want it; what else it says is a hiccup. */
const REFUSAL = /^(The \S+ ".*" is invalid|Error from server \((Invalid|BadRequest|Forbidden|MethodNotAllowed)\))/;

const firstLine = (text: string): string => text.trim().split("\n")[0] ?? "";

/**
 * The kubeconfig by which a plan's providers reach the cluster, in a folder that goes away afterwards. It has no secret:
 * kubelogin asks for a token.
 * @throws UserError for a plan that has not looked up a cluster
 */
export async function withKubeconfig<T>(plan: string, act: (kubeconfig: string) => Promise<T>): Promise<T> {
  const resources = planSchema.parse(parseJson(plan)).prior_state?.values?.root_module.resources ?? [];
  const [cluster] = resources
    .filter(({ type }) => type === "azurerm_kubernetes_cluster")
    .flatMap(({ values }) => clusterSchema.safeParse(values).data ?? []);
  if (!cluster) throw new UserError("the plan has looked up no cluster");
  const [{ cluster_ca_certificate, host }] = cluster.kube_config;
  return inFolder(async (work) => {
    const file = join(work, "kubeconfig");
    await writeFile(file, JSON.stringify(kubeconfigOf(host, cluster_ca_certificate)), { mode: 0o600 });
    return act(file);
  });
}

const kubeconfigOf = (server: string, certificateAuthority: string) => ({
  apiVersion: "v1",
  kind: "Config",
  "current-context": "aks",
  clusters: [{ name: "aks", cluster: { server, "certificate-authority-data": certificateAuthority } }],
  contexts: [{ name: "aks", context: { cluster: "aks", user: "aks" } }],
  users: [{ name: "aks", user: { exec: { ...KUBELOGIN, interactiveMode: "IfAvailable" } } }],
});

async function inFolder<T>(act: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "mmrv-dry-run-"));
  try {
    return await act(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
