import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { Cutover, Cutovers, cutoverFileName, cutoverPath } from "../../../model/cutover/files";
import { taken, wayTo } from "../../support/cutover";
import { backendFile } from "../../support/cutover-file";
import { MOVED } from "../../support/cutover-names";
import { bootstrap } from "../../support/fixtures/environments/bootstrap";
import { production } from "../../support/fixtures/environments/production";
import { issuesOf } from "../../support/issues";

const root = mkdtempSync(join(tmpdir(), "mmrv-cutover-"));
afterAll(() => rmSync(root, { recursive: true }));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(root, "files-"));
});

const write = (text: string, file = "staging.yaml") => writeFileSync(join(folder, file), text);
const said = () => issuesOf([MOVED, production], bootstrap, { cutovers: new Cutovers(folder) });

const FULL = backendFile(taken(wayTo("full")));

describe("the folder of cutovers", () => {
  it("holds a file of each environment, and nobody has moved where there is none", () => {
    write(stringify(FULL));
    const cutovers = new Cutovers(folder);
    expect(said()).toEqual([]);
    expect(cutovers.of(MOVED).file).toEqual(FULL);
    expect(cutovers.of(production).file).toEqual({});
    expect([cutovers.of(MOVED).stageOf("backend"), cutovers.of(production).stageOf("backend")]).toEqual([
      "full",
      "off",
    ]);
  });

  it("may hold dot files: of an editor, and of a write that was killed", () => {
    write("what vim keeps", ".staging.yaml.swp");
    write("components: {", ".staging.yaml.0b5c1b1e-8d0c-4b0e-9a52-0d7f4a3f9c11");
    expect(said()).toEqual([]);
  });

  it("counts for one environment alone where only that one is judged", () => {
    write(stringify(FULL));
    write("- one\n", "production.yaml");
    write("{}", "prod.yaml");
    const cutovers = new Cutovers(folder, "staging");
    expect(issuesOf([MOVED, production], bootstrap, { cutovers })).toEqual([]);
    expect([cutovers.of(MOVED).file, cutovers.of(production).file]).toEqual([FULL, {}]);
  });

  it("need not be there", () => {
    const cutovers = new Cutovers(join(folder, "nowhere"));
    expect(issuesOf([MOVED], bootstrap, { cutovers })).toEqual([]);
    expect(cutovers.of(MOVED).stageOf("backend")).toBe("off");
  });

  it("may hold files of comments alone, and a folder of break-glass", () => {
    write("# Nobody has moved.\n");
    mkdirSync(join(folder, "break-glass"));
    expect(said()).toEqual([]);
  });

  it("is read once: what is written afterwards is another run's", () => {
    write(stringify(FULL));
    const cutovers = new Cutovers(folder);
    expect(cutovers.of(MOVED).stageOf("backend")).toBe("full");
    write("{}");
    expect(cutovers.of(MOVED).stageOf("backend")).toBe("full");
    expect(new Cutovers(folder).of(MOVED).stageOf("backend")).toBe("off");
  });

  it("holds no file that nobody reads", () => {
    write("{}", "stagin.yaml");
    write("{}", "staging.yml");
    write("{}", "README.md");
    const must = "must be one of staging.yaml, production.yaml, break-glass (nobody would read it)";
    expect(said().sort()).toEqual([
      `cutover/README.md: got "README.md", ${must}`,
      `cutover/stagin.yaml: got "stagin.yaml", ${must} (did you mean staging.yaml?)`,
      `cutover/staging.yml: got "staging.yml", ${must} (did you mean staging.yaml?)`,
    ]);
  });

  it("may hold the files of environments that are not judged", () => {
    write("{}", "production.yaml");
    expect(new Cutovers(folder).strays([MOVED, production])).toEqual([]);
    expect(new Cutovers(folder).strays([MOVED]).map(({ path }) => path)).toEqual(["cutover/production.yaml"]);
  });

  it("is called the same by the program and by whoever reads a sentence of it", () => {
    expect(cutoverPath("cutover", "staging")).toBe(join("cutover", "staging.yaml"));
    expect(cutoverFileName("staging")).toBe("cutover/staging.yaml");
  });
});

