import type { Environment } from "../../model/environment";
import type { Evidence } from "../../model/recovery/evidence";
import type { DrillName } from "../../model/recovery/plan";
import { writeEvidence } from "../recovery/evidence-files";
import { beginJournal } from "./journal";
import type { LocalDrill } from "./local-drill";

interface Run {
  readonly name: DrillName;
  readonly drill: LocalDrill;
  readonly environment: Environment;
  /** The day, as YYYY-MM-DD. */
  readonly date: string;
  /** The folder of the program, for the journal. */
  readonly root: string;
  /** Where evidence goes. @default recovery/evidence */
  readonly evidence?: string;
  readonly tell: (line: string) => void;
}

/**
 * Walks a drill on this machine and writes its evidence, when everything came back.
 * @throws UserError when it did not; then nothing is written
 */
export async function runDrill(run: Run): Promise<{ readonly evidence: Evidence; readonly file: string }> {
  const { date, drill, environment, name, root, tell } = run;
  const { cleaned, end, folder } = await beginJournal(name, root);
  if (cleaned !== undefined) tell(cleaned);
  const begun = performance.now();
  const before = process.env["TMPDIR"];
  process.env["TMPDIR"] = folder;
  try {
    const walked = await drill.walk({ environment, folder, tell });
    const seconds = Math.round((performance.now() - begun) / 1000);
    const evidence: Evidence = {
      drill: name,
      date,
      place: "here",
      environment: environment.name,
      by: null,
      ...walked,
      seconds,
    };
    return { evidence, file: await writeEvidence(evidence, run.evidence) };
  } finally {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
    await end();
  }
}
