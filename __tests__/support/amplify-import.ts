import { readFileSync } from "node:fs";
import { convertAmplify } from "../../tools/import/amplify/convert";
import type { AmplifyContext, AmplifyDraft } from "../../tools/import/amplify/inputs";
import { type AmplifyFiles, type Named, readAmplify, type Wanted } from "../../tools/import/amplify/read";
import { AMPLIFY_TABLES } from "../../tools/import/amplify/tables";
import { type Decision, Ledger, type Row } from "../../tools/import/ledger";
import { staging } from "./fixtures/environments/staging";

const FOLDER = "__tests__/support/import/amplify";

/** The files of the corpus, by what their names begin with. */
const KINDS: readonly (readonly [RegExp, keyof AmplifyFiles])[] = [
  [/^y/, "buildSpec"],
  [/^r/, "redirects"],
  [/^c/, "headers"],
  [/^n/, "nextConfig"],
  [/^d01/, "app"],
  [/^d02/, "branch"],
  [/^d03/, "domains"],
];

/** Files of the corpus as an import reads them. */
export const corpus = (...names: readonly string[]): AmplifyFiles =>
  Object.fromEntries(
    names.map((name) => {
      const kind = KINDS.find(([sign]) => sign.test(name))?.[1] ?? "app";
      return [kind, { name, text: readFileSync(`${FOLDER}/${name}`, "utf8") }];
    }),
  );

/** A file that a test writes. */
export const file = (text: string, name = "amplify.yml"): Named => ({ name, text });

export interface Imported {
  readonly draft: AmplifyDraft;
  readonly rows: readonly Row[];
  readonly decisions: readonly Decision[];
  readonly asked: readonly string[];
  readonly notes: readonly string[];
  readonly faults: readonly string[];
}

/** An import for staging's frontend. */
export function imported(
  files: AmplifyFiles,
  answers: Readonly<Record<string, string>> = {},
  options: Partial<Pick<AmplifyContext, "appRoot" | "branch" | "environment">> & Wanted = {},
): Imported {
  const ledger = new Ledger(AMPLIFY_TABLES, new Map(Object.entries(answers)));
  const inputs = readAmplify(files, options);
  const draft = convertAmplify(inputs, { environment: ENVIRONMENT, application: "frontend", ledger, ...options });
  const rows = ledger.settle();
  const decisions = ledger.decisions();
  return { draft, rows, decisions, asked: decisions.map(({ id }) => id), notes: ledger.notes, faults: ledger.faults };
}

/** Staging, with names to answer at that are no markers. */
export const ENVIRONMENT = {
  ...staging,
  domains: { ...staging.domains, frontend: "www.staging.example.org", backend: "api.staging.example.org" },
};

/** What an import of nothing means. */
export const NOTHING: AmplifyDraft = {
  values: {},
  aws: { secrets: [], permissions: [], endpoints: [] },
  callees: [],
  callers: [],
  build: { context: ".", install: [], commands: [], secrets: [] },
  buildArguments: [],
  pipeline: { dockerfile: "", workflow: "      build-args: |\n        COMMIT=${{ github.sha }}\n", commands: [] },
  nextConfig: { fragment: "", overlaps: [] },
  baked: [],
  ignored: [],
  byHand: [],
  egressHosts: [],
};

/** What a row says of each place of a source, by its path. */
export const fates = ({ rows }: Imported, source?: string): Record<string, string> =>
  Object.fromEntries(
    rows
      .filter((row) => source === undefined || row.source === source)
      .map(({ fate, path }) => [path, fate.kind === "decision" ? `decision ${fate.decision}` : fate.kind]),
  );
