import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ENVIRONMENTS } from "../../environments/all";
import { synthesize } from "../program/stacks";

/** Synthesizes as many environments as the argument says, all like the last of environments/ but for their names; each builds its images. */
const last = ENVIRONMENTS[ENVIRONMENTS.length - 1] as (typeof ENVIRONMENTS)[number];
const count = Number(process.argv[2]);
const environments = Array.from({ length: count }, (_, index) => ({
  ...last,
  name: `bench${index}`,
  code: `b${index}`,
  images: { from: "build" as const },
}));
const outdir = mkdtempSync(join(tmpdir(), "mmrv-bench-"));
try {
  synthesize({ environments, outdir });
} finally {
  rmSync(outdir, { recursive: true });
}
