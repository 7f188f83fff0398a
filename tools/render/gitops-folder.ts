import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { GITOPS } from "../../model/gitops/files";
import type { GitOpsObject } from "../../model/gitops/objects";
import { gitOpsIssues } from "../../model/gitops/rules";
import { printable } from "../../model/printable";
import { describeFileIssue, describeIssue, type Issue, issue } from "../../model/rules/issue";
import { filesBelow } from "./files-below";

/**
 * What is wrong with gitops/ as it is on disk, each in a sentence: files that nobody rendered, and what the house rules refuse.
 * @param root the folder of the repository
 * @param rendered the files that are known, or are about to be removed
 */
export function gitOpsFaults(root: string, rendered: ReadonlySet<string>): string[] {
  const files = filesBelow(root, GITOPS);
  const strays = files.filter((file) => !rendered.has(file));
  const read = files.filter((file) => /\.(ya?ml|json)$/.test(file)).map((file) => readObjects(root, file));
  return [
    ...strays.map(
      (file) => `${printable(file)}: must be elsewhere (gitops/ is written by npx mmrv render, and nobody reads more)`,
    ),
    ...read.flatMap(({ issues }) => issues).map(describeFileIssue),
    ...gitOpsIssues(read.flatMap(({ objects }) => objects)).map((each) => describeIssue("", each)),
  ];
}

interface ReadObjects {
  readonly objects: readonly GitOpsObject[];
  readonly issues: readonly Issue[];
}

/** The objects of a file; an empty document is none. */
function readObjects(root: string, file: string): ReadObjects {
  const documents = parseAllDocuments(readFileSync(join(root, file), "utf8"), { logLevel: "error" });
  const issues = documents.flatMap(({ errors }) =>
    errors.slice(0, 1).map(({ message }) => issue(file, message.split("\n")[0], "must be YAML")),
  );
  if (issues.length > 0) return { objects: [], issues };
  const objects = documents
    .map((document): unknown => document.toJS())
    .filter((object) => object !== null && object !== undefined)
    .map((object) => ({ file, object }));
  return { objects, issues: [] };
}
