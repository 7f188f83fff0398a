import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { CHART_CEILING, chartSuppressionSchema, chartSuppressions } from "../../model/chart-suppressions";
import { type ChartFinding, scanChart } from "../support/chart-checkov";
import { podsOf } from "../support/chart-objects";
import { APP_CHART, type AppShape, appValuesFiles, EVERYTHING, OF_ECS } from "../support/chart-values";
import { APPLICATIONS } from "../support/fixtures/applications";
import { ENVIRONMENTS } from "../support/fixtures/environments/all";
import { Helm } from "../support/helm";
import { requires } from "../support/requires";

const temporary = mkdtempSync(join(tmpdir(), "mmrv-app-checkov-"));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

const VARIANTS: [string, AppShape][] = ENVIRONMENTS.flatMap((environment) =>
  APPLICATIONS.map((application): [string, AppShape] => [
    `${application} in ${environment.name}`,
    { environment, application },
  ]),
);
const [[, FIRST] = []] = VARIANTS;
if (!FIRST) throw new Error("no environment");
const FULL: AppShape = { ...FIRST, more: EVERYTHING };

const written = ({ check, resource }: ChartFinding) => `${check} ${resource}`;
const EXCEPTED = chartSuppressions.map(written);

describe("the suppressions", () => {
  it("are well formed, and no more than were agreed on", () => {
    for (const suppression of chartSuppressions)
      expect(chartSuppressionSchema.safeParse(suppression).error).toBeUndefined();
    expect(chartSuppressions.length).toBe(CHART_CEILING);
  });
});

describe("checkov on charts/mmrv-app", requires("checkov", "helm"), () => {
  const scan = (shape: AppShape) => scanChart("checkov", APP_CHART, appValuesFiles(temporary, shape));

  it.each(VARIANTS)("finds nothing that is not suppressed: %s", async (_, shape) => {
    const { evaluated, failed } = await scan(shape);
    expect(failed.map(written).filter((finding) => !EXCEPTED.includes(finding))).toEqual([]);
    expect(evaluated.size).toBeGreaterThan(4);
  });

  it("finds nothing more in sidecars that are asked whether they are ready and alive", async () => {
    const { failed } = await scan({ ...FIRST, more: OF_ECS });
    expect(failed.map(written).filter((finding) => !EXCEPTED.includes(finding))).toEqual([]);
  });

  it("judges everything that has pods, and still finds all that is suppressed", async () => {
    const { evaluated, failed } = await scan(FULL);
    expect(failed.map(written).sort()).toEqual([...EXCEPTED].sort());
    // What it cannot render, checkov passes in silence.
    const objects = await new Helm().template(APP_CHART, FULL.application, appValuesFiles(temporary, FULL));
    const withPods = objects
      .filter((object) => podsOf(object))
      .map(({ kind, metadata }) => `${kind} ${metadata.name.replace(FULL.application, "<application>")}`);
    expect(withPods.length).toBeGreaterThan(4);
    expect(withPods.filter((name) => !evaluated.has(name))).toEqual([]);
  });
});
