import type { At } from "../at";
import type { Ledger } from "../ledger";
import { type Kind, kindOf } from "./classify";

/** A member that cannot be read as a name and an expression, such as `...process.env`. */
const UNREADABLE = "…";

/**
 * The members of `env` in next.config, by their names, as the words behind them: Next.js writes each into what it builds
 * (nextjs.org/docs/app/api-reference/config/next-config-js/env). Undefined when it has none.
 * @param code without comments
 */
export function envIn(code: string): Readonly<Record<string, string>> | undefined {
  const found = /(?<![\w.$])(["']?)env\1\s*:\s*/.exec(code);
  if (found === null) return undefined;
  const text = code.slice(found.index + found[0].length);
  if (!text.startsWith("{")) return { [UNREADABLE]: UNREADABLE };
  return Object.fromEntries(
    membersOf(text).map((member) => {
      const [, , name, expression] = /^(["']?)([\w$]+)\1\s*(?::\s*([\s\S]+))?$/.exec(member) ?? [];
      return name === undefined ? [UNREADABLE, UNREADABLE] : [name, expression ?? name];
    }),
  );
}

/** What stands between the commas of an object, those inside of quotes and brackets aside. */
function membersOf(text: string): string[] {
  const members = [""];
  let depth = 1;
  for (const [token] of text.slice(1).matchAll(TOKEN)) {
    if (/^[{[(]$/.test(token)) depth += 1;
    if (/^[}\])]$/.test(token)) depth -= 1;
    if (depth === 0) break;
    if (token === "," && depth === 1) members.push("");
    else members[members.length - 1] += token;
  }
  return members.map((member) => member.trim()).filter((member) => member !== "");
}

/** A text in quotes, or any other sign. */
const TOKEN = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`|[\s\S]/g;

/**
 * Asks about each member of `env` that may be a secret: what stands there is in the bundle.
 * @param value of a variable of the console, where it is known; it goes nowhere
 */
export function accountForEnv(
  env: readonly (readonly [name: string, at: At])[],
  value: (name: string) => string | undefined,
  ledger: Ledger,
): void {
  for (const [name, at] of env) {
    if (name === UNREADABLE) askAboutAll(at, ledger);
    else if (isOpen(name, at.text ?? "", value)) askAbout(name, at, ledger);
    else ledger.mapped(at, "it stays as it is: what it holds is settled when the image is built");
  }
}

/** By the member's own name, the variables that it is made of, and the texts in it. */
function isOpen(name: string, expression: string, value: (name: string) => string | undefined): boolean {
  const literal = /^(["'`])([^"'`$]*)\1$/.exec(expression)?.[2];
  if (literal !== undefined) return isSecret(kindOf(name, literal), true);
  const variables = [...expression.matchAll(/process\.env(?:\.(\w+)|\[["'](\w+)["']\])/g)].map(
    ([, dotted, quoted]) => dotted ?? quoted ?? "",
  );
  const texts = [...expression.matchAll(/(["'`])((?:(?!\1).)*)\1/g)].map(([, , text = ""]) => text);
  return (
    variables.length === 0 ||
    isSecret(kindOf(name, undefined), false) ||
    variables.some((variable) => isSecret(kindOf(variable, value(variable)), true)) ||
    texts.some((text) => isSecret(kindOf("", text), false))
  );
}

const isSecret = (kind: Kind, orUnknown: boolean): boolean =>
  kind === "secret" || kind === "refused" || (orUnknown && kind === "unknown");

function askAbout(name: string, at: At, ledger: Ledger): void {
  ledger.ask(at, {
    id: `baked:${name}`,
    risk: "wrong secret",
    asks: `env of next.config writes ${name} into what is built, and so into files that every browser may get. Is it a secret?`,
    options: [
      { answer: "public", means: "everybody may read it: it stays, and the image's build gets what it is made of" },
      {
        answer: "secret",
        means: "it goes out of env there, the server reads it at run time, and its value is replaced",
      },
    ],
    without: "whoever has the image, and perhaps every visitor, has its value",
  });
}

function askAboutAll(at: At, ledger: Ledger): void {
  ledger.ask(at, {
    id: "next-config:env",
    risk: "wrong secret",
    asks: "env of next.config has members that only running it would tell, and each is written into what is built. Is a secret among them?",
    options: [
      { answer: "none", means: "everybody may read all of them" },
      {
        answer: "secret",
        means: "it goes out of env there, the server reads it at run time, and its value is replaced",
      },
    ],
    without: "whoever has the image, and perhaps every visitor, has their values",
  });
}
