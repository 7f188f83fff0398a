import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { DELIVERY_ANNOTATION } from "../../model/delivery";
import { frozenIn } from "../../model/gitops/frozen";
import { DELIVERIES, type Delivery } from "../../model/schema/git-ops";
import { UserError } from "../../model/user-error";
import { complain, say } from "../output";
import { run } from "../processes";

/** The files of the program as they were or are, by their paths in its folder. */
interface Tree {
  /** Below gitops/, every file of a HelmRelease. */
  readonly releases: () => Promise<readonly string[]>;
  /** Undefined for a file that is not there. */
  readonly text: (file: string) => Promise<string | undefined>;
}

const RELEASE_FILE = /^gitops\/[^/]+\/[^/]+\/release\.yaml$/;

/**
 * `mmrv handover check --base REF`: whether what is rendered for Flux goes from a commit to today by steps that no release
 * stumbles over. Exit 1 for a jump, for a release that leaves while it is not Terraform's, and for what Flux answers by an
 * uninstall.
 * @param folder of this program, which need not be the repository's first
 * @throws UserError for a commit that is not there
 */
export async function check(ref: string, folder = "."): Promise<number> {
  const known = await run("git", ["rev-parse", "--verify", "--quiet", `${ref}^{commit}`], { cwd: folder });
  if (known.exitCode !== 0)
    throw new UserError(`${ref}: there is no such commit here\n  next: git fetch, with its history (fetch-depth: 0)`);
  const [base, head] = [committed(ref, folder), written(folder)];
  const files = [...new Set([...(await base.releases()), ...(await head.releases())])].sort();
  let faults = 0;
  for (const file of files) {
    const lines = await faultsOf(file, base, head);
    for (const line of lines) complain(`${file}: ${line}`);
    faults += lines.length;
  }
  if (faults === 0) say(`every release goes on from where it was at ${ref}`);
  return faults === 0 ? 0 : 1;
}

/** Git shows paths from the folder on in which it is called. */
const committed = (ref: string, cwd: string): Tree => ({
  releases: async () => {
    const { stdout } = await run("git", ["ls-tree", "-r", "-z", "--name-only", ref, "--", "gitops"], { cwd });
    return stdout.split("\0").filter((file) => RELEASE_FILE.test(file));
  },
  text: async (file) => {
    const { exitCode, stdout } = await run("git", ["show", `${ref}:./${file}`], { cwd });
    return exitCode === 0 ? stdout : undefined;
  },
});

const written = (folder: string): Tree => ({
  releases: async () =>
    (await readdir(join(folder, "gitops"), { recursive: true }).catch(() => []))
      .map((file) => join("gitops", file).replaceAll("\\", "/"))
      .filter((file) => RELEASE_FILE.test(file)),
  text: (file) => readFile(join(folder, file), "utf8").catch(() => undefined),
});

/** A HelmRelease as far as it is compared. */
interface Rendered {
  readonly delivery: Delivery;
  /** What Flux knows it by, by the name of each field. */
  readonly frozen: ReadonlyMap<string, unknown>;
}

async function faultsOf(file: string, base: Tree, head: Tree): Promise<string[]> {
  const [before, now] = [await renderedIn(file, base), await renderedIn(file, head)];
  if (now === "unreadable") return ["cannot be read, so nobody knows who delivers it: npx mmrv render writes it anew"];
  if (before === "unreadable") {
    complain(`${file}: what it was cannot be read, so it is not compared`);
    return [];
  }
  if (now === undefined) return before === undefined || before.delivery === "terraform" ? [] : [removed(before)];
  const from = before?.delivery ?? "terraform";
  return [...jump(from, now.delivery), ...(before ? changed(before, now) : [])];
}

const removed = ({ delivery }: Rendered): string =>
  `must stay (it was in ${delivery}, and Terraform has forgotten the release): take it back to Terraform first, npx mmrv handover back`;

/** From one to the other there is `handover`, in which Terraform forgets and Flux does not act. */
function jump(from: Delivery, to: Delivery): string[] {
  const isStep = Math.abs(DELIVERIES.indexOf(from) - DELIVERIES.indexOf(to)) <= 1;
  return isStep
    ? []
    : [
        `must not go from ${from} to ${to} at once (two would release it, or nobody would know it): set handover, merge, deploy, and go on then`,
      ];
}

/** As long as it is Terraform's, whatever it is called is Terraform's matter. */
function changed(before: Rendered, now: Rendered): string[] {
  if (before.delivery === "terraform" && now.delivery === "terraform") return [];
  return [...before.frozen].flatMap(([field, value]) => {
    const other = now.frozen.get(field);
    return value === other
      ? []
      : [
          `${field} must stay ${shown(value)} and not become ${shown(other)} (Flux would uninstall the release and install another): take it back to Terraform first, npx mmrv handover back`,
        ];
  });
}

const shown = (value: unknown): string => (value === undefined ? "unset" : JSON.stringify(value));

const helmRelease = z.object({
  metadata: z.object({ annotations: z.object({ [DELIVERY_ANNOTATION]: z.enum(DELIVERIES) }) }),
  spec: z.object({ chart: z.object({ spec: z.object({ chart: z.string() }) }) }),
});

/** Undefined for a release that a tree does not have: then it is Terraform's. */
async function renderedIn(file: string, tree: Tree): Promise<Rendered | "unreadable" | undefined> {
  const text = await tree.text(file);
  if (text === undefined) return undefined;
  const object = parsed(text);
  const release = helmRelease.safeParse(object);
  if (!release.success) return "unreadable";
  const { metadata, spec } = release.data;
  const frozen = new Map(frozenIn(object));
  // Another name in there, and the release's target is another one, too.
  const chartFile = `${join(spec.chart.spec.chart, "Chart.yaml").replaceAll("\\", "/")}`;
  frozen.set(`the name in ${chartFile}`, nameIn((await tree.text(chartFile)) ?? ""));
  return { delivery: metadata.annotations[DELIVERY_ANNOTATION], frozen };
}

const nameIn = (chart: string): unknown => (parsed(chart) as { readonly name?: unknown } | undefined)?.name;

/** Undefined where it is no YAML. */
function parsed(text: string): unknown {
  try {
    return parse(text) ?? undefined;
  } catch {
    return undefined;
  }
}
