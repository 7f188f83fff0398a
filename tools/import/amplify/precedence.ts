import { isDeepStrictEqual } from "node:util";
import type { At } from "../at";
import { readBuildSpec, type SpecPart } from "./build-spec";
import { convertHeaders, type HeaderSet } from "./headers";
import type { AmplifyContext, AmplifyInputs } from "./inputs";
import { partOf } from "./place";

/** Which of several files Amplify takes; what it takes no notice of is dropped, with the name of the other. */

/** The first that Amplify takes; it takes no notice of the others. */
export function buildSpecOf(
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

/** Of a file, or the app's own; when they differ, somebody must say which. */
export function rulesOf({ app, redirects }: AmplifyInputs, { ledger }: AmplifyContext): At[] {
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
export function headersOf(
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
