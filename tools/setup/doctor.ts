import packageJson from "../../package.json";
import { locate, tool, toolNames } from "./locate";
import { endOfNode, whyNoCdktf } from "./node";
import type { ToolName } from "./tools";

export interface FoundTool {
  readonly name: string;
  readonly version: string | undefined;
  readonly neededFor: string;
  /** What is wrong with the version that was found. */
  readonly complaint?: string;
  /** How one is had that will do, or will do longer; undefined when it is there. */
  readonly remedy?: string;
}

/** Asks each tool of the table for its version, all at once; a missing one is a row, not an error. */
export async function findTools(): Promise<FoundTool[]> {
  const { node: version } = process.versions;
  const neededFor = `everything (${packageJson.engines.node})`;
  const node = { name: "node", version, neededFor, remedy: endOfNode(version) };
  return [node, ...(await Promise.all(toolNames.map(find)))];
}

function remedyOf(name: ToolName): string {
  const { onDemand, source } = tool(name);
  if (onDemand !== undefined) return `npm run tools -- ${name} (${onDemand})`;
  if (source.by === "user") return `yours to install, because ${source.because}: ${source.from}`;
  return source.by === "npm" ? "npm ci" : "npm run tools";
}

async function find(name: ToolName): Promise<FoundTool> {
  const { fits, neededFor, version } = tool(name);
  const at = await locate(name);
  if (at !== undefined && "path" in at)
    return { name, neededFor, version: at.version, remedy: name === "cdktf" ? whyNoCdktf() : undefined };
  const remedy = remedyOf(name);
  return at === undefined
    ? { name, neededFor, version: undefined, remedy }
    : { name, neededFor, version: at.unfit, complaint: `must be ${fits?.must ?? version}`, remedy };
}
