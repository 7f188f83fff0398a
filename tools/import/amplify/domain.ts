import type { At } from "../at";
import { hostOf, namesOf } from "./hosts";
import type { AmplifyContext, AmplifyInputs, Domain, FurtherName } from "./inputs";
import type { RulesPart } from "./rules";

/** A host that Amplify answers at, and where that stands. */
export interface Served {
  readonly at: At;
  readonly host: string;
}

/**
 * The hosts of a branch.
 * @param branch which became this environment; undefined when there is one alone
 */
export const servedHosts = (
  { branch: input, domains }: AmplifyInputs,
  branch: string | undefined,
  context: AmplifyContext,
): Served[] => [
  ...domains.flatMap((association) => hostsOf(association, branch, context)),
  ...(input?.at("customDomains").items ?? []).map((at) => ({ at, host: at.text ?? "" })),
];

/** The application's host and its further names: of what Amplify serves, and of rules that lead from one host to another. */
export function convertDomains(
  served: readonly Served[],
  names: RulesPart["names"],
  context: AmplifyContext,
): Domain | undefined {
  const redirecting = new Map(names.map((name) => [name.host, name]));
  const all = [...new Set([...served.map(({ host }) => host), ...names.map(({ to }) => to)])];
  const hosts = all.filter((host) => redirecting.get(host)?.does !== "redirects");
  const own = hostOf(context.environment, context.application);
  const host = hosts.find((one) => one === own) ?? hosts.find((one) => one.startsWith("www.")) ?? hosts[0];
  for (const { at, host: one } of served) claim(at, one, host, redirecting.has(one), context);
  if (host === undefined) return undefined;
  const others = new Set([...hosts.filter((one) => one !== host), ...redirecting.keys()]);
  const also = [...others].map((one): FurtherName => ({ host: one, does: redirecting.get(one)?.does ?? "serves" }));
  return { host, also };
}

/**
 * Asks which name is meant where Amplify answers at none that the environment gives the application.
 * @returns whether Amplify's is to be the environment's; true as well where they agree, or the environment has none
 */
export function isTaken(
  domain: Domain,
  served: readonly Served[],
  names: RulesPart["names"],
  { application, environment, ledger }: AmplifyContext,
): boolean {
  const own = hostOf(environment, application);
  if (own === undefined || namesOf(environment, application).includes(domain.host)) return true;
  const places = [...served, ...names.map(({ at, to }) => ({ at, host: to }))].filter(
    ({ host }) => host === domain.host,
  );
  const answer = ledger.ask(
    places.map(({ at }) => at),
    {
      id: "domain",
      risk: "unreachable",
      asks: `The environment answers at ${own}, Amplify at ${domain.host}: which is meant?`,
      options: [
        { answer: "amplify", means: `domains.${application} of the environment becomes Amplify's, as printed` },
        { answer: "environment", means: `it stays ${own}; nothing here answers at ${domain.host}` },
      ],
      without: `the environment stays as it is, and nothing here answers at ${domain.host}`,
    },
  );
  return answer !== "environment";
}

function claim(at: At, one: string, host: string | undefined, redirects: boolean, context: AmplifyContext): void {
  const { application, ledger } = context;
  if (one === host) ledger.mapped(at, `domains.${application}.host: ${one}`);
  else ledger.mapped(at, `domains.${application}.also: ${one} ${redirects ? "redirects" : "serves"}`);
}

function hostsOf(association: At, branch: string | undefined, { ledger }: AmplifyContext): Served[] {
  const domain = association.at("domainName");
  ledger.mapped(domain, "the hosts below it");
  keepValidation(association, domain.text ?? "", ledger);
  return association.at("subDomains").items.flatMap((subDomain) => {
    const setting = subDomain.at("subDomainSetting");
    const [branchName, prefix] = [setting.at("branchName"), setting.at("prefix")];
    const verified = subDomain.at("verified");
    if (branch !== undefined && branchName.text !== branch) {
      ledger.dropped(subDomain, `a host of branch ${branchName.text ?? ""}`);
      return [];
    }
    if (verified.boolean === false) {
      ledger.dropped(subDomain, "Amplify never verified it, and so never answered there");
      return [];
    }
    // The apex has no prefix, and stands for itself by its branch.
    const at = prefix.isThere ? prefix : branchName;
    ledger.mapped(prefix.isThere ? [verified, branchName] : verified, "the host is in use");
    return [{ at, host: prefix.text === undefined ? (domain.text ?? "") : `${prefix.text}.${domain.text ?? ""}` }];
  });
}

/** ACM renews a certificate by it, for as long as anything on AWS answers with that. */
function keepValidation(association: At, domain: string, ledger: AmplifyContext["ledger"]): void {
  const records = [
    association.at("certificateVerificationDNSRecord"),
    association.at("certificate", "certificateVerificationDNSRecord"),
  ];
  const there = records.filter(({ isThere }) => isThere);
  if (there.length === 0) return;
  ledger.dropped(there, "ours prove themselves by records of their own; this one stays until AWS is retired");
  ledger.note(
    `${domain}: the record that validates Amplify's certificate must stay in DNS until AWS is retired: ACM renews by it, and users are on both sides until then`,
  );
}
