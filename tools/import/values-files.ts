import { isDeepStrictEqual } from "node:util";
import { type Document, isMap, isScalar, parseDocument, YAMLMap } from "yaml";
import { UserError } from "../../model/user-error";
import { isRecord } from "./at";

/** A file that an import would change, whole. */
export interface Edit {
  /** As the user knows it, such as helm-values/backend/staging.yaml. */
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

/** What each environment's import meant for one application, as nested values. */
export interface Meant {
  readonly environment: string;
  readonly values: object;
}

type Path = readonly string[];
interface Leaf {
  readonly path: Path;
  readonly value: unknown;
}

/**
 * What helm-values/<application> must say so that the release gets what the import meant: what all imported environments mean
 * alike goes into values.yaml, the rest into the environment's own file. Comments and order stay, and what the files say
 * beyond the import too.
 * @param own the environment that is imported now
 * @param others environments that were imported before
 * @param defaults of the chart, which need not be said again
 * @param read the text of a file by its name; undefined when there is none
 * @throws UserError for a file that is no YAML
 */
export function valuesEdits(
  application: string,
  own: Meant,
  others: readonly Meant[],
  defaults: unknown,
  read: (file: string) => string | undefined,
): Edit[] {
  const files = new Files(`helm-values/${application}`, read);
  const base = "values.yaml";
  const mine = `${own.environment}.yaml`;
  for (const { path, value } of leavesOf(own.values)) {
    const isShared =
      others.length > 0 && others.every((other) => isDeepStrictEqual(memberOf(other.values, path), value));
    const below = () => files.get(base, path) ?? memberOf(defaults, path);
    if (isShared) {
      if (!isDeepStrictEqual(below(), value)) files.set(base, path, value);
      for (const { environment } of [own, ...others]) files.remove(`${environment}.yaml`, path);
    } else if (isDeepStrictEqual(below(), value)) files.remove(mine, path);
    else files.set(mine, path, value);
  }
  return files.edits();
}

/** Every value by its path; a list is one, because Helm replaces lists whole. */
export function leavesOf(value: object, path: Path = []): Leaf[] {
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
    if (inner === undefined) return [];
    return isRecord(inner) && Object.keys(inner).length > 0
      ? leavesOf(inner, [...path, key])
      : [{ path: [...path, key], value: inner }];
  });
}

export function memberOf(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, key) => (isRecord(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined),
    value,
  );
}

/** The files of one folder as documents, which keep comments; each is read once. */
class Files {
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
    document.setIn(path, node);
  }

  /** With the mappings that are empty then. */
  remove(name: string, path: Path): void {
    const document = this.open(name);
    if (!document.hasIn(path)) return;
    document.deleteIn(path);
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
