import { execFile } from "node:child_process";
import { promisify } from "node:util";
import packageJson from "../../package.json";

export interface Tool {
  readonly name: string;
  readonly version: string | undefined;
  readonly neededFor: string;
  /** What is wrong with the version that was found. */
  readonly complaint?: string;
}

interface Wanted {
  readonly name: string;
  readonly args: readonly string[];
  readonly neededFor: string;
  readonly fits?: RegExp;
  readonly must?: string;
}

/** What the tools of this project call, with how each says its version. */
const TOOLS: readonly Wanted[] = [
  // The stacks say ~> 1.11 (required_version).
  {
    name: "terraform",
    args: ["version"],
    neededFor: "rehearse, deploy, diff, adopt",
    fits: /^1\.(1[1-9]|[2-9]\d)\./,
    must: "1.11 or newer, below 2",
  },
  {
    name: "az",
    args: ["version", "--query", '"azure-cli"', "--output", "tsv"],
    neededFor: "logging in to Azure and its registries from a terminal",
  },
  {
    name: "kubectl",
    args: ["version", "--client"],
    neededFor: "looking into the cluster, unlock, rehearse --kubeconfig",
  },
  { name: "helm", args: ["version", "--short"], neededFor: "npm test of the charts" },
  { name: "regctl", args: ["version", "--format", "{{.VCSTag}}"], neededFor: "images copy, images promote" },
  { name: "cosign", args: ["version"], neededFor: "images promote" },
  { name: "kubelogin", args: ["--version"], neededFor: "every stack that speaks to the cluster" },
];

/** Asks each tool for its version, all at once; a missing one is a row, not an error. */
export async function findTools(): Promise<Tool[]> {
  const ask = async ({ name, args, neededFor, fits, must }: Wanted): Promise<Tool> => {
    const answer = await promisify(execFile)(name, [...args], { timeout: 5_000 }).catch(() => undefined);
    const version = answer && (/\d+\.\d+(\.\d+)?/.exec(answer.stdout)?.[0] ?? "found");
    const complaint = version !== undefined && fits?.test(version) === false ? `must be ${must}` : undefined;
    return { name, neededFor, version, complaint };
  };
  const node = { name: "node", version: process.versions.node, neededFor: `everything (${packageJson.engines.node})` };
  return [node, ...(await Promise.all(TOOLS.map(ask)))];
}
