import { At } from "../at";
import { envIn } from "./next-config-env";

/** Settings of Next.js that redirects, rewrites, headers or an image meet: nextjs.org/docs/app/api-reference/config/next-config-js. */
const SETTINGS = [
  ...["assetPrefix", "async headers", "async redirects", "async rewrites", "basePath", "distDir", "env", "headers"],
  ...["i18n", "images", "output", "redirects", "rewrites", "skipTrailingSlashRedirect", "trailingSlash"],
];

/**
 * What next.config says, read as words: it is never evaluated, since it may do anything, and never changed. A word is the
 * literal behind a setting, or "…" for what is no literal; of a member of `env` it is the expression.
 */
export function parseNextConfig(name: string, text: string): At {
  const code = withoutComments(text);
  const settings: Record<string, string> = {};
  for (const setting of SETTINGS) {
    const found = new RegExp(`(?<![\\w.$])${setting.replace(" ", "\\s+")}\\s*(?:\\(|:\\s*([^,}\\n]*))`).exec(code);
    if (found) settings[setting.replace("async ", "")] = literal(found[1] ?? "");
  }
  for (const [, plugin = ""] of code.matchAll(/(?<![\w.$])(with[A-Z]\w*)\s*\(/g)) settings[plugin] = "…";
  const fallbacks: Record<string, string> = {};
  for (const [, variable = ""] of code.matchAll(/process\.env\.(\w+)\s*(?:\|\||\?\?)\s*(["'`])(?!\2)/g))
    fallbacks[variable] = "…";
  const env = envIn(code);
  return At.root({ name, shape: "amplify.NextConfig" }, { settings, fallbacks, ...(env && { env }) });
}

const literal = (text: string): string =>
  /^\s*(?:"([^"]*)"|'([^']*)'|(true|false))\s*$/.exec(text)?.slice(1).find(Boolean) ?? "…";

/** Text in quotes stays as it is: a URL has two slashes as well. */
const withoutComments = (text: string): string =>
  text.replace(/("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, "$1");
