import { createHash } from "node:crypto";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Document, parseDocument } from "yaml";
import { HELM_VALUES } from "../../environments/all";
import { applicationNames } from "../../model/applications";
import type { Environment } from "../../model/environment";

/**
 * A copy of the project's helm-values with an image for every application. Nothing pulls it: the nodes are fake, and run no
 * container.
 * @param build another one, another digest
 */
export async function helmValuesWithImages(
  folder: string,
  environments: readonly Environment[],
  build: number,
): Promise<string> {
  const copy = join(folder, `helm-values-${build}`);
  await cp(HELM_VALUES, copy, { recursive: true });
  for (const { name, ...environment } of environments) {
    for (const application of applicationNames(environment)) {
      const file = join(copy, application, `${name}.yaml`);
      const text = await readFile(file, "utf8").catch(() => "");
      const document = text.trim() === "" ? new Document({}) : parseDocument(text);
      document.setIn(["image", "digest"], digestOf(application, build));
      await writeFile(file, document.toString());
    }
  }
  return copy;
}

/** The digest of an application's image in a rehearsal. */
export const digestOf = (application: string, build: number): string =>
  `sha256:${createHash("sha256").update(`rehearsal of ${application}, build ${build}`).digest("hex")}`;
