import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { link, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { EVIDENCE } from "../../environments/all";
import { type Evidence, evidenceText, readEvidence } from "../../model/recovery/evidence";
import { UserError } from "../../model/user-error";

/** The folder as a user knows it. */
export const EVIDENCE_FOLDER = "recovery/evidence";

/** How many drills of one name a day may have; whoever makes more is in a loop. */
const MOST_A_DAY = 100;

/**
 * Every drill that was made, in the order of the names of its files.
 * @throws UserError with one line for each file that is no evidence, or was edited by hand
 */
export function allEvidence(folder = EVIDENCE): Evidence[] {
  const found = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: "utf8" }) : [];
  const names = found.filter((name) => name.endsWith(".json")).sort();
  const faults: string[] = [];
  const all: Evidence[] = [];
  for (const name of names)
    try {
      all.push(
        readEvidence(`${EVIDENCE_FOLDER}/${name.replaceAll("\\", "/")}`, readFileSync(join(folder, name), "utf8")),
      );
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      faults.push(error.message);
    }
  if (faults.length > 0) throw new UserError(faults.join("\n"));
  return all;
}

/**
 * Writes evidence whole or not at all, beside whatever is there: nothing is overwritten.
 * @returns the file, as a user knows it
 * @throws UserError when it says that not everything came back
 */
export async function writeEvidence(evidence: Evidence, folder = EVIDENCE): Promise<string> {
  const text = evidenceText(evidence);
  const inside = join(folder, evidence.drill);
  // Outside of the name that is read: a run that is killed leaves no half of one.
  const beside = join(inside, `.${randomUUID()}`);
  await mkdir(dirname(beside), { recursive: true });
  try {
    await writeFile(beside, text);
    for (let number = 1; number <= MOST_A_DAY; number += 1) {
      const name = `${evidence.date}${number === 1 ? "" : `-${number}`}.json`;
      if (await isLinked(beside, join(inside, name))) return `${EVIDENCE_FOLDER}/${evidence.drill}/${name}`;
    }
  } finally {
    await rm(beside, { force: true });
  }
  throw new UserError(`${EVIDENCE_FOLDER}/${evidence.drill}: has ${MOST_A_DAY} files of ${evidence.date} already`);
}

/** Gives a file a name that nobody has; false when somebody does. */
async function isLinked(file: string, name: string): Promise<boolean> {
  try {
    await link(file, name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}