describe("a file of the folder", () => {
  it.each([
    ["a list", "- backend\n", 'cutover/staging.yaml: got ["backend"], must be a mapping of values'],
    ["text", "ready\n", 'cutover/staging.yaml: got "ready", must be a mapping of values'],
    [
      "no YAML",
      "components: { backend: { steps: [] }\n",
      "cutover/staging.yaml:2: got Flow map in block collection must be sufficiently indented and end with a }, must be YAML",
    ],
    [
      "a component twice",
      "components:\n  backend: { steps: [] }\n  backend: { steps: [] }\n",
      "cutover/staging.yaml:3: got Map keys must be unique, must be YAML",
    ],
    [
      "two documents",
      "components: {}\n---\ncomponents: {}\n",
      "cutover/staging.yaml:2: got a second document, must be one YAML document",
    ],
    [
      "an alias of nothing",
      "components: { backend: *nobody }\n",
      'cutover/staging.yaml:1: got "*nobody", must be an alias of an anchor that stands before it',
    ],
    [
      "an alias of itself",
      "components: &all { backend: *all }\n",
      'cutover/staging.yaml:1: got "*all", must be an alias of something else (a value cannot hold itself)',
    ],
    [
      "a prototype",
      "components: { __proto__: { steps: [] } }\n",
      'cutover/staging.yaml:1: got "__proto__", must be another key (it is no value to JavaScript)',
    ],
    [
      "a word of every object",
      "components: { toString: { steps: [] } }\n",
      'cutover/staging.yaml components.toString: got "toString", must be a web application of the environment: backend, frontend',
    ],
    [
      "no components",
      "components:\n",
      "cutover/staging.yaml components: got null, must be an object of web applications by name",
    ],
  ])("is refused in a sentence: %s", (_, text, sentence) => {
    write(text);
    expect(said()).toEqual([sentence]);
  });

  it("may say the same of two applications by an anchor and its alias", () => {
    write("components:\n  backend: &nobody { steps: [] }\n  frontend: *nobody\n");
    expect(said()).toEqual([]);
    expect(new Cutovers(folder).of(MOVED).file.components).toEqual({ backend: { steps: [] }, frontend: { steps: [] } });
  });

  it("has moments and dates without quotes, and words that are words", () => {
    write(`
proof: { date: 2026-12-01, by: yes, host: proof.example.com, provider: 6.25.0 }
jobs:
  backend:
    - cloud: azure
      since: 2026-12-01T10:00:00Z
      evidence: [{ gate: stopped-on-aws, answer: yes, by: on, date: 2026-12-01 }]
`);
    expect(said()).toEqual([]);
    expect(new Cutovers(folder).of(MOVED).file).toEqual({
      proof: { date: "2026-12-01", by: "yes", host: "proof.example.com", provider: "6.25.0" },
      jobs: {
        backend: [
          {
            cloud: "azure",
            since: "2026-12-01T10:00:00Z",
            evidence: [{ gate: "stopped-on-aws", answer: "yes", by: "on", date: "2026-12-01" }],
          },
        ],
      },
    });
  });

  it("is told with all others, before anything is made of any", () => {
    write("- one\n");
    write("components: []\n", "production.yaml");
    write("{}", "prod.yaml");
    expect(said()).toEqual([
      'cutover/prod.yaml: got "prod.yaml", must be one of staging.yaml, production.yaml, break-glass (nobody would read it)',
      'cutover/staging.yaml: got ["one"], must be a mapping of values',
      "cutover/production.yaml components: got [], must be an object of web applications by name",
    ]);
  });
});

describe("what a cutover says of an application", () => {
  const step = (cloud: "aws" | "azure") => ({ cloud, since: "2026-12-01T10:00:00Z" });
  const cutover = new Cutover({ ...FULL, jobs: { backend: [step("azure"), step("aws"), step("azure")] } });

  it("is what stands in its file, and off with its jobs on AWS where nothing does", () => {
    expect([cutover.component("backend"), cutover.stageOf("backend"), cutover.jobsOf("backend")]).toEqual([
      FULL.components?.["backend"],
      "full",
      "azure",
    ]);
    expect([cutover.component("frontend"), cutover.stageOf("frontend"), cutover.jobsOf("frontend")]).toEqual([
      undefined,
      "off",
      "aws",
    ]);
    expect([new Cutover().stageOf("backend"), new Cutover().jobsOf("backend")]).toEqual(["off", "aws"]);
  });

  it("is nothing that every object has", () => {
    for (const name of ["constructor", "toString", "__proto__"]) {
      expect([cutover.component(name), cutover.stageOf(name), cutover.jobsOf(name)]).toEqual([undefined, "off", "aws"]);
    }
  });
});

describe("a program in which nobody has moved", () => {
  it("keeps where jobs run, and nothing else", () => {
    const jobs = { backend: [{ cloud: "azure" as const, since: "2026-12-01T10:00:00Z" }] };
    const cutovers = new Cutovers({ staging: { ...FULL, jobs }, production: FULL }).withNobodyMoved([
      MOVED,
      production,
    ]);
    expect([cutovers.of(MOVED).file, cutovers.of(production).file]).toEqual([{ jobs }, {}]);
  });
});
