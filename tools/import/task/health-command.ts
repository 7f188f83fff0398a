/** What a health check of ECS asks. */
export type Health =
  /** One request with one URL on localhost. */
  | { readonly kind: "http"; readonly path: string; readonly port: number | "PORT" }
  /** Anything else, as words that run without a shell of ours. */
  | { readonly kind: "exec"; readonly command: string[]; readonly why: string }
  | { readonly kind: "none" };

/** @param words as ECS has them: CMD and words, CMD-SHELL and one text, or NONE */
export function healthIn(words: readonly string[]): Health {
  const [form, ...rest] = words;
  if (form === undefined || form === "NONE") return { kind: "none" };
  const isShell = form === "CMD-SHELL";
  // Docker runs the first word alone; what follows is $0 to it.
  const text = isShell ? (rest[0] ?? "") : (form === "CMD" ? rest : words).map(quoted).join(" ");
  const command = isShell ? ["/bin/sh", "-c", text] : [...(form === "CMD" ? rest : words)];
  const asked = requestIn(text);
  return typeof asked === "string" ? { kind: "exec", command, why: asked } : { kind: "http", ...asked };
}

const quoted = (word: string): string => (/[\s"'|&;<>$`]/.test(word) ? `'${word}'` : word);

interface Request {
  readonly path: string;
  readonly port: number | "PORT";
}

/** What ends a line well, whatever came before. */
const NEVER_FAILS = /(\|\||;)\s*(exit\s+0|true|:)\s*;?$/;

/** The one request of a shell's line that fails when the answer is bad, or why it is none. */
function requestIn(line: string): Request | string {
  if (NEVER_FAILS.test(line.trim())) return "it never failed: its last word is that all is well";
  const text = line
    .trim()
    .replace(/\s*\|\|\s*(exit\s+\d+|false)\s*;?$/, "")
    .replace(/\s*[12]?&?>\s*(\/dev\/null|&[12])/g, "")
    .trim();
  if (/^(\/\S*\/)?(node|nodejs|bun|deno|python3?)\s+-[ec]\s/.test(text)) return oneLiner(text);
  if (/[|;<>`\n]|&(?=[&\s])|\$\(/.test(text)) return "it is more than one request";
  const words = (text.match(/"[^"]*"|'[^']*'|[^\s"']+/g) ?? []).map((word) => word.replace(/^(["'])(.*)\1$/, "$2"));
  const [program = "", ...options] = words;
  if (!/^(\/\S*\/)?(curl|wget)$/.test(program)) return "it is no request by HTTP";
  const urls = withoutOptions(options);
  if (typeof urls === "string") return urls;
  if (/curl$/.test(program) && !options.some((option) => FAILS.test(option)))
    return "it never failed by an answer: curl without --fail takes any status";
  const [url = "", ...more] = urls;
  return more.length > 0 || url === "" ? "it asks more than one URL" : urlOf(url);
}

/** Options that change nothing of what is asked, of curl and wget; the second ones take a word. */
const ALONE =
  /^(-[fsSgLq4]+|-nv|--(fail|silent|show-error|location|globoff|quiet|no-verbose|spider|ipv4|fail-with-body)|--(tries|timeout|max-time|connect-timeout|retry|output|output-document)=\S+|-O-|-t\d+|-T\d+|-qO-|-m\d+|-o\/dev\/null)$/;
const WITH_A_WORD =
  /^(-o|-O|-qO|-m|-T|-t|-fsSo|-sfo|-fso|-so|--(output|output-document|max-time|connect-timeout|retry|retry-delay|tries|timeout))$/;

/** What makes curl fail by a bad status. */
const FAILS = /^(-[A-Za-z0-9]*f[A-Za-z0-9]*|--fail|--fail-with-body)$/;

function withoutOptions(words: readonly string[]): string[] | string {
  const urls: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? "";
    if (!word.startsWith("-")) urls.push(word);
    else if (WITH_A_WORD.test(word)) index++;
    else if (!ALONE.test(word)) return `it asks with ${word.replace(/=.*/, "")}, which the kubelet does not`;
  }
  return urls;
}

const LOCAL = /^(?:http:\/\/)?(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])(?::(\d+|\$\{?PORT\}?))?(\/[^\s#]*)?$/i;

function urlOf(url: string): Request | string {
  if (/^https:/i.test(url)) return "it asks by HTTPS, and the pod's port speaks HTTP";
  const found = LOCAL.exec(url);
  if (found === null) return "it asks something else than localhost";
  const [, port = "80", path = "/"] = found;
  if (path.includes("$")) return "its path has a variable of the shell, which the kubelet does not know";
  return { path, port: /^\d+$/.test(port) ? Number(port) : "PORT" };
}

/** What looks at more than the status, or asks in a way of its own. */
const MORE = /\.(json|text|body|read)\(|on\(\s*['"]data|headers|method|\.POST|['"]POST['"]/i;

/** A line of a program that asks one URL and ends by the answer's status. */
function oneLiner(text: string): Request | string {
  if (MORE.test(text)) return "it looks at more than the status";
  const fault = statusIn(text);
  if (fault !== undefined) return fault;
  const joined = text
    .replace(/(['"`])\s*\+\s*\(?process\.env\.PORT(\s*\|\|\s*['"]?\d+['"]?)?\)?\s*\+\s*(['"`])/g, "$PORT")
    .replace(/\$\{process\.env\.PORT(\s*\|\|\s*['"]?\d+['"]?)?\}/g, "$PORT");
  const [url, ...more] = joined.match(/https?:\/\/[^\s'"`\\,)]+/g) ?? [];
  if (url === undefined) return "it is no request by HTTP";
  return more.length > 0 ? "it asks more than one URL" : urlOf(url);
}

/** Where a program compares the status of an answer: Node.js, fetch, and requests and urllib of Python. */
const COMPARED = /(?:statusCode|status_code|\.status|\.code|getcode\(\))\s*(===?|!==?|<=?|>=?)\s*(\d{3})/g;
/** The comparisons that part good from bad where the kubelet does, which takes 200 to 399. */
const AS_THE_KUBELET = /^([=!]==?2\d\d|(<|>=)[34]00|(<=|>)[23]99|>=200|>199|<200)$/;
/** What says by itself that the status is good. */
const IS_GOOD = /\.ok\b|raise_for_status\(|urlopen\(/;

/** Why a program judges by another status than the kubelet; undefined when it does not. */
function statusIn(text: string): string | undefined {
  const compared = [...text.matchAll(COMPARED)].map(([, sign = "", status = ""]) => `${sign}${status}`);
  const other = compared.find((one) => !AS_THE_KUBELET.test(one));
  if (other !== undefined) return `it judges by another status than the kubelet (${other}), which takes 200 to 399`;
  return compared.length > 0 || IS_GOOD.test(text) ? undefined : "it never failed by an answer: it looks at no status";
}
