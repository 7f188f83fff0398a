import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, it } from "vitest";
import { APPLICATION_NAMESPACE } from "../../model/naming";
import { requires } from "../support/requires";
import { CHART, CONFIGURED, valuesFiles } from "./platform-fixture";

interface Check {
  readonly check_id: string;
  readonly resource: string;
}
interface Report {
  readonly results: { readonly passed_checks: readonly Check[]; readonly failed_checks: readonly Check[] };
}

describe("checkov on charts/mmrv-platform", requires("checkov", "helm"), () => {
  const temporary = mkdtempSync(join(tmpdir(), "mmrv-platform-checkov-"));
  afterAll(() => rmSync(temporary, { recursive: true, force: true }));

  it.each(Object.entries(CONFIGURED))("finds nothing in %s", async (_, shape) => {
    const values = valuesFiles(temporary, shape).flatMap((file) => ["--var-file", file]);
    const { stdout } = await promisify(execFile)(
      "checkov",
      ["--framework", "helm", "--directory", CHART, ...values, "--output", "json", "--compact", "--soft-fail"],
      { env: { PATH: process.env["PATH"] ?? "", HOME: "/nonexistent", HELM_NAMESPACE: APPLICATION_NAMESPACE } },
    );
    const { results } = JSON.parse(stdout) as Partial<Report>;
    // What Helm cannot render, checkov passes.
    expect(results?.passed_checks.map(({ resource }) => resource)).toContain(
      `ServiceAccount.${APPLICATION_NAMESPACE}.${shape.values.certificates.dns01.serviceAccount}`,
    );
    expect(results?.failed_checks.map(({ check_id, resource }) => `${check_id} ${resource}`)).toEqual([]);
  });
});
