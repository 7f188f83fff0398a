import { type Document, isAlias, isScalar, type Node, type Scalar, visit } from "yaml";

/** A node that must not be there, or not so. */
export interface Misfit {
  readonly node: Node;
  readonly got: string;
  readonly must: string;
}

/**
 * What Flux reads otherwise than this program, or not at all. It gets the file itself, where Terraform hands on what was read
 * here, and Go's YAML (go.yaml.in/yaml/v2, by sigs.k8s.io/yaml, as in Helm) is neither 1.1 nor 1.2. What is left is the
 * same to both; some words that are the same to both are refused with the others.
 * @param document read as YAML 1.1, without errors
 * @param text what it was read from
 */
export function unlikeGo(document: Document, text: string): Misfit[] {
  const misfits: Misfit[] = [];
  const { contents, directives } = document;
  if (directives?.yaml.explicit && contents !== null)
    misfits.push({ node: contents as Node, got: "%YAML", must: "must be absent (Flux reads one version only)" });
  visit(document, {
    Node: (at, node) => {
      const written = text.slice(node.range?.[0], node.range?.[1]);
      const must = isAlias(node) ? undefined : mustBe(node, at === "key", written);
      if (must !== undefined) misfits.push({ node, got: node.tag ?? written, must });
    },
  });
  return misfits;
}

/** What a node must be instead; undefined for one that both read alike. */
function mustBe(node: Node & { readonly tag?: string }, isKey: boolean, written: string): string | undefined {
  if (node.tag !== undefined) return "must be absent (of a tag Flux makes something else); text is written in quotes";
  if (isScalar(node)) return scalarMustBe(node, isKey, written);
  return isKey ? "must be a word (Flux knows no other keys)" : undefined;
}

const ESCAPED_SLASH = /(^|[^\\])(\\\\)*\\\//;
/** The first line of a block that has anything in it begins with a tab. */
const TAB_FIRST = /^[^\n]*\n( *\n)* *\t/;

function scalarMustBe(node: Scalar, isKey: boolean, written: string): string | undefined {
  const { source = "", type, value } = node;
  if (type === "QUOTE_DOUBLE" && ESCAPED_SLASH.test(written))
    return "must say / without the stroke before it (Flux knows no such escape)";
  if (type?.startsWith("BLOCK_") && TAB_FIRST.test(written))
    return "must be indented by spaces alone (Flux refuses a tab there)";
  // A key that is no text is told elsewhere, and << is none.
  if (type !== "PLAIN" || typeof value === "symbol" || (isKey && typeof value !== "string")) return undefined;
  if (isReadAlike(source, value)) return undefined;
  return `must be in quotes, "${source}", or a plain number such as 12 or 0.5 (Terraform and Flux may read another value)`;
}

/** A number as everybody writes it, and no reader takes for another. */
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?$/;
/** Whatever Go may take for a number, in any base, once the strokes in it are gone. */
const LIKE_A_NUMBER = /^[-+]?(0x[-+]?[\da-f]+|0o[-+]?[0-7]+|0b[-+]?[01]+|(?=[\d.])\d*\.?\d*(e[-+]?\d+)?)$/i;

/** Whether both read a word without quotes alike. Of truths and null both know the same spellings. */
function isReadAlike(word: string, value: unknown): boolean {
  if (typeof value === "number") return NUMBER.test(word) && (!Number.isInteger(value) || Number.isSafeInteger(value));
  if (typeof value === "string") return word.startsWith("_") || !LIKE_A_NUMBER.test(word.replaceAll("_", ""));
  return typeof value === "boolean" || value === null;
}
