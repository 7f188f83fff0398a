import { isDeepStrictEqual } from "node:util";
import { type Document, isMap, isNode, isScalar, isSeq, Pair, parseDocument, Scalar, YAMLMap } from "yaml";
import { UserError } from "../../model/user-error";
import { memberOf, type Path } from "./leaves";

/** A file that an import would change, whole. */
export interface Edit {
  /** As the user knows it, such as helm-values/backend/staging.yaml. */
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

/** The files of one folder as documents, which keep comments; each is read once. */
export class ValuesDocuments {
  private readonly documents = new Map<string, { readonly before: string; readonly document: Document }>();

  constructor(
    private readonly folder: string,
    private readonly read: (file: string) => string | undefined,
  ) {}

  get(name: string, path: Path): unknown {
    return memberOf(this.open(name).toJS(), path);
  }

  set(name: string, path: Path, value: unknown): void {
    if (isDeepStrictEqual(this.get(name, path), value)) return;
    const document = this.open(name);
    // What stands where a mapping is needed, such as "env: null", would take no member.
    for (let length = 1; length < path.length; length += 1)
      if (!isMap(document.getIn(path.slice(0, length), true))) document.setIn(path.slice(0, length), new YAMLMap());
    const old: unknown = document.getIn(path, true);
    const comment = isScalar(old) ? old.comment : undefined;
    const node = document.createNode(value);
    if (comment !== undefined) node.comment = comment;
    // Elements that stay keep their comments.
    if (isSeq(node) && isSeq(old))
      node.items = node.items.map((item) => {
        const [json, same] = [toJS(item, document), (other: unknown) => toJS(other, document)];
        return old.items.find((other) => isDeepStrictEqual(same(other), json)) ?? item;
      });
    document.setIn(path, node);
  }

  /**
   * With the mappings that are empty then. What stands above the first line of a file is the file's, and stays.
   * @returns what was said about it
   */
  remove(name: string, path: Path): string | undefined {
    const document = this.open(name);
    const { above, index, key } = placeOf(document, path);
    if (above === undefined || index < 0) return undefined;
    const before = (isScalar(key) ? key.commentBefore : undefined) ?? undefined;
    const inside = index === 0 && path.length > 1 ? (above.commentBefore ?? undefined) : undefined;
    if (inside !== undefined) above.commentBefore = undefined;
    document.deleteIn(path);
    if (index === 0 && path.length === 1 && before !== undefined)
      document.commentBefore = [document.commentBefore, before].filter(Boolean).join("\n");
    this.prune(document, path);
    return index === 0 && path.length === 1 ? undefined : (before ?? inside);
  }

  /** Says something about a line, unless something is said of it already. */
  comment(name: string, path: Path, text: string): void {
    const { above, index, key } = placeOf(this.open(name), path);
    if (isScalar(key)) key.commentBefore ??= text;
    else if (above !== undefined && index >= 0) {
      const scalar = new Scalar(path.at(-1));
      scalar.commentBefore = text;
      above.items[index] = new Pair(scalar, above.items[index]?.value);
    }
  }

  private prune(document: Document, path: Path): void {
    for (let length = path.length - 1; length > 0; length -= 1) {
      const above: unknown = document.getIn(path.slice(0, length), true);
      if (!isMap(above) || above.items.length > 0) break;
      document.deleteIn(path.slice(0, length));
    }
  }

  edits(): Edit[] {
    return (
      [...this.documents]
        .map(([name, { before, document }]) => {
          const isNothing = before === "" && isMap(document.contents) && document.contents.items.length === 0;
          const after = isNothing ? "" : document.toString({ lineWidth: 0 });
          return { file: `${this.folder}/${name}`, before, after };
        })
        // A file that says the same may still be written in another way.
        .filter(({ after, before }) => !isDeepStrictEqual(parsed(after), parsed(before)))
    );
  }

  private open(name: string): Document {
    const known = this.documents.get(name);
    if (known !== undefined) return known.document;
    const file = `${this.folder}/${name}`;
    const before = this.read(file) ?? "";
    // 1.1, as Helm reads it: what is a number or a truth there gets quotes.
    const document: Document = parseDocument(before, { version: "1.1" });
    const [fault] = document.errors;
    if (fault) throw new UserError(`${file}: ${fault.message.split("\n")[0]}; must be YAML that Helm can read`);
    document.contents ??= new YAMLMap();
    if (!isMap(document.contents)) throw new UserError(`${file}: must be a mapping of values`);
    this.documents.set(name, { before, document });
    return document;
  }
}

const parsed = (text: string): unknown => parseDocument(text, { version: "1.1" }).toJS() ?? {};

const toJS = (node: unknown, document: Document): unknown => (isNode(node) ? node.toJS(document) : node);

/** The line of a path: the mapping that it is in, its place there, and its key. */
function placeOf(document: Document, path: Path): { above?: YAMLMap; index: number; key?: unknown } {
  const above: unknown = path.length > 1 ? document.getIn(path.slice(0, -1), true) : document.contents;
  if (!isMap(above)) return { index: -1 };
  const index = above.items.findIndex(({ key }) => (isScalar(key) ? key.value : key) === path.at(-1));
  return { above, index, key: above.items[index]?.key };
}
