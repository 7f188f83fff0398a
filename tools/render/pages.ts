import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { CUTOVER, ENVIRONMENTS, HELM_VALUES, thirdParty } from "../../environments/all";
import { Cutovers } from "../../model/cutover/files";
import type { Environment } from "../../model/environment";
import { HelmValues } from "../../model/helm-values";
import { ThirdParty } from "../../model/third-party";
import { say } from "../output";
import { breakGlassFiles } from "./break-glass";
import { chartFaults, versionsFile } from "./chart-versions";
import { gitOpsFiles } from "./gitops";
import { gitOpsFaults } from "./gitops-folder";
import { SERVICES, type StandingFiles } from "./homologation";
import { LANGUAGES, type Language } from "./translations";
import { schemaFiles } from "./values-schema";
import { workflowFiles } from "./workflow-choices";

/** One file that `mmrv render` writes; of a workflow, the lists in it. */
interface GeneratedFile {
  /** As the user knows it, such as docs/homologation.md. */
  readonly file: string;
  readonly path: string;
  /** Undefined for one that must not be there any more. */
  readonly text: string | undefined;
}

const ROOT = join(__dirname, "..", "..");
const FOLDER: Readonly<Record<Language, string>> = { en: "docs", es: "docs/es" };

/** Everything that is generated: a pure function of environments/, helm-values/, the schemas, and the workflows' other text. */
export function generatedFiles(
  environments: readonly Environment[] = ENVIRONMENTS,
  files: StandingFiles = { cutovers: new Cutovers(CUTOVER), helmValues: new HelmValues(HELM_VALUES) },
): GeneratedFile[] {
  const pages = LANGUAGES.map((language) => {
    const file = `${FOLDER[language]}/homologation.md`;
    return { file, path: join(ROOT, file), text: homologationPage(language, environments, files) };
  });
  const schemas = schemaFiles();
  return [
    ...schemas,
    versionsFile(ROOT, schemas),
    ...workflowFiles(ROOT, environments),
    ...breakGlassFiles(environments, files.cutovers),
    ...gitOpsFiles(ROOT, environments, { ...files, thirdParty: new ThirdParty(thirdParty) }),
    ...pages,
  ];
}

/** What no rendering mends: what is in gitops/ and may not be, and charts that changed under an old version. One sentence each. */
export const faults = (): string[] => [
  ...gitOpsFaults(ROOT, new Set(generatedFiles().map(({ file }) => file))),
  ...chartFaults(ROOT, schemaFiles()),
];

/** Those that are not what the program says now. */
export async function staleFiles(environments: readonly Environment[] = ENVIRONMENTS): Promise<GeneratedFile[]> {
  const files = generatedFiles(environments);
  const texts = await Promise.all(files.map(({ path }) => readFile(path, "utf8").catch(() => undefined)));
  return files.filter(({ text }, index) => text !== texts[index]);
}

/**
 * Writes what is stale, and says so.
 * @param environments what they say now, when this process has loaded what they said before
 */
export async function writeStale(
  tell: (line: string) => void = say,
  environments: readonly Environment[] = ENVIRONMENTS,
): Promise<GeneratedFile[]> {
  const stale = await staleFiles(environments);
  for (const { file, path, text } of stale) {
    if (text === undefined) await rm(path);
    else {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
    }
    tell(`${text === undefined ? "removed" : "wrote"} ${file}`);
  }
  return stale;
}

const PROSE = {
  en: {
    title: "Homologation: what becomes of each AWS service",
    other: "Español: [es/homologation.md](es/homologation.md)",
    made: "Written by `npx mmrv render` from `environments/`, `helm-values/` and `cutover/`: change those, not this page. It says what the files of this repository say, and asks no cloud; what a copy still lacks is said by `npx mmrv images plan <env>` and `npx mmrv secrets plan <env>`.",
    services: "What it becomes, and what does it",
    stands: "Where each environment stands",
    head: ["On AWS", "On Azure", "Done by"],
    service: "On AWS",
    open: "*open*: a value that only the owner knows is still a marker; the field is named.",
  },
  es: {
    title: "Homologación: en qué se convierte cada servicio de AWS",
    other: "English: [homologation.md](../homologation.md)",
    made: "La escribe `npx mmrv render` a partir de `environments/`, `helm-values/` y `cutover/`: cambie eso, no esta página. Dice lo que dicen los archivos de este repositorio y no pregunta a ninguna nube; lo que aún falta copiar lo dicen `npx mmrv images plan <env>` y `npx mmrv secrets plan <env>`.",
    services: "En qué se convierte y qué lo hace",
    stands: "Dónde está cada entorno",
    head: ["En AWS", "En Azure", "Lo hace"],
    service: "En AWS",
    open: "*pendiente*: un valor que solo conoce el dueño sigue siendo un marcador; se nombra el campo.",
  },
} as const;

function homologationPage(language: Language, environments: readonly Environment[], files: StandingFiles): string {
  const prose = PROSE[language];
  const rows = SERVICES.map(({ aws, azure, doneBy }) => [aws[language], azure[language], doneBy[language]]);
  const standing = SERVICES.map(({ aws, stands }) => [
    aws[language],
    ...environments.map((environment) => stands(environment, files)[language]),
  ]);
  return [
    `# ${prose.title}`,
    prose.other,
    prose.made,
    `## ${prose.services}`,
    markdownTable(prose.head, rows),
    `## ${prose.stands}`,
    markdownTable([prose.service, ...environments.map(({ name }) => name)], standing),
    `${prose.open}\n`,
  ].join("\n\n");
}

const markdownTable = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
