import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { CHART_CEILING, chartExceptionSchema, chartExceptions } from "../../model/chart-exceptions";
import { APPLICATIONS } from "../../model/naming";
import { type ChartFinding, scanChart } from "../support/chart-checkov";
import { podsOf } from "../support/chart-objects";
import { APP_CHART, type AppShape, appValuesFiles, EVERYTHING } from "../support/chart-values";
import { ENVIRONMENTS } from "../support/fixtures/environments/all";
import { Helm } from "../support/helm";
import { requires } from "../support/requires";

const temporary = mkdtempSync(join(tmpdir(), "mmrv-app-checkov-"));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

const SHAPES: [string, AppShape][] = ENVIRONMENTS.flatMap((environment) =>
  APPLICATIONS.map((application): [string, AppShape] => [
    `${application} in ${environment.name}`,
    { environment, application },
  ]),
);
const [[, FIRST] = []] = SHAPES;
if (!FIRST) throw new Error("no environment");
const FULL: AppShape = { ...FIRST, more: EVERYTHING };

const written = ({ check, resource }: ChartFinding) => `${check} ${resource}`;
const EXCEPTED = chartExceptions.map(written);

describe("the exceptions", () => {
  it("are well formed, and no more than were agreed on", () => {
    for (const exception of chartExceptions) expect(chartExceptionSchema.safeParse(exception).error).toBeUndefined();
    expect(chartExceptions.length).toBe(CHART_CEILING);
  });
});

describe("checkov on charts/mmrv-app", requires("checkov", "helm"), () => {
  const scan = (shape: AppShape) => scanChart("checkov", APP_CHART, appValuesFiles(temporary, shape));

  it.each(SHAPES)("finds nothing that is not excepted: %s", async (_, shape) => {
    const { judged, failed } = await scan(shape);
    expect(failed.map(written).filter((finding) => !EXCEPTED.includes(finding))).toEqual([]);
    expect(judged.size).toBeGreaterThan(4);
  });

  it("judges everything that has pods, and still finds all that is excepted", async () => {
    const { judged, failed } = await scan(FULL);
    expect(failed.map(written).sort()).toEqual([...EXCEPTED].sort());
    // What it cannot render, checkov passes in silence.
    const objects = await new Helm().template(APP_CHART, FULL.application, appValuesFiles(temporary, FULL));
    const withPods = objects
      .filter((object) => podsOf(object))
      .map(({ kind, metadata }) => `${kind} ${metadata.name.replace(FULL.application, "<application>")}`);
    expect(withPods.length).toBeGreaterThan(4);
    expect(withPods.filter((name) => !judged.has(name))).toEqual([]);
  });
});
