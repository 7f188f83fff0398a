import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { chartFaults, versionsFile } from "../../../tools/render/chart-versions";
import { schemaFiles } from "../../../tools/render/values-schema";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "mmrv-charts-"));
  cpSync("charts", join(root, "charts"), { recursive: true });
  rmSync(join(root, "charts/versions.yaml"));
  render();
});
afterEach(() => rmSync(root, { recursive: true }));

const at = (file: string) => join(root, "charts", file);
const change = (file: string, by: (text: string) => string) =>
  writeFileSync(at(file), by(readFileSync(at(file), "utf8")));
const render = () => writeFileSync(at("versions.yaml"), versionsFile(root, schemaFiles()).text);
const versions = (): Record<string, Record<string, string>> => parse(readFileSync(at("versions.yaml"), "utf8"));
const faults = () => chartFaults(root, schemaFiles());
const raise = (version: string) =>
  change("mmrv-app/Chart.yaml", (text) => text.replace(/^version: .*$/m, `version: ${version}`));

const CHANGED =
  "charts/mmrv-app has changed since its version 0.1.0 was written down (Flux takes a chart anew when it has another version): raise `version` in charts/mmrv-app/Chart.yaml; or, when no branch but this one has 0.1.0, take its line out of charts/versions.yaml";

describe("the versions of our charts", () => {
  it("are each what their files are", () => {
    expect(Object.keys(versions())).toEqual(["mmrv-app", "mmrv-platform"]);
    expect(Object.values(versions()).map((of) => Object.keys(of))).toEqual([["0.1.0"], ["0.1.0"]]);
    expect(Object.values(versions()).flatMap((of) => Object.values(of))).toEqual([
      expect.stringMatching(/^[0-9a-f]{64}$/),
      expect.stringMatching(/^[0-9a-f]{64}$/),
    ]);
    expect(faults()).toEqual([]);
  });

  it.each([
    ["a template", () => change("mmrv-app/templates/service.yaml", (text) => `${text}# more\n`)],
    ["its own values", () => change("mmrv-app/values.yaml", (text) => `${text}# more\n`)],
    ["its description", () => change("mmrv-app/Chart.yaml", (text) => text.replace("One", "An"))],
    ["a file more", () => writeFileSync(at("mmrv-app/templates/more.yaml"), "")],
    ["a file less", () => rmSync(at("mmrv-app/templates/NOTES.txt"))],
    ["a file under another name", () => cpSync(at("mmrv-app/templates/NOTES.txt"), at("mmrv-app/NOTES.txt"))],
  ])("are not those of a chart that has changed under the same version: %s", (_, edit) => {
    edit();
    expect(faults()).toEqual([CHANGED]);
  });

  it("keep a line that has been written, however often they are rendered", () => {
    const before = versions();
    change("mmrv-app/values.yaml", (text) => `${text}# more\n`);
    render();
    expect(versions()).toEqual(before);
    expect(faults()).toEqual([CHANGED]);
  });

  it("get a line for a new version, after those of before", () => {
    const before = versions();
    raise("0.10.0");
    expect(faults()).toEqual([]);
    render();
    raise("0.9.0");
    render();
    expect(Object.keys(versions()["mmrv-app"] ?? {})).toEqual(["0.1.0", "0.9.0", "0.10.0"]);
    expect(versions()["mmrv-app"]).toMatchObject(before["mmrv-app"] ?? {});
    expect(versions()["mmrv-platform"]).toEqual(before["mmrv-platform"]);
  });

  it("take no notice of how a checkout ends its lines, nor of what a desktop leaves behind", () => {
    change("mmrv-app/values.yaml", (text) => text.replaceAll("\n", "\r\n"));
    writeFileSync(at("mmrv-app/.DS_Store"), "x");
    expect(faults()).toEqual([]);
  });

  it("count the schema that is about to be written, not the stale one on disk", () => {
    writeFileSync(at("mmrv-app/values.schema.json"), "{}");
    expect(faults()).toEqual([]);
  });

  it("are refused where a merge has left its marks", () => {
    writeFileSync(at("versions.yaml"), "<<<<<<< main\nmmrv-app:\n=======\n");
    expect(faults).toThrow(/^charts\/versions\.yaml: .*; keep the lines of both sides of a merge, each chart once$/);
  });
});
