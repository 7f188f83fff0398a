import type { At } from "../at";
import type { Callee } from "../draft";
import type { Command } from "./build-spec";
import { convertDomains, isTaken, servedHosts } from "./domain";
import { hostOf, isAws, namesOf } from "./hosts";
import type { AmplifyContext, AmplifyDraft, AmplifyInputs, Build } from "./inputs";
import { known } from "./known-variables";
import { accountForNextConfig, fragmentOf } from "./next-config";
import { pipelineOf } from "./pipeline";
import { appRootOf, branchOf } from "./place";
import { buildSpecOf, headersOf, rulesOf } from "./precedence";
import { convertRules } from "./rules";
import { convertSettings } from "./settings";
import { convertVariables } from "./variables";

const NO_BUILD: Build = { context: ".", install: [], commands: [], secrets: [] };

/**
 * What an app on Amplify becomes. Every value of the inputs is accounted for in the context's ledger.
 * @throws UserError for a monorepo of which nobody said which application is meant
 */
export function convertAmplify(inputs: AmplifyInputs, context: AmplifyContext): AmplifyDraft {
  const { application, environment, ledger } = context;
  for (const input of everyInput(inputs)) ledger.read(input);
  const branch = branchOf(inputs, context);
  const appRoot = appRootOf(inputs, context);
  const spec = buildSpecOf(inputs, appRoot, branch, context);
  const merged = known(inputs, spec?.variables ?? [], ledger);
  const host = hostOf(environment, application);
  const variables = convertVariables(spec, merged, context, host);
  for (const command of spec?.commands ?? []) settle(command, context);
  const served = servedHosts(inputs, branch, context);
  const site = { platform: inputs.app?.at("platform").text, hosts: served.map((one) => one.host) };
  const rules = convertRules(rulesOf(inputs, context), site, context);
  const headers = headersOf(inputs, spec, appRoot, context);
  convertSettings(inputs, ledger);
  const domain = convertDomains(served, rules.names, context);
  const fragment = fragmentOf(rules, headers);
  const overlaps = accountForNextConfig(inputs.nextConfig, rules, (name) => merged.variables.get(name)?.value, ledger);
  const build = withSecrets(spec?.build ?? NO_BUILD, variables.buildSecrets);
  note(build, appRoot, variables.byHand, context);
  const own = [
    ...namesOf(environment, application),
    ...(domain ? [domain.host, ...domain.also.map((name) => name.host)] : []),
  ];
  const callees = withoutTwins([...variables.callees, ...rules.callees]).filter((callee) => !own.includes(callee.host));
  // Calls between applications of the environment are none of the firewall's.
  const ours = namesOf(environment);
  return {
    values: {
      ...(Object.keys(variables.env).length > 0 && { env: variables.env }),
      ...(variables.secrets.length > 0 && { secrets: variables.secrets }),
    },
    aws: {
      secrets: [...variables.sources],
      permissions: [],
      endpoints: hostsOf(callees, (one) => isAws(one)),
    },
    callees,
    callers: [],
    ...(branch !== undefined && { branch }),
    build: { ...build, ...(appRoot !== undefined && { appRoot }) },
    buildArguments: variables.buildArguments,
    pipeline: pipelineOf(build, variables.buildArguments, environment, application),
    nextConfig: { fragment, overlaps },
    baked: variables.baked,
    ignored: [...(spec?.ignored ?? []), ...variables.ignored, ...rules.ignored],
    byHand: variables.byHand,
    ...(domain && isTaken(domain, served, rules.names, context) && { domain }),
    egressHosts: hostsOf(callees, (one) => !isAws(one) && !ours.includes(one)),
  };
}

const withSecrets = (build: Build, names: readonly string[]): Build => {
  const further = names.filter((name) => !build.secrets.some((secret) => secret.name === name));
  return { ...build, secrets: [...build.secrets, ...further.map((name) => ({ name, neededBy: "build" as const }))] };
};

const everyInput = ({ app, branch, buildSpecs, domains, headers, nextConfig, redirects }: AmplifyInputs): At[] =>
  [app, branch, ...domains, ...buildSpecs, redirects, ...headers, nextConfig].filter((input) => input !== undefined);

/** What is worth a sentence of the whole. */
function note(
  build: Build,
  appRoot: string | undefined,
  byHand: AmplifyDraft["byHand"],
  { application, environment, ledger }: AmplifyContext,
): void {
  if (appRoot !== undefined)
    ledger.note(
      `the repository holds several applications: Docker gets its root, outputFileTracingRoot in next.config is the root too, and server.js ends up in ${appRoot}`,
    );
  if (build.secrets.length > 0)
    ledger.note(
      `the image's build needs ${build.secrets.map(({ name }) => name).join(", ")}: mounted as a secret, never an ARG; publish-image.yml passes none but NEXT_SERVER_ACTIONS_ENCRYPTION_KEY until it is told to`,
    );
  if (byHand.length > 0)
    ledger.note(
      `nothing copies the values of ${byHand.map(({ env }) => env).join(", ")}: az keyvault secret set --vault-name kv-${application}-${environment.code}-${environment.suffix} --name NAME --file FILE for each; never on the command line`,
    );
}

function settle({ at, dropped, mapped }: Command, { ledger }: AmplifyContext): void {
  if (mapped.size > 0) ledger.mapped(at, [...mapped].join("; "));
  else ledger.dropped(at, dropped.size > 0 ? [...dropped].join("; ") : "it does nothing");
}

const hostsOf = (callees: readonly Callee[], fits: (host: string) => boolean): string[] => [
  ...new Set(callees.filter(({ host, isPrivate }) => !isPrivate && fits(host)).map(({ host }) => host)),
];

const withoutTwins = (callees: readonly Callee[]): Callee[] => [
  ...new Map(callees.map((callee) => [`${callee.host}:${callee.port ?? ""}`, callee])).values(),
];
