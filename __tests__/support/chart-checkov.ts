import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import { promisify } from "node:util";
import { z } from "zod";
import { APPLICATION_NAMESPACE } from "../../model/naming";

export interface ChartFinding {
  readonly check: string;
  readonly resource: string;
}

export interface ChartScan {
  /** What it judged at all. */
  readonly evaluated: ReadonlySet<string>;
  readonly failed: readonly ChartFinding[];
}

const checks = z.array(z.object({ check_id: z.string(), resource: z.string() }));
const reportSchema = z.object({
  results: z.object({ passed_checks: checks, failed_checks: checks, parsing_errors: z.array(z.string()).length(0) }),
});

/** What Helm calls a release that nobody named. */
const CHECKOVS_RELEASE = "release-name";

/**
 * What checkov says of a chart with these values. It renders the chart by itself.
 * @throws Error when there is no report or a file that it could not read
 */
export async function scanChart(checkov: string, chart: string, valuesFiles: readonly string[]): Promise<ChartScan> {
  const { stdout } = await promisify(execFile)(
    checkov,
    [
      ...["--framework", "helm", "--directory", chart, ...valuesFiles.flatMap((file) => ["--var-file", file])],
      ...["--output", "json", "--compact", "--soft-fail", "--skip-download"],
    ],
    {
      // As the terraform checks run: no variable of the caller's and no home, where a .checkov.yaml could skip checks.
      env: { PATH: process.env["PATH"] ?? "", HOME: "/nonexistent", HELM_NAMESPACE: APPLICATION_NAMESPACE },
      cwd: tmpdir(),
      maxBuffer: 2 ** 28,
    },
  );
  const { passed_checks, failed_checks } = reportSchema.parse(JSON.parse(stdout)).results;
  const named = (resource: string) => {
    const [kind, , name = ""] = resource.split(".");
    return `${kind} ${name.replace(CHECKOVS_RELEASE, "<application>")}`;
  };
  return {
    evaluated: new Set([...passed_checks, ...failed_checks].map(({ resource }) => named(resource))),
    failed: failed_checks.map(({ check_id, resource }) => ({ check: check_id, resource: named(resource) })),
  };
}
