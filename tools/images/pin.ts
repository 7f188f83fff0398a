import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Document, isMap, parseDocument, YAMLMap } from "yaml";
import { HELM_VALUES } from "../../environments/all";
import { shown } from "../../model/rules/issue";
import { workloadSchema } from "../../model/schema/workload";
import { UserError } from "../../model/user-error";

interface Image {
  readonly digest: string;
  readonly tag?: string;
}

/**
 * Checks a digest and a tag as the values' own schema does.
 * @param where names each of them for the user
 * @throws UserError with every fault
 */
export function checkImage(image: Image, where: (key: keyof Image) => string = (key) => `image.${key}`): void {
  const { error } = workloadSchema.shape.image.safeParse(image);
  if (error === undefined) return;
  const lines = error.issues.map(({ path, message }) => {
    const key = path[0] as keyof Image;
    return `${where(key)}: ${message}, got ${shown(image[key])}`;
  });
  throw new UserError(lines.join("\n"));
}

export interface Pin {
  readonly application: string;
  readonly environment: string;
  readonly digest: string;
  /** For people; without one, a tag that belongs to another digest goes. */
  readonly tag?: string;
  /** Says what would be written, and writes nothing. */
  readonly dryRun?: boolean;
}

/**
 * Writes image.digest and image.tag of a release into its file, whole or not at all, and leaves comments and order.
 * @returns whether anything was written
 * @throws UserError for a digest or tag that the values' schema refuses, or a file that is no YAML
 */
export function pinImage(
  { application, environment, digest, dryRun = false, tag }: Pin,
  print: (line: string) => void,
  helmValues: string = HELM_VALUES,
): boolean {
  checkImage({ digest, tag });
  const file = `helm-values/${application}/${environment}.yaml`;
  const path = join(helmValues, application, `${environment}.yaml`);
  const before = existsSync(path) ? readFileSync(path, "utf8") : "";
  // 1.1, as Helm reads it: what is a number or a truth there gets quotes.
  const document: Document = parseDocument(before, { version: "1.1" });
  const [fault] = document.errors;
  if (fault) throw new UserError(`${file}: ${fault.message.split("\n")[0]}; must be YAML that Helm can read`);
  document.contents ??= new YAMLMap();
  if (!isMap(document.contents)) throw new UserError(`${file}: must be a mapping of values; nothing was written`);
  const had = { digest: textAt(document, "digest"), tag: textAt(document, "tag") };
  const keeps = had.digest === digest && tag === undefined;
  const wanted = { digest, tag: keeps ? had.tag : tag };
  if (had.digest === wanted.digest && had.tag === wanted.tag) {
    print(`${file}: image.digest is ${digest} already; nothing was written`);
    return false;
  }
  if (!isMap(document.get("image"))) document.set("image", new YAMLMap());
  document.setIn(["image", "digest"], wanted.digest);
  if (wanted.tag === undefined) document.deleteIn(["image", "tag"]);
  else document.setIn(["image", "tag"], wanted.tag);
  if (!dryRun) {
    // A reader sees the old file or the new one. Long lines stay as they were written.
    writeFileSync(`${path}.tmp`, document.toString({ lineWidth: 0 }));
    renameSync(`${path}.tmp`, path);
  }
  for (const key of ["digest", "tag"] as const)
    if (had[key] !== wanted[key])
      print(`${dryRun ? "would write " : ""}${file}: image.${key} ${had[key] ?? "none"} → ${wanted[key] ?? "none"}`);
  return !dryRun;
}

function textAt(document: Document, key: string): string | undefined {
  const value = isMap(document.get("image")) ? document.getIn(["image", key]) : undefined;
  return value === undefined || value === null ? undefined : String(value);
}
