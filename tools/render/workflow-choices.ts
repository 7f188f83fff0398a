import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isScalar, isSeq, parseDocument } from "yaml";
import { applicationNamesIn } from "../../model/applications";
import { RELEASES } from "../../model/delivery";
import type { Environment } from "../../model/environment";
import { stackKindsOf, stackName } from "../../model/naming";

/** A list in a workflow that follows from the environments; in a variable, with spaces between. */
interface Choices {
  readonly file: string;
  /** Where it stands in the file. */
  readonly path: readonly string[];
  readonly of: (environments: readonly Environment[]) => readonly string[];
}

const names = (environments: readonly Environment[]) => environments.map(({ name }) => name);
const input = (name: string) => ["on", "workflow_dispatch", "inputs", name, "options"];

const CHOICES: readonly Choices[] = [
  {
    file: ".github/workflows/deploy.yml",
    path: input("stack"),
    of: (environments) =>
      environments.flatMap((environment) =>
        [
          ...stackKindsOf(environment).map(({ kind }) => kind),
          ...(environment.gitOps.via === "none" ? [] : [RELEASES]),
        ].map((kind) => stackName(environment.name, kind)),
      ),
  },
  { file: ".github/workflows/promote.yml", path: input("application"), of: applicationNamesIn },
  {
    file: ".github/workflows/promote.yml",
    path: input("environment"),
    of: (environments) => names(environments.filter(({ images }) => images.from === "promotion")),
  },
  // A called workflow has no form, so it checks the name itself.
  { file: ".github/workflows/publish-image.yml", path: ["env", "APPLICATIONS"], of: applicationNamesIn },
  { file: ".github/workflows/migrate.yml", path: input("environment"), of: names },
  { file: ".github/workflows/plan.yml", path: ["jobs", "changed", "env", "ENVIRONMENTS"], of: names },
  {
    file: ".github/workflows/plan.yml",
    path: ["jobs", "plan", "strategy", "matrix", "environment"],
    of: names,
  },
  {
    file: ".github/workflows/nightly.yml",
    path: ["jobs", "drift", "strategy", "matrix", "environment"],
    of: names,
  },
];

/**
 * The workflows as they must be: GitHub takes the choices of a form from the file alone. Only the lists are replaced; every
 * other letter is a person's.
 * @param root the folder of the repository
 * @throws Error when a workflow has no such list
 */
export function workflowFiles(root: string, environments: readonly Environment[]) {
  const files = [...new Set(CHOICES.map(({ file }) => file))];
  return files.map((file) => {
    const text = CHOICES.filter((choices) => choices.file === file).reduce(
      (before, { of, path }) => withList(before, path, of(environments)),
      readFileSync(join(root, file), "utf8"),
    );
    return { file, path: join(root, file), text };
  });
}

function withList(text: string, path: readonly string[], items: readonly string[]): string {
  const list = parseDocument(text).getIn(path, true);
  if (!(isSeq(list) || isScalar(list)) || !list.range) throw new Error(`no list at ${path.join(".")}`);
  const [start, end] = list.range;
  // A variable holds one text.
  if (isScalar(list)) return text.slice(0, start) + items.join(" ") + text.slice(end);
  const indent = " ".repeat(start - text.lastIndexOf("\n", start) - 1);
  // GitHub refuses a choice without options; this one names nothing that exists.
  const some = items.length > 0 ? items : ["none"];
  const written = list.flow ? `[${some.join(", ")}]` : `- ${some.join(`\n${indent}- `)}`;
  // The range of a block ends after its last line break.
  return text.slice(0, start) + written + (list.flow ? "" : "\n") + text.slice(end);
}
