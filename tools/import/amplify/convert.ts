import { isDeepStrictEqual } from "node:util";
import type { At } from "../at";
import type { Callee } from "../draft";
import { type Command, readBuildSpec, type SpecPart } from "./build-spec";
import { convertDomains, servedHosts } from "./domain";
import { convertHeaders, type HeaderSet } from "./headers";
import { hostOf, isAws } from "./hosts";
import type { AmplifyContext, AmplifyDraft, AmplifyInputs, Build } from "./inputs";
import { known } from "./known-variables";
import { accountForNextConfig, fragmentOf } from "./next-config";
import { pipelineOf } from "./pipeline";
import { appRootOf, branchOf, partOf } from "./place";
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
  const overlaps = accountForNextConfig(inputs.nextConfig, rules, fragment, ledger);
  const build = spec?.build ?? NO_BUILD;
  if (appRoot !== undefined)
    ledger.note(
      `the repository holds several applications: Docker gets its root, outputFileTracingRoot in next.config is the root too, and server.js ends up in ${appRoot}`,
    );
  if (build.secrets.length > 0)
    ledger.note(
      `the image's build needs ${build.secrets.map(({ name }) => name).join(", ")}: mounted as a secret, never an ARG; publish-image.yml passes none but NEXT_SERVER_ACTIONS_ENCRYPTION_KEY until it is told to`,
    );
  if (variables.byHand.length > 0)
    ledger.note(
      `nothing copies the values of ${variables.byHand.map(({ env }) => env).join(", ")}: az keyvault secret set --vault-name kv-${application}-${environment.code}-${environment.suffix} --name NAME --file FILE for each; never on the command line`,
    );
  const callees = withoutTwins([...variables.callees, ...rules.callees]).filter(
    (callee) => callee.host !== domain?.host && callee.host !== host,
  );
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
    ...(domain && { domain }),
    egressHosts: hostsOf(callees, (one) => !isAws(one)),
  };
}

const everyInput = ({ app, branch, buildSpecs, domains, headers, nextConfig, redirects }: AmplifyInputs): At[] =>
  [app, branch, ...domains, ...buildSpecs, redirects, ...headers, nextConfig].filter((input) => input !== undefined);

/** The first that Amplify takes; it takes no notice of the others. */
function buildSpecOf(
  { app, branch: branchInput, buildSpecs }: AmplifyInputs,
  appRoot: string | undefined,
  branch: string | undefined,
  { ledger }: AmplifyContext,
): SpecPart | undefined {
  const [file, ...others] = buildSpecs;
  for (const other of others) ledger.dropped(other, `Amplify takes ${file?.source.name ?? "another"} instead`);
  if (file === undefined) return undefined;
  const variables = new Map(
    [app, branchInput]
      .flatMap((at) => at?.at("environmentVariables").entries ?? [])
      .map(([name, at]) => [name, at.text]),
  );
  const ofAmplify = new Map([
    ["AWS_BRANCH", branch],
    ["AWS_APP_ID", app?.at("appId").text],
  ]);
  return readBuildSpec(file, partOf(file, appRoot), {
    ledger,
    branch,
    value: (name) => ofAmplify.get(name) ?? variables.get(name),
  });
}

function settle({ at, dropped, mapped }: Command, { ledger }: AmplifyContext): void {
  if (mapped.size > 0) ledger.mapped(at, [...mapped].join("; "));
  else ledger.dropped(at, dropped.size > 0 ? [...dropped].join("; ") : "it does nothing");
}

/** Of a file, or the app's own; when they differ, somebody must say which. */
function rulesOf({ app, redirects }: AmplifyInputs, { ledger }: AmplifyContext): At[] {
  const own = app?.at("customRules");
  if (redirects === undefined) return own?.items ?? [];
  if (own === undefined || !own.isThere) return redirects.items;
  if (isDeepStrictEqual(own.value, redirects.value)) {
    ledger.dropped(own, "the file of redirects says the same");
    return redirects.items;
  }
  const answer = ledger.ask([own], {
    id: "redirect:source",
    risk: "unreachable",
    asks: "The file of redirects and the app itself say different things. Which of them is true?",
    options: [
      { answer: "file", means: "the file" },
      { answer: "app", means: "what get-app answers" },
    ],
    without: "the file counts",
  });
  if (answer !== "app") return redirects.items;
  ledger.dropped(redirects, "the app's own rules count");
  return own.items;
}

/** Of the repository's customHttp.yml before the console's; those in the build spec are in a place of old. */
function headersOf(
  inputs: AmplifyInputs,
  spec: SpecPart | undefined,
  appRoot: string | undefined,
  { ledger }: AmplifyContext,
): HeaderSet[] {
  const [file, ...others] = inputs.headers;
  for (const other of others) ledger.dropped(other, `Amplify takes ${file?.source.name ?? "another"} instead`);
  const part = file && partOf(file, appRoot);
  for (const other of file?.at("applications").items ?? [])
    if (other.path !== part?.path) ledger.dropped(other, "another application of the monorepo");
  const root = part?.at("appRoot");
  if (root?.isThere) ledger.mapped(root, "the application's headers");
  const sets = convertHeaders(part?.at("customHeaders").items ?? [], ledger);
  if (spec?.headers === undefined) return sets;
  const answer = ledger.ask(spec.headers, {
    id: "headers:build-spec",
    risk: "unreachable",
    asks: "The build spec has customHeaders, their place of old: Amplify moved them to customHttp.yml and the console. Do the answers of the site have them (curl -sI)?",
    options: [
      { answer: "carry", means: "they do, or shall: the fragment has them" },
      { answer: "leave-out", means: "they do not" },
    ],
    without: "they are left out",
  });
  return answer === "carry" ? [...sets, ...convertHeaders(spec.headers.items, ledger)] : sets;
}

const hostsOf = (callees: readonly Callee[], fits: (host: string) => boolean): string[] => [
  ...new Set(callees.filter(({ host, isPrivate }) => !isPrivate && fits(host)).map(({ host }) => host)),
];

const withoutTwins = (callees: readonly Callee[]): Callee[] => [
  ...new Map(callees.map((callee) => [`${callee.host}:${callee.port ?? ""}`, callee])).values(),
];
