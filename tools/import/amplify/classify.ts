/**
 * What a variable is by its name and, where it is known, its value.
 *
 * - public: NEXT_PUBLIC_, written into what browsers get
 * - refused: the same, and yet it looks like a secret
 * - secret, plain: as they say
 * - unknown: somebody must say; a secret until then
 */
export type Kind = "public" | "refused" | "secret" | "plain" | "unknown";

const PUBLIC = /^NEXT_PUBLIC_/;
const SECRET_NAME = /(SECRET|TOKEN|KEY|PASSWORD|PASS|DSN)$/i;
/** Many services have a key, a token or a DSN that is for browsers, under such a name. */
const SECRET_THOUGH_PUBLIC = /(SECRET|PASSWORD|PASS|PRIVATE|SERVICE_ROLE|SERVICE_KEY)/i;
/** What hints at a secret, and so is never taken as plain for its value alone. */
const HINT = /(SECRET|TOKEN|KEY|PASS|PWD|PW$|CRED|AUTH|DSN|PRIVATE|SALT|SIGN|CERT|PIN$|WEBHOOK)/i;
/** NextAuth's is the public address of the site: next-auth.js.org/configuration/options#nextauth_url. */
const PLAIN_NAME = /^(NEXTAUTH_URL|AUTH_URL|NODE_ENV|TZ|PORT|(\w+_)?(REGION|ARN))$/;

/** Beginnings that issuers give to what is secret, and key files. */
const SECRET_VALUE = /^(sk_|rk_|whsec_|gh[pousr]_|github_pat_|glpat-|xox[a-z]-|AKIA|ASIA|eyJ[\w-]+\.)|-----BEGIN /;
const PLAIN_VALUE = [
  /^$/,
  /^-?\d{1,9}(\.\d+)?$/,
  /^(true|false|on|off|yes|no)$/i,
  /^(production|staging|development|test|debug|info|warn|error)$/i,
  /^[a-z]{2}(-[a-z]+)+-\d$/,
  /^arn:aws:[\w-]+:[\w-]*:\d{0,12}:\S+$/,
  /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}(:\d{1,5})?$/,
];

/** @param value undefined when nobody knows it */
export function kindOf(name: string, value: string | undefined): Kind {
  const isSecretValue = value !== undefined && (SECRET_VALUE.test(value) || hasCredentials(value));
  if (PUBLIC.test(name)) return isSecretValue || SECRET_THOUGH_PUBLIC.test(name) ? "refused" : "public";
  if (isSecretValue || SECRET_NAME.test(name)) return "secret";
  if (PLAIN_NAME.test(name)) return "plain";
  if (value === undefined || HINT.test(name)) return "unknown";
  return PLAIN_VALUE.some((pattern) => pattern.test(value)) || isPlainUrl(value) ? "plain" : "unknown";
}

/** Of a variable that may be made of others: what comes from a secret is one, whatever its name. */
export function kindOfMade({
  fetched,
  name,
  uses = [],
  value,
}: {
  readonly name: string;
  readonly value?: string;
  /** Set when it comes out of a store of secrets. */
  readonly fetched?: unknown;
  readonly uses?: readonly string[];
}): Kind {
  const isSecret = fetched !== undefined || uses.some((one) => one !== name && kindOf(one, undefined) === "secret");
  if (!isSecret) return kindOf(name, value);
  return PUBLIC.test(name) ? "refused" : "secret";
}

/** user:password@ in front of a host. */
const hasCredentials = (value: string): boolean => /\b[a-z][a-z0-9+.-]*:\/\/[^\s/@]*:[^\s/@]+@/i.test(value);

/** A URL whose path holds words only: an address of a webhook is a secret, and its path tells. */
function isPlainUrl(value: string): boolean {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || url.host === "" || url.username !== "" || url.search !== "" || url.hash !== "") return false;
  return url.pathname
    .split("/")
    .filter(Boolean)
    .every((step) => /^([A-Za-z][A-Za-z_-]{0,19}|v\d{1,3})$/.test(step));
}
