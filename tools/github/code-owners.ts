import { printable } from "../../model/printable";
import { commandLine } from "../shell";
import { type AskGitHub, told } from "./call-gh";

/** What is open, or what nobody may say here, in a line each. */
interface Owned {
  readonly faults: readonly string[];
  readonly unknown: readonly string[];
}

/**
 * Whether the owners in CODEOWNERS are owners: GitHub passes over a line whose owner it does not know, and then whoever may
 * approve at all approves what stands there.
 * @param isWorkflow whether a workflow's token asks, which may be refused what people may read
 * @see docs.github.com/rest/repos/repos, "List CODEOWNERS errors"
 */
export async function codeOwners(repository: string, isWorkflow: boolean, ask: AskGitHub): Promise<Owned> {
  const api = `repos/${repository}/codeowners/errors`;
  const found = await ask(`${api}?ref=main`);
  if (found.is === "refusal" && found.status === 404)
    return {
      faults: [
        "main: there is no CODEOWNERS, so nobody owns anything; write .github/CODEOWNERS, with a team that may write here",
      ],
      unknown: [],
    };
  if (found.is === "refusal") {
    const lines = [`main: GitHub does not say whether CODEOWNERS names anybody (${told(found)})`];
    return isWorkflow ? { faults: [], unknown: lines } : { faults: lines, unknown: [] };
  }
  const { errors = [] } = found.value as {
    readonly errors?: readonly { readonly kind?: string; readonly line?: number; readonly path?: string }[];
  };
  const [first, ...more] = errors;
  if (first === undefined) return { faults: [], unknown: [] };
  const { kind = "", line, path = "CODEOWNERS" } = first;
  const others = more.length > 0 ? `, and ${more.length} more` : "";
  return {
    faults: [
      `${printable(path)}, line ${line}: ${printable(kind)}${others}, so nobody owns what stands there; an owner must exist, be visible and may write here (${commandLine("gh", "api", api)})`,
    ],
    unknown: [],
  };
}
