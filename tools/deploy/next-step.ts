import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { filesOf, type Marker } from "../../model/markers";
import { parseJson } from "../parse-json";

/** What the next step is chosen by. */
export interface Situation {
  /** Whether Terraform is here, in a version that the stacks take. */
  readonly hasTerraform: boolean;
  /** Generated files that are not current. */
  readonly stale: readonly string[];
  /** In the order in which they are deployed. */
  readonly stacks: readonly { readonly id: string; readonly openMarkers: readonly Marker[] }[];
  /** The stacks that are deployed; undefined where only the cloud knows. */
  readonly deployed: readonly string[] | undefined;
}

/** What a person does next, in one line. Asks nobody. */
export function nextStep({ deployed, hasTerraform, stacks, stale }: Situation): string {
  if (!hasTerraform) return "install Terraform 1.11 (developer.hashicorp.com/terraform/install), then npm start again";
  if (stale.length > 0) return "npm run fix, which writes them";
  const waiting = stacks.filter(({ id }) => deployed?.includes(id) !== true);
  // Each stack stops on its own markers; where nobody knows which is next, all of them count.
  const asked = deployed === undefined ? waiting : waiting.slice(0, 1);
  const open = filesOf(asked.flatMap(({ openMarkers }) => openMarkers));
  if (open.length > 0)
    return `answer the open markers in ${open.join(", ")}; until then npx mmrv rehearse shows all of it without a cloud`;
  const [first] = waiting;
  if (first === undefined) return "all is deployed; after an edit npm run fix, then npx mmrv diff STACK";
  if (deployed === undefined) return `npx mmrv diff ${first.id}, then each of the stacks: it says what is missing`;
  return `npx mmrv deploy ${first.id}`;
}

/**
 * The stacks whose local state holds something.
 * @param kept the type of context.state in cdktf.json
 * @param folder where local states are
 * @returns undefined when states are kept elsewhere
 */
export function deployedHere(
  stacks: readonly { readonly id: string }[],
  kept: unknown,
  folder = "terraform.tfstate.d",
): string[] | undefined {
  if (kept !== undefined && kept !== "local") return undefined;
  return stacks
    .map(({ id }) => id)
    .filter((id) => {
      const file = join(folder, id, "terraform.tfstate");
      const state = existsSync(file) ? parseJson(readFileSync(file, "utf8")) : undefined;
      return ((state as { readonly resources?: readonly unknown[] } | undefined)?.resources?.length ?? 0) > 0;
    });
}
