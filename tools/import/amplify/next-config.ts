import type { At } from "../at";
import type { Ledger } from "../ledger";
import type { HeaderSet } from "./headers";
import { accountForEnv } from "./next-config-env";
import type { RulesPart } from "./rules";

/** What stands beside a fragment in a next.config that exists. */
const MEETS: Readonly<Record<string, string>> = {
  redirects: "it has redirects() of its own: one list of both, Amplify's entries last",
  rewrites: "it has rewrites() of its own: one object of both, and where it returns a list, that is afterFiles",
  headers: "it has headers() of its own: one list of both; of two with one key the last counts",
  basePath:
    "it has basePath, which Next.js puts before every source: an entry for a path outside of it says basePath: false",
  trailingSlash: "it sets trailingSlash: Next.js redirects to its form before any of these entries is asked",
  skipTrailingSlashRedirect:
    "it sets skipTrailingSlashRedirect: rules of Amplify that only take a slash off were left out",
  i18n: "it has i18n, which Next.js puts before every source: an entry for all languages says locale: false",
  assetPrefix: "it has assetPrefix: the files of the build come from there, with the headers of that host",
  output: "it sets output; the image needs standalone",
};

/** The members of the object that next.config exports, in the order in which Next.js asks them; "" for none. */
export function fragmentOf(rules: RulesPart, headers: readonly HeaderSet[]): string {
  const { beforeFiles, fallback, redirects } = rules;
  const rewrites = [
    ...(beforeFiles.length > 0 ? [{ beforeFiles }] : []),
    ...(fallback.length > 0 ? [{ fallback }] : []),
  ];
  return [
    ...(headers.length > 0 ? [member("headers", listOf(headers, "    "))] : []),
    ...(redirects.length > 0 ? [member("redirects", listOf(redirects, "    "))] : []),
    ...(rewrites.length > 0 ? [member("rewrites", objectOf(Object.assign({}, ...rewrites)))] : []),
  ].join("");
}

const member = (name: string, value: string): string => `  async ${name}() {\n    return ${value};\n  },\n`;

const listOf = (entries: readonly object[], indent: string): string =>
  `[\n${entries.map((entry) => `${indent}  ${entryOf(entry, `${indent}  `)},\n`).join("")}${indent}]`;

/** On one line; a set of headers has one for each. */
const entryOf = (entry: object, indent: string): string =>
  "headers" in entry && "source" in entry && Array.isArray(entry.headers)
    ? `{\n${indent}  source: ${literal(entry.source)},\n${indent}  headers: ${listOf(entry.headers, `${indent}  `)},\n${indent}}`
    : literal(entry);

const objectOf = (lists: Readonly<Record<string, readonly object[]>>): string =>
  `{\n${Object.entries(lists)
    .map(([name, entries]) => `      ${name}: ${listOf(entries, "      ")},\n`)
    .join("")}    }`;

/** As people write objects: names without quotes. JSON is JavaScript, but for two ends of lines that its texts escape here. */
function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value !== "object" || value === null)
    return JSON.stringify(value).replace(/[\u2028\u2029]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16)}`);
  const members = Object.entries(value).map(([name, member]) => `${name}: ${literal(member)}`);
  return `{ ${members.join(", ")} }`;
}

/**
 * What of a next.config the fragment meets, and what of it hides something. It is never changed.
 * @param value of a variable of the console, where it is known
 * @returns one sentence for each meeting
 */
export function accountForNextConfig(
  config: At | undefined,
  rules: RulesPart,
  value: (name: string) => string | undefined,
  ledger: Ledger,
): string[] {
  if (config === undefined) return [];
  const settings = new Map(config.at("settings").entries);
  const overlaps: string[] = [];
  for (const [name, at] of settings) {
    const sentence =
      MEETS[name] ??
      (name.startsWith("with") ? `${name}() wraps it: the fragment goes into the object that it is given` : undefined);
    const isOff = at.text === "false" || (name === "output" && at.text === "standalone");
    if (sentence !== undefined && !isOff) overlaps.push(sentence);
    if (name === "env") ledger.mapped(at, "it stays, but for what is said of its members");
    else ledger.mapped(at, sentence === undefined || isOff ? "it stays as it is" : "an overlap with the fragment");
  }
  const isExport = settings.get("output");
  if (isExport?.text === "export") askAboutExport(isExport, ledger);
  const slash = settings.get("trailingSlash");
  if (slash && slash.text !== "false" && rules.beforeFiles.length + rules.fallback.length > 0)
    askAboutSlash(slash, ledger);
  for (const [name, at] of config.at("fallbacks").entries) askAboutFallback(name, at, ledger);
  accountForEnv(config.at("env").entries, value, ledger);
  return overlaps;
}

function askAboutExport(at: At, ledger: Ledger): void {
  ledger.ask(at, {
    id: "next-config:export",
    risk: "does not start",
    asks: 'next.config says output: "export": the build makes files and no server, and Next.js takes no notice of redirects, rewrites and headers. What answers here?',
    options: [
      { answer: "standalone", means: "output becomes standalone" },
      { answer: "files", means: "the image has a server of files, which redirects by itself" },
    ],
    without: "the image has no server.js, and no pod starts",
  });
}

function askAboutSlash(at: At, ledger: Ledger): void {
  ledger.ask(at, {
    id: "next-config:trailing-slash",
    risk: "unreachable",
    asks: "next.config sets trailingSlash, and there are rewrites: Next.js redirects to the path with a slash first, and what is rewritten gets that one. Does what answers there take it?",
    options: [
      { answer: "takes-it", means: "it does (curl both forms)" },
      { answer: "skip", means: "next.config says skipTrailingSlashRedirect: true" },
    ],
    without: "a rewritten path may lead in a circle, or nowhere",
  });
}

function askAboutFallback(name: string, at: At, ledger: Ledger): void {
  ledger.ask(at, {
    id: `fallback:${name}`,
    risk: "unreachable",
    asks: `next.config has a value for a missing ${name}. Where the build argument is forgotten, the build goes well and the site talks to that. Shall a build without ${name} fail?`,
    options: [
      { answer: "fails", means: "the fallback goes, as in examples/frontend/next.config.ts" },
      { answer: "keep", means: "the fallback is right in every environment" },
    ],
    without: "a missing build argument shows when users meet it",
  });
}
