import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CUTOVER, ENVIRONMENTS } from "../../environments/all";
import { Cutovers } from "../../model/cutover/files";
import { synthesize } from "../program/stacks";
import { many } from "./many";

/** Synthesizes as many environments as the argument says, all like the last of environments/. */
const last = ENVIRONMENTS[ENVIRONMENTS.length - 1] as (typeof ENVIRONMENTS)[number];
const outdir = mkdtempSync(join(tmpdir(), "mmrv-bench-"));
try {
  const environments = many(last, Number(process.argv[2]));
  const { jobs } = new Cutovers(CUTOVER).of(last).file;
  const cutovers = new Cutovers(Object.fromEntries(environments.map(({ name }) => [name, { ...(jobs && { jobs }) }])));
  synthesize({ environments, outdir, cutovers });
} finally {
  rmSync(outdir, { recursive: true });
}
