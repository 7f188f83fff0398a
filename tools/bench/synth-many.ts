import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ENVIRONMENTS } from "../../environments/all";
import { synthesize } from "../program/stacks";
import { many } from "./many";

/** Synthesizes as many environments as the argument says, all like the last of environments/. */
const last = ENVIRONMENTS[ENVIRONMENTS.length - 1] as (typeof ENVIRONMENTS)[number];
const outdir = mkdtempSync(join(tmpdir(), "mmrv-bench-"));
try {
  synthesize({ environments: many(last, Number(process.argv[2])), outdir });
} finally {
  rmSync(outdir, { recursive: true });
}
