import { existsSync, readFileSync } from "node:fs";
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, visit } from "yaml";
import { type Issue, issue } from "./rules/issue";
import { type Misfit, unlikeGo } from "./unlike-go";

export type Values = { readonly [key: string]: unknown };

/** The values of one file. */
export interface Layer {
  /** As the user knows it, such as helm-values/backend/staging.yaml. */
  readonly file: string;
  readonly values: Values;
}

/** One file of values, and what is wrong with it. */
export interface ReadLayer {
  readonly layer: Layer;
  /** Each with the file and, where there is one, its line. */
  readonly issues: readonly Issue[];
}

/** How a file is read. */
interface Reader {
  readonly version: "1.1" | "1.2";
  readonly must: string;
}

/** As Helm reads it: there a bare yes is true, and the schema then asks for quotes. */
const HELM: Reader = { version: "1.1", must: "must be YAML that Helm can read" };

/** As everybody else does: dates are text, and so are yes and on. */
export const YAML: Reader = { version: "1.2", must: "must be YAML" };

/** Reads a file of values. One that is not there has none: an environment without differences needs no file. */
export function readLayer(path: string, file: string, { must, version }: Reader = HELM): ReadLayer {
  const none = { layer: { file, values: {} }, issues: [] };
  if (!existsSync(path)) return none;
  const lines = new LineCounter();
  const options = { version, prettyErrors: true, lineCounter: lines, logLevel: "error", uniqueKeys } as const;
  const text = readFileSync(path, "utf8");
  const document = parseDocument(text, options);
  const unseen = unfitLines(text).map(([line, got]) => issue(placeOf(file, line), got, TEXT));
  if (unseen.length > 0) return { ...none, issues: unseen };
  const wrong = [...document.errors, ...document.warnings].map(({ code, linePos, message }) => {
    if (code === "MULTIPLE_DOCS")
      return issue(placeOf(file, linePos?.[0].line), "a second document", "must be one YAML document");
    const said = message.split("\n")[0]?.replace(/ at line \d+, column \d+:$/, "");
    return issue(placeOf(file, linePos?.[0].line), said, must);
  });
  if (wrong.length > 0) return { ...none, issues: wrong };
  const misfits = [...nodesThatDoNotFit(document), ...(version === "1.1" ? unlikeGo(document, text) : [])];
  const strange = misfits.map(({ node, must, got }) =>
    issue(placeOf(file, node.range && lines.linePos(node.range[0]).line), got, must),
  );
  if (strange.length > 0) return { ...none, issues: strange };
  const values: unknown = document.toJS() ?? {};
  if (!isMapping(values)) return { ...none, issues: [issue(file, values, "must be a mapping of values")] };
  return { layer: { file, values }, issues: [] };
}

const placeOf = (file: string, line: number | undefined | null): string => (line ? `${file}:${line}` : file);

export const isMapping = (value: unknown): value is Values =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * What arrives as something else, or stops a container: a line to YAML 1.1 that is none to JSON (NEL, LS, PS), a mark of
 * byte order, halves of a character, control characters. Lines and tabs are text.
 */
const UNFIT = /(?![\n\t])[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\uFEFF]/u;

const TEXT =
  "must be text of lines and tabs, without control characters or other separators of lines (they would arrive as something else)";

/** Lines as they are written, comments too: for YAML 1.1 some of these end a comment, and Helm would read on. */
function unfitLines(text: string): [line: number, got: string][] {
  return text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .flatMap((line, index) => (UNFIT.test(line) ? [[index + 1, line] as [number, string]] : []));
}

/** Keys that are no words are refused one by one, with the word that was meant. */
const uniqueKeys = (one: unknown, other: unknown): boolean =>
  isScalar(one) && isScalar(other) && typeof one.value === "string" && one.value === other.value;

/** What is YAML and still no values: it would end up in a prototype, as another word, or never end. */
function nodesThatDoNotFit(document: Document): Misfit[] {
  const misfits: Misfit[] = [];
  visit(document, {
    Pair: (_, { key, value }) => {
      const word = isAlias(key) ? key.resolve(document) : key;
      if (!isScalar(word)) return;
      if (typeof word.value === "symbol" && !isMerged(value, document))
        misfits.push({
          node: key as Node,
          got: "<<",
          must: "must name a mapping, or a list of them (to merge them here)",
        });
      const node = key as Node;
      if (String(word.value) === "__proto__")
        misfits.push({ node, got: "__proto__", must: "must be another key (it is no value to JavaScript)" });
      else if (typeof word.value !== "string" && typeof word.value !== "symbol") {
        const written = word.source ?? String(word.value);
        const must = `must be in quotes, "${written}" (YAML takes the bare word for ${String(word.value)}, and Helm would call the key that)`;
        misfits.push({ node, got: written, must });
      }
    },
    Scalar: (_, node) => {
      if (typeof node.value !== "string" || !UNFIT.test(node.value)) return;
      misfits.push({ node, got: node.value, must: TEXT });
    },
    Alias: (_, alias, ancestors) => {
      const anchor = alias.resolve(document);
      const must =
        anchor === undefined
          ? "must be an alias of an anchor that stands before it"
          : ancestors.includes(anchor)
            ? "must be an alias of something else (a value cannot hold itself)"
            : undefined;
      if (must !== undefined) misfits.push({ node: alias, got: `*${alias.source}`, must });
    },
  });
  return misfits.length > 0 ? misfits : endless(document);
}

/** Whether it can stand behind "<<". */
function isMerged(value: unknown, document: Document): boolean {
  const isMapThere = (node: unknown) => isMap(isAlias(node) ? node.resolve(document) : node);
  return isSeq(value) ? value.items.every(isMapThere) : isMapThere(value);
}

/** Aliases of aliases: a few lines that unfold to more than any machine holds. */
function endless(document: Document): Misfit[] {
  try {
    document.toJS();
    return [];
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    let last: Misfit | undefined;
    visit(document, {
      Alias: (_, node) => {
        last = { node, got: `*${node.source}`, must: "must be written out (aliases of aliases grow beyond any use)" };
      },
    });
    return last === undefined ? [] : [last];
  }
}
