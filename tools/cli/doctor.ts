import { execFile } from "node:child_process";
import { promisify } from "node:util";
import packageJson from "../../package.json";

export interface Tool {
  readonly name: string;
  readonly version: string | undefined;
  readonly neededFor: string;
}

/** What the tools of this project call, with how each says its version. */
const TOOLS: readonly { readonly name: string; readonly args: readonly string[]; readonly neededFor: string }[] = [
  { name: "terraform", args: ["version"], neededFor: "rehearse, deploy, diff, adopt" },
  {
    name: "az",
    args: ["version", "--query", '"azure-cli"', "--output", "tsv"],
    neededFor: "logging in to Azure from a terminal",
  },
  { name: "kubectl", args: ["version", "--client"], neededFor: "looking into the cluster" },
  { name: "kubelogin", args: ["--version"], neededFor: "every stack that speaks to the cluster" },
];

/** Asks each tool for its version, all at once; a missing one is a row, not an error. */
export async function findTools(): Promise<Tool[]> {
  const ask = async ({ name, args, neededFor }: (typeof TOOLS)[number]): Promise<Tool> => {
    const answer = await promisify(execFile)(name, [...args], { timeout: 5_000 }).catch(() => undefined);
    return { name, neededFor, version: answer && (/\d+\.\d+(\.\d+)?/.exec(answer.stdout)?.[0] ?? "found") };
  };
  const node = { name: "node", version: process.versions.node, neededFor: `everything (${packageJson.engines.node})` };
  return [node, ...(await Promise.all(TOOLS.map(ask)))];
}
