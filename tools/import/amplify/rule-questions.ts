import type { At } from "../at";
import type { Ledger } from "../ledger";
import { ACCEPTED } from "../question";

/** What only a person can say of redirects and rewrites. Rules of one kind share a question. */

/** Of hosts of others, which get our address and what browsers send us. */
export function askAboutProxies(at: At, ledger: Ledger): void {
  ledger.ask(at, {
    id: "proxies",
    risk: "access lost",
    asks: "These rewrites send requests on to hosts of others, with the cookies of users and the host they asked for, from this environment's address. May each of them have that, and does each let this address in?",
    options: [ACCEPTED],
    without: "the fragment has them; a host that lets in Amplify's addresses alone answers nobody",
  });
}

/** Of the one page that a static site answers every path with. */
export function askAboutSinglePage(at: At, ledger: Ledger): void {
  ledger.ask(at, {
    id: "redirect:single-page",
    risk: "unreachable",
    asks: "The app is a static site (WEB) of one page that takes every path. Does the application that comes here render its pages on a server?",
    options: [
      { answer: "server", means: "it does; the rule would hide every page and is left out" },
      { answer: "static", means: "it does not; the image's own server must answer every path with that page" },
    ],
    without: "the rule is left out, and every path but / is not found",
  });
}

/** Of conditions that hang on the visitor's country. */
export function askForCountry(at: At, ledger: Ledger): void {
  ledger.ask(at, {
    id: "redirect:country",
    risk: "unreachable",
    asks: "These rules hang on the visitor's country, which nothing before the pods knows: the gateway has no list of addresses by country. Who decides?",
    options: [
      { answer: "leave-out", means: "nobody; everybody gets the same" },
      { answer: "elsewhere", means: "a CDN in front, or the application by the visitor's language" },
    ],
    without: "they are left out",
  });
}

/** Of redirects that put a slash at the end. */
export function askAboutSlash(at: At, ledger: Ledger): void {
  ledger.ask(at, {
    id: "redirect:trailing-slash",
    risk: "unreachable",
    asks: "These rules put a slash at the end, which Next.js takes off again: together they would lead in a circle. Is trailingSlash: true meant?",
    options: [
      { answer: "leave-out", means: "paths go without a slash, as is Next.js's way" },
      { answer: "trailing-slash", means: "next.config says trailingSlash: true, which does the same with 308" },
    ],
    without: "they are left out",
  });
}

/** Of rules that have no words in Next.js. @param why of the first of them */
export function askToWrite(at: At, kind: string, why: string, ledger: Ledger): void {
  ledger.ask(at, {
    id: `redirect:${kind}`,
    risk: "unreachable",
    asks: `These rules cannot be said in the words of Next.js (such as: ${why}). Who writes them?`,
    options: [
      { answer: "by-hand", means: "somebody writes them into next.config or the application's proxy" },
      { answer: "leave-out", means: "nobody needs them" },
    ],
    without: "they are left out",
  });
}

/** Of rules that Next.js asks before one that stood in front of them. @returns the answer */
export function askAboutOrder(at: At, ledger: Ledger): string | undefined {
  return ledger.ask(at, {
    id: "redirect:order",
    risk: "unreachable",
    asks: "These rules stand behind a rewrite that fits some of the same paths. On Amplify the first in the list counts; Next.js asks redirects first, then rewrites before files, then those for what is no file. Which is meant?",
    options: [
      { answer: "as-next", means: "the rule counts, also where the earlier one fits" },
      { answer: "leave-out", means: "the earlier one counts: redirects among these are left out" },
    ],
    without: "the fragment has them, and they count first",
  });
}

/** Of a status that Amplify does not document. @returns the answer */
export function askAboutStatus(at: At, ledger: Ledger): string | undefined {
  return ledger.ask(at, {
    id: "redirect:status",
    risk: "unreachable",
    asks: "These rules have a status that Amplify does not document: it knows 200, 301, 302, 404 and 404-200. Did they ever work (curl -sI the path on Amplify)?",
    options: [
      { answer: "as-written", means: "they redirect with the status that they name" },
      { answer: "never-worked", means: "they are left out" },
    ],
    without: "they are left out",
  });
}

/** Of a host that may be an application of this environment. @returns its name, or "public" */
export function askIfOurs(
  at: At,
  { host, others, source }: { readonly source: string; readonly host: string; readonly others: readonly string[] },
  ledger: Ledger,
): string | undefined {
  return ledger.ask(at, {
    id: `proxy:${host}`,
    risk: "slower",
    asks: `${source} leads to ${host}. If that is an application of this environment, pods reach it by its Service, without the way through the internet. Which is it?`,
    options: [
      ...others.map((name) => ({ answer: name, means: `it is ${name}: the rewrite leads to http://${name}` })),
      { answer: "public", means: "it stays the public host" },
    ],
    without: "it stays the public host",
  });
}
