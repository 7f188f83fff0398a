/** A condition of Next.js, as `has` takes it. */
export interface Has {
  readonly type: "host" | "query";
  readonly key?: string;
  readonly value?: string;
}

/** What the source of a rule means. */
export type SourcePattern =
  | {
      readonly kind: "path";
      /** In Next.js's words: path-to-regexp. */
      readonly source: string;
      readonly has: readonly Has[];
      /** Amplify's segments, to see which rules meet. */
      readonly segments: readonly string[];
      readonly names: Names;
    }
  | { readonly kind: "host"; readonly host: string }
  | { readonly kind: "regex" }
  /** Amplify takes no notice of it, and says nothing. */
  | { readonly kind: "never"; readonly why: string };

/** Amplify's placeholders by their names in Next.js, which takes letters, digits and underscores. */
export type Names = ReadonlyMap<string, string>;

const REST = "<*>";

/** @see https://docs.aws.amazon.com/amplify/latest/userguide/redirect-rewrite-examples.html */
export function readSource(text: string): SourcePattern {
  if (/^<\/[\s\S]*\/>$/.test(text)) return { kind: "regex" };
  const [, host, path = ""] = /^https?:\/\/([^/?]+)(.*)$/.exec(text) ?? [];
  if (host !== undefined)
    return path === "" || path === "/" ? { kind: "host", host } : never("a source with a host takes no path");
  if (!text.startsWith("/")) return never("a source that begins with no / fits no path");
  const [pathname = "", query] = text.split("?", 2);
  const stars = pathname.split(REST).length - 1;
  if (stars > 1 || (stars === 1 && !pathname.endsWith(REST))) return never("<*> works at the end alone, and once");
  if (pathname.replace(REST, "").includes("*")) return never("its wildcard is <*>; * alone is a letter");
  return pathPattern(pathname, query);
}

const never = (why: string): SourcePattern => ({ kind: "never", why: `it never worked on Amplify: ${why}` });

function pathPattern(pathname: string, query: string | undefined): SourcePattern {
  const names = new Map<string, string>();
  for (const [, name = ""] of `${pathname}?${query ?? ""}`.matchAll(/<([^<>*]+)>/g))
    names.set(name, fresh(name, [...names.values()]));
  const bare = pathname.length > 1 ? pathname.replace(/\/$/, "") : pathname;
  const isFolder = bare.endsWith(`/${REST}`);
  const source = bare
    .split(/(<[^<>]+>)/)
    .map((part, index, parts) => placed(part, parts[index + 1] ?? "", names, isFolder))
    .join("");
  return {
    kind: "path",
    source,
    has: (query === undefined || query === "" ? [] : query.split("&")).map((pair) => queryHas(pair, names)),
    segments: bare.split("/").slice(1),
    names,
  };
}

function placed(part: string, next: string, names: Names, isFolder: boolean): string {
  if (part === REST) return isFolder ? ":path*" : ":path(.*)";
  const name = names.get(/^<(.+)>$/.exec(part)?.[1] ?? "");
  if (name === undefined) return part.replace(/[(){}*+?:]/g, "\\$&");
  // A letter behind it would be read as part of its name.
  return /^[\w(]/.test(next) ? `:${name}([^/]+?)` : `:${name}`;
}

/** A value behind a key of the query; a placeholder there becomes a named group. */
function queryHas(pair: string, names: Names): Has {
  const [key = "", value] = pair.split("=", 2);
  if (value === undefined) return { type: "query", key };
  const name = names.get(/^<(.+)>$/.exec(value)?.[1] ?? "");
  return {
    type: "query",
    key,
    value: name === undefined ? value.replace(/[.*+?^${}()|[\]\\]/g, "\\$&") : `(?<${name}>.+)`,
  };
}

function fresh(name: string, taken: readonly string[]): string {
  const word = name.replace(/\W+(\w?)/g, (_, letter: string) => letter.toUpperCase()).replace(/^(?=\d|path$|$)/, "p");
  return taken.includes(word) ? `${word}${taken.length}` : word;
}

/**
 * The target in Next.js's words; undefined when it has a placeholder that the source lacks, or one that a letter follows.
 */
export function targetOf(text: string, source: string, names: Names): string | undefined {
  const rest = source.endsWith(":path*") ? ":path*" : ":path";
  let isKnown = true;
  const path = text.replace(/^https?:\/\/[^/]+/, "");
  const origin = text.slice(0, text.length - path.length);
  const target = path
    .split(/(<[^<>]+>)/)
    .map((part, index, parts) => {
      const isPlaceholder = /^<.+>$/.test(part);
      const name = names.get(part.slice(1, -1));
      if (part === REST ? !/:path/.test(source) : isPlaceholder && name === undefined) isKnown = false;
      if (isPlaceholder && /^\w/.test(parts[index + 1] ?? "")) isKnown = false;
      if (part === REST && rest === ":path*" && !(parts[index - 1] ?? "").endsWith("/")) isKnown = false;
      if (part === REST) return rest;
      return isPlaceholder
        ? `:${name ?? ""}`
        : part.replace(/[(){}*+:]/g, (sign) => encodeURIComponent(sign).replace(/[()*]/, hex));
    })
    .join("");
  return isKnown ? `${origin}${target}` : undefined;
}

const hex = (sign: string): string => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`;

/** Whether some path fits both. */
export function overlap(one: readonly string[], other: readonly string[]): boolean {
  const [a, ...restOfOne] = one;
  const [b, ...restOfOther] = other;
  if (a?.endsWith(REST)) return b === undefined || fits(a, b) || b.includes("<");
  if (b?.endsWith(REST)) return a === undefined || fits(b, a) || a.includes("<");
  if (a === undefined || b === undefined) return a === b;
  return (a === b || a.includes("<") || b.includes("<")) && overlap(restOfOne, restOfOther);
}

const fits = (pattern: string, segment: string): boolean =>
  segment.startsWith(pattern.slice(0, -REST.length).split("<")[0] ?? "");
