import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { production } from "../../environments/production";
import { buildApp } from "../../main";

/** Synthesizes as many environments as the argument says, all like production but for their names; each builds its images. */
const count = Number(process.argv[2]);
const environments = Array.from({ length: count }, (_, index) => ({
  ...production,
  name: `bench${index}`,
  code: `b${index}`,
  images: { from: "build" as const },
}));
const outdir = mkdtempSync(join(tmpdir(), "mmrv-bench-"));
try {
  buildApp({ environments, outdir }).synth();
} finally {
  rmSync(outdir, { recursive: true });
}
