/** What was read: an answer of AWS, or a file, under the name that the report gives it. */
export interface Source {
  /** Such as "taskDefinition". Two of one kind have two names. */
  readonly name: string;
  /** Which table of fields knows its paths, such as "ecs.TaskDefinition". */
  readonly shape: string;
}

/**
 * A place in what was read, with what is there. A place that is not there can be named too: absence has consequences of its
 * own. What AWS answers for "nothing" (null, "", an empty list or object) is absent.
 */
export class At {
  private constructor(
    readonly source: Source,
    /** For people, with the names of what has one: `containerDefinitions[web].image`. One place, one path. */
    readonly path: string,
    /** As the table of fields writes it: `containerDefinitions[].image`. */
    readonly pattern: string,
    /** The path without positions, which another order would change: `containerDefinitions[web].portMappings[].hostPort`. */
    readonly named: string,
    private readonly content: unknown,
  ) {}

  static root(source: Source, content: unknown): At {
    return new At(source, "", "", "", content);
  }

  get isThere(): boolean {
    return !isEmpty(this.content);
  }

  /** What is here, as it came; undefined for nothing. */
  get value(): unknown {
    return this.isThere ? this.content : undefined;
  }

  /** A member, and its member; there or not. */
  at(...names: readonly string[]): At {
    const [name, ...rest] = names;
    if (name === undefined) return this;
    return new At(
      this.source,
      this.path === "" ? name : `${this.path}.${name}`,
      this.pattern === "" ? name : `${this.pattern}.${name}`,
      this.named === "" ? name : `${this.named}.${name}`,
      isRecord(this.content) ? ownMember(this.content, name) : undefined,
    ).at(...rest);
  }

  /** The elements of a list; none when it is no list. */
  get items(): At[] {
    if (!Array.isArray(this.content)) return [];
    const seen = new Map<string, number>();
    return this.content.map((element: unknown, index) => {
      const own = nameOf(element);
      const name = own ?? String(index);
      const times = (seen.get(name) ?? 0) + 1;
      seen.set(name, times);
      const label = times === 1 ? name : `${name}#${times}`;
      return new At(this.source, `${this.path}[${label}]`, `${this.pattern}[]`, `${this.named}[${own ?? ""}]`, element);
    });
  }

  /** The members of an object whose keys are data, such as labels; the table of fields writes `dockerLabels{}`. */
  get entries(): [key: string, at: At][] {
    if (!isRecord(this.content)) return [];
    return Object.entries(this.content).map(([key, value]) => [
      key,
      new At(this.source, `${this.path}{${key}}`, `${this.pattern}{}`, `${this.named}{${key}}`, value),
    ]);
  }

  /** Text; a number or a word such as true in its place counts as what it says. */
  get text(): string | undefined {
    const { content } = this;
    if (typeof content === "string") return content === "" ? undefined : content;
    return typeof content === "number" || typeof content === "boolean" ? String(content) : undefined;
  }

  /** Text that may well be empty, such as the value of a variable. */
  get textOrEmpty(): string | undefined {
    return this.content === "" ? "" : this.text;
  }

  /** A number, also one that stands in quotes. */
  get number(): number | undefined {
    const { text } = this;
    return text !== undefined && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
  }

  get boolean(): boolean | undefined {
    return this.content === true || this.content === "true"
      ? true
      : this.content === false || this.content === "false"
        ? false
        : undefined;
  }

  /** The words of a list, each as it came. */
  get words(): string[] {
    return this.items.flatMap(({ textOrEmpty }) => textOrEmpty ?? []);
  }

  /**
   * Every single value at or below this place.
   * @param isMap whether a pattern is an object whose keys are data
   * @param isEmptyKept whether "" is a value there
   */
  leaves(isMap: (pattern: string) => boolean, isEmptyKept: (pattern: string) => boolean): At[] {
    if (Array.isArray(this.content)) return this.items.flatMap((item) => item.leaves(isMap, isEmptyKept));
    if (isRecord(this.content)) {
      const members = isMap(`${this.pattern}{}`)
        ? this.entries.map(([, at]) => at)
        : Object.keys(this.content).map((name) => this.at(name));
      return members.flatMap((member) => member.leaves(isMap, isEmptyKept));
    }
    if (this.content === "" && isEmptyKept(this.pattern)) return [this];
    return this.isThere ? [this] : [];
  }
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const ownMember = (record: Readonly<Record<string, unknown>>, name: string): unknown =>
  Object.hasOwn(record, name) ? record[name] : undefined;

function isEmpty(content: unknown): boolean {
  if (content === undefined || content === null || content === "") return true;
  if (Array.isArray(content)) return content.every(isEmpty);
  return isRecord(content) && Object.values(content).every(isEmpty);
}

/** What people call an element of a list. */
const NAMES = ["name", "Name", "containerName", "key", "Key", "serviceName", "TargetGroupName", "PolicyName"];

function nameOf(element: unknown): string | undefined {
  if (!isRecord(element)) return undefined;
  for (const key of NAMES) {
    const name = ownMember(element, key);
    // A name with a bracket would read as two steps.
    if (typeof name === "string" && /^[^[\]{}#\s]+$/.test(name)) return name;
  }
  return undefined;
}
