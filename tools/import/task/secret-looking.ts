import { secretIn } from "../../../model/secret-shapes";

/** A word of a name that says a secret wherever it stands. */
const ALWAYS = new Set([
  "SECRET",
  "SECRETS",
  "PASSWORD",
  "PASSWORDS",
  "PASSWD",
  "PASSPHRASE",
  "PWD",
  "CREDENTIAL",
  "CREDENTIALS",
  "APIKEY",
  "PRIVATEKEY",
]);
/** One that says it at the end of a name: `AGENT_TOKEN` is a token, `TOKEN_TTL` is none. */
const LAST = new Set(["TOKEN", "TOKENS", "KEY", "KEYS", "PASS", "SALT", "PAT", "DSN", "AUTH", "COOKIE"]);
/** The end of a word that says it without an underscore: `PGPASSWORD`, `STRIPESECRET`, `SIGNINGKEY`. */
const ENDING = /^\w+(PASSWORD|PASSWD|PWD|PASS|SECRET|\w\w(KEY|TOKEN))S?$/;
/** Words that end so and are none. */
const NO_PASSWORD = new Set(["BYPASS", "COMPASS", "ENCOMPASS", "SURPASS", "TRESPASS", "OVERPASS", "UNDERPASS"]);
/** What everybody may read, whatever it is called. */
const HARMLESS = /^(|true|false|yes|no|on|off|\d{1,5})$/i;

/**
 * Why a variable looks as if it held a secret; undefined when it does not. The value is looked at and never repeated.
 */
export function whySecret(name: string, value: string): string | undefined {
  const kind = secretIn(value);
  if (kind !== undefined) return `its value looks like ${kind}`;
  if (HARMLESS.test(value)) return undefined;
  return isSecretName(name) ? "its name says so" : undefined;
}

export function isSecretName(name: string): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toUpperCase()
    .split(/[^A-Z0-9]+/)
    .filter(Boolean);
  if (words.includes("PUBLIC") || words.includes("PUBLISHABLE")) return false;
  const last = words.at(-1) ?? "";
  return words.some((word) => ALWAYS.has(word)) || LAST.has(last) || (ENDING.test(last) && !NO_PASSWORD.has(last));
}

/** An access key of AWS, by its name: the role takes its place. */
export const isAccessKey = (name: string): boolean => /(^|_)(ACCESS_KEY_ID|SECRET_ACCESS_KEY)$/i.test(name);

/** What is configuration by its name, although it came as a secret. */
export const isConfigurationName = (name: string): boolean =>
  /^HOST$|_HOST(NAME)?$|(^|_)BASE_URL$|^USE_|^ENABLE_|_ENABLED$/i.test(name);
