import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { backBatches, batchText } from "../../../model/cutover/batches";
import { Cutovers } from "../../../model/cutover/files";
import { breakGlassFiles } from "../../../tools/render/break-glass";
import { componentAt, cutoverAt } from "../../support/cutover";
import { production } from "../../support/fixtures/environments/production";
import { staging } from "../../support/fixtures/environments/staging";
import { REPORTS, withReports } from "../../support/fixtures/reports";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mmrv-break-glass-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const BACKEND = "cutover/break-glass/staging/backend.json";
const pathOf = (name: string, environment = "staging") => join(folder, "break-glass", environment, name);
/** Files of earlier stages, as a render has left them. */
function leave(...names: readonly string[]): void {
  mkdirSync(join(folder, "break-glass/staging"), { recursive: true });
  for (const name of names) writeFileSync(pathOf(name), "old");
}

/** The calls; the page beside them has a test of its own. */
const callsOf = (...of: Parameters<typeof breakGlassFiles>) =>
  breakGlassFiles(...of).filter(({ file }) => file.endsWith(".json"));

describe("the files that break the glass", () => {
  it("have a page beside them with the line that sends each, and the role that may", () => {
    const page = breakGlassFiles([staging], cutoverAt(staging, { backend: "canary", frontend: "full" }), folder).at(-1);
    expect(page?.file).toBe("cutover/break-glass/staging/README.md");
    expect(page?.text?.split("\n").filter((line) => line.startsWith("aws "))).toEqual(
      ["backend", "frontend"].map(
        (name) =>
          `aws route53 change-resource-record-sets --cli-input-json file://cutover/break-glass/staging/${name}.json`,
      ),
    );
    expect(page?.text).toContain("`arn:aws:iam::000000000000:role/mmrv-staging-cutover`");
    expect(page?.text).toContain("`npx mmrv cutover back staging`");
  });

  it("are the very calls of a way back, for each application with weights", () => {
    const [batch] = backBatches("staging", "backend", componentAt(staging, "backend", "canary"));
    const text = batchText(batch as NonNullable<typeof batch>);
    expect(text).toContain('"Weight": 255');
    expect(callsOf([staging], cutoverAt(staging, { backend: "canary", frontend: "adopt" }), folder)).toEqual([
      { file: BACKEND, path: pathOf("backend.json"), text },
    ]);
  });

  it("are none where there is neither a folder nor an application with weights", () => {
    expect(callsOf([staging, production], new Cutovers({}), folder)).toEqual([]);
    expect(callsOf([staging], new Cutovers({}), join(folder, "nowhere"))).toEqual([]);
  });

  it("are written anew where they are there, and removed where nobody can be sent back any more", () => {
    leave("backend.json", "frontend.json", "gone.json");
    const files = callsOf([staging], cutoverAt(staging, { backend: "full", frontend: "retired" }), folder);
    expect(
      files.map(({ file, text }) => [file, text === undefined ? "removed" : JSON.parse(text).HostedZoneId]),
    ).toEqual([
      [BACKEND, staging.aws.hostedZoneId],
      ["cutover/break-glass/staging/frontend.json", "removed"],
      ["cutover/break-glass/staging/gone.json", "removed"],
    ]);
  });

  it("are one for each zone, and the one of before is removed when a second zone comes", () => {
    leave("backend.json");
    const component = componentAt(staging, "backend", "full");
    const [first] = component.names ?? [];
    const names = ["ZONE11", "ZONE22"].map((id) => ({
      ...(first as NonNullable<typeof first>),
      zone: { id, name: "mmrv.invalid" },
    }));
    const cutovers = new Cutovers({ staging: { components: { backend: { ...component, names } } } });
    expect(
      callsOf([staging], cutovers, folder).map(({ file, text }) => [file, text && JSON.parse(text).HostedZoneId]),
    ).toEqual([
      [BACKEND, undefined],
      ["cutover/break-glass/staging/backend.ZONE11.json", "ZONE11"],
      ["cutover/break-glass/staging/backend.ZONE22.json", "ZONE22"],
    ]);
  });

  it("are kept apart by environment, and none is of a worker, which nobody reaches", () => {
    const components = {
      backend: componentAt(staging, "backend", "full"),
      [REPORTS.name]: componentAt(staging, "backend", "full"),
    };
    const cutovers = new Cutovers({ staging: { components }, production: { components } });
    expect(callsOf([withReports(staging), production], cutovers, folder).map(({ path }) => path)).toEqual([
      pathOf("backend.json"),
      pathOf("backend.json", "production"),
    ]);
  });
});
