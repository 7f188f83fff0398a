import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { OWN_CHARTS } from "../../model/releases";
import { UserError } from "../../model/user-error";
import { filesBelow } from "./files-below";

/** What every version of our charts is made of: chart → version → SHA-256 of its files. A line once written stays. */
const FILE = "charts/versions.yaml";

const HEADER =
  "# Written by `npx mmrv render`, a line for each new version of a chart: the SHA-256 of its files. Lines stay (docs/gitops.md).\n";

interface Chart {
  readonly name: string;
  readonly version: string;
  readonly hash: string;
}

/** A file that follows from something else, as it must be: on disk it may be stale. */
interface Generated {
  readonly file: string;
  readonly text: string;
}

/**
 * The list of versions with those that are there now.
 * @param root the folder of the repository
 * @param generated files of charts that are written in the same run
 * @throws UserError for a list that cannot be read
 */
export function versionsFile(root: string, generated: readonly Generated[]) {
  const known = knownVersions(root);
  for (const { hash, name, version } of chartsOf(root, generated)) known[name] = { [version]: hash, ...known[name] };
  const sorted = Object.fromEntries(Object.entries(known).map(([name, versions]) => [name, inOrder(versions)]));
  return { file: FILE, path: join(root, FILE), text: HEADER + stringify(sorted, { lineWidth: 0 }) };
}

/**
 * Charts that have changed without a new version: Flux, which looks at the version alone, would go on with the chart of before.
 * @throws UserError for a list that cannot be read
 */
export function chartFaults(root: string, generated: readonly Generated[]): string[] {
  const known = knownVersions(root);
  return chartsOf(root, generated)
    .filter(({ hash, name, version }) => (known[name]?.[version] ?? hash) !== hash)
    .map(
      ({ name, version }) =>
        `charts/${name} has changed since its version ${version} was written down (Flux takes a chart anew when it has another version): raise \`version\` in charts/${name}/Chart.yaml; or, when no branch but this one has ${version}, take its line out of ${FILE}`,
    );
}

type Versions = Record<string, Record<string, string>>;

function knownVersions(root: string): Versions {
  const path = join(root, FILE);
  if (!existsSync(path)) return {};
  try {
    // Without types: a version such as 1.10 is a text.
    return (parse(readFileSync(path, "utf8"), { schema: "failsafe" }) ?? {}) as Versions;
  } catch (error) {
    const [why] = (error as Error).message.split("\n");
    throw new UserError(`${FILE}: ${why}; keep the lines of both sides of a merge, each chart once`);
  }
}

function chartsOf(root: string, generated: readonly Generated[]): Chart[] {
  return OWN_CHARTS.map((name) => {
    const hash = createHash("sha256");
    for (const file of filesBelow(root, `charts/${name}`).filter(isPackaged)) {
      const text = generated.find((one) => one.file === file)?.text ?? readFileSync(join(root, file), "utf8");
      // As Git keeps it, whatever it makes of the ends of lines here.
      hash.update(`${file}\0${text.replaceAll("\r\n", "\n")}\0`);
    }
    const { version } = parse(readFileSync(join(root, `charts/${name}/Chart.yaml`), "utf8"), { schema: "failsafe" });
    return { name, version: String(version), hash: hash.digest("hex") };
  });
}

/** What a desktop leaves in a folder is not in Git. */
const isPackaged = (file: string): boolean => !/\/\.[^/]*$/.test(file);

const inOrder = (versions: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(versions).sort(([one], [other]) => one.localeCompare(other, "en", { numeric: true })),
  );
