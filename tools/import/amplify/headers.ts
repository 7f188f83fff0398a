import type { At } from "../at";
import type { Ledger } from "../ledger";

/** A set of headers, as Next.js takes it. */
export interface HeaderSet {
  readonly source: string;
  readonly headers: readonly { readonly key: string; readonly value: string }[];
}

/** @param sets `customHeaders`, in the order of the file */
export function convertHeaders(sets: readonly At[], ledger: Ledger): HeaderSet[] {
  return sets.flatMap((set) => {
    const pattern = set.at("pattern");
    // Nobody can say what a set without a pattern is for: the ledger asks.
    if (pattern.text === undefined) return [];
    const text = pattern.text;
    const headers = set.at("headers").items.flatMap((header) => headerOf(header, text, ledger));
    if (headers.length === 0) ledger.dropped(pattern, "no header of it is left");
    else ledger.mapped(pattern, "headers() in next.config");
    return headers.length > 0 ? [{ source: sourceOf(text), headers }] : [];
  });
}

function headerOf(header: At, pattern: string, ledger: Ledger): HeaderSet["headers"][number][] {
  const [key, value] = [header.at("key").text, header.at("value").text];
  if (key === undefined || value === undefined) return [];
  const isCaching = key.toLowerCase() === "cache-control";
  if (isCaching && pattern.startsWith("/_next/static")) {
    ledger.dropped(header, "Next.js sets it for /_next/static by itself, and takes no other");
    return [];
  }
  if (isCaching && /\bs-maxage\b/.test(value)) return [{ key, value: askAboutSharedCache(header, value, ledger) }];
  if (isCaching)
    ledger.note("Cache-Control: Amplify sent it with 200 alone, and Next.js sends it with whatever these paths answer");
  if (key.toLowerCase() === "content-security-policy") warnOfSources(value, ledger);
  ledger.mapped(header, "headers() in next.config");
  return [{ key, value }];
}

function askAboutSharedCache(header: At, value: string, ledger: Ledger): string {
  const answer = ledger.ask(header, {
    id: "headers:s-maxage",
    risk: "slower",
    asks: "s-maxage tells a CDN how long to keep an answer, and Amplify had one. None stands before the gateway: each request reaches a pod. What is meant?",
    options: [
      { answer: "keep", means: "the header stays as it is, for a CDN to come" },
      {
        form: "max-age=SECONDS",
        fits: /^max-age=\d{1,9}$/,
        means: "browsers keep it that long; nobody can take it back from them",
      },
    ],
    without: "the header stays as it is and has no effect",
  });
  return answer === undefined || answer === "keep" ? value : answer;
}

const KEYWORD =
  /^'(self|none|unsafe-[a-z-]+|strict-dynamic|report-sample|wasm-unsafe-eval|inline-speculation-rules|(nonce|sha(256|384|512))-.+)'$/;

/** Copied as it is: to mend it without a word would change what browsers let in. */
function warnOfSources(policy: string, ledger: Ledger): void {
  for (const directive of policy.split(";")) {
    const [name = "", ...sources] = directive.trim().split(/\s+/);
    for (const source of sources.filter((text) => /^['"]/.test(text) && !KEYWORD.test(text)))
      ledger.note(
        `Content-Security-Policy: ${name} has ${source}, and only keywords stand in quotes: browsers take no notice of it, on Amplify too; it is copied as it is`,
      );
  }
}

/**
 * A pattern of Amplify in the words of Next.js: `*` fits anything, a slash as well.
 * @see https://docs.aws.amazon.com/amplify/latest/userguide/custom-headers.html
 */
export function sourceOf(pattern: string): string {
  const path = pattern.startsWith("/") ? pattern.slice(1) : pattern;
  if (/^\*+(\/\*+)?$/.test(path)) return "/:path*";
  const star = path.indexOf("*");
  if (star < 0) return `/${path.replace(/[(){}+?:]/g, "\\$&")}`;
  const folder = path.slice(0, path.lastIndexOf("/", star) + 1);
  const rest = path
    .slice(folder.length)
    .replace(
      /\*\*\/\*|\*\*\/|\*+|[.+?^${}()|[\]\\]/g,
      (sign) => EXPRESSION[sign] ?? (sign.startsWith("*") ? ".*" : `\\${sign}`),
    );
  return `/${folder.replace(/[(){}+?:]/g, "\\$&")}(${rest})`;
}

/** Any number of folders, or none. */
const EXPRESSION: Readonly<Record<string, string>> = { "**/*": ".*", "**/": "(?:.*/)?" };
