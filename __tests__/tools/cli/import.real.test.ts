import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { copyProject } from "../../support/project-copy";

const CORPUS = join(__dirname, "..", "..", "support", "import", "ecs");
const CLEAN = join(CORPUS, "24-hardened-readonly-two-scratch.json");

const folder = copyProject();
const values = readFileSync(join(folder, "helm-values", "backend", "values.yaml"), "utf8");
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  rmSync(join(folder, "imports"), { recursive: true, force: true });
  for (const environment of ["staging", "production"])
    file(`helm-values/backend/${environment}.yaml`, "# Ours.\nreplicas: 2\n");
  file("helm-values/backend/values.yaml", values);
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text);
  return path;
}
const text = (name: string): string => readFileSync(join(folder, name), "utf8");
const all = (name: string): string[] =>
  existsSync(join(folder, name)) ? readdirSync(join(folder, name), { recursive: true, encoding: "utf8" }).sort() : [];

async function mmrvImport(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const command = promisify(execFile)(process.execPath, ["tools/cli/mmrv.mjs", "import", ...args], { cwd: folder });
  return command.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );
}
const ecs = (environment: string, ...args: string[]) =>
  mmrvImport("ecs", environment, "backend", "--task-definition", ...args);

/** Answers every question of a decisions file as the corpus' files need it. */
function answer(environment: string, answers: Readonly<Record<string, string>>): void {
  const name = `imports/${environment}/backend.decisions.yaml`;
  let written = text(name);
  for (const [id, words] of Object.entries(answers))
    written = written.replace(
      new RegExp(`(\\n  ${id}:\\n(?:    .*\\n)*?    answer: ).*`),
      `$1${JSON.stringify(words)}`,
    );
  writeFileSync(join(folder, name), written);
}

async function answered(environment: string, path: string): Promise<void> {
  await ecs(environment, path);
  const { decisions } = parse(text(`imports/${environment}/backend.decisions.yaml`)) as {
    decisions: Record<string, { options: string }>;
  };
  answer(
    environment,
    Object.fromEntries(Object.entries(decisions).map(([id, { options }]) => [id, options.split(", or ")[0] ?? ""])),
  );
}

describe("mmrv import ecs", () => {
  it("writes nothing in a dry run, and exits 1 while decisions are open", async () => {
    const { code, stdout, stderr } = await ecs("staging", CLEAN, "--dry-run");
    expect([code, stderr]).toEqual([
      1,
      "next: answer in imports/staging/backend.decisions.yaml (written without --dry-run), then import again\n",
    ]);
    expect(stdout).toMatch(/^\+port: 8501$/m);
    expect(stdout).toMatch(
      /^\d+ values: \d+ mapped, \d+ defaulted, \d+ in decisions \((\d+) of \1 open\), \d+ dropped; unclassified: 0$/m,
    );
    expect([all("imports"), text("helm-values/backend/staging.yaml")]).toEqual([[], "# Ours.\nreplicas: 2\n"]);
  });

  it("writes questions and report, touches no values, and exits 0 with --report-only", async () => {
    const { code, stdout } = await ecs("staging", CLEAN, "--report-only");
    expect([code, all("imports")]).toEqual([
      0,
      ["staging", "staging/backend.decisions.yaml", "staging/backend.report.md"],
    ]);
    expect(text("helm-values/backend/staging.yaml")).toBe("# Ours.\nreplicas: 2\n");
    expect(stdout).toContain("wrote imports/staging/backend.report.md\n");
    expect(text("imports/staging/backend.report.md")).toContain(
      "| taskDefinition | containerDefinitions[dashboard].user |",
    );
  });

  it("converts with the answers, writes the values with --write, and is verified", async () => {
    // Without what the example says beyond any import.
    file("helm-values/backend/values.yaml", "probes: {}\n");
    await answered("staging", CLEAN);
    const { code, stderr } = await ecs("staging", CLEAN, "--write");
    expect([code, stderr]).toEqual([0, ""]);
    expect(text("helm-values/backend/staging.yaml")).toMatch(/^# Ours\.\nreplicas: 2\n/);
    expect(parse(text("helm-values/backend/staging.yaml"))).toMatchObject({
      port: 8501,
      env: { SERVER_ENABLE_CORS: "false" },
    });
    const verified = await mmrvImport("verify", "staging", "backend", "--values", "--task-definition", CLEAN);
    expect([verified.code, verified.stderr]).toEqual([0, ""]);
    expect(verified.stdout).toBe("backend in staging: as the import meant it, in helm-values and AWS\n");
  });

  it("puts what both environments mean alike into values.yaml", async () => {
    const other = file("other.json", readFileSync(CLEAN, "utf8").replace('"value": "false"', '"value": "true"'));
    for (const [environment, path] of [
      ["staging", CLEAN],
      ["production", other],
    ] as const) {
      await answered(environment, path);
      expect(await ecs(environment, path, "--write")).toMatchObject({ code: 0 });
    }
    expect(parse(text("helm-values/backend/values.yaml"))).toMatchObject({ port: 8501, volumes: expect.anything() });
    expect(parse(text("helm-values/backend/staging.yaml"))).toEqual({
      replicas: 2,
      env: { SERVER_ENABLE_CORS: "false" },
    });
    expect(parse(text("helm-values/backend/production.yaml"))).toEqual({
      replicas: 2,
      env: { SERVER_ENABLE_CORS: "true" },
    });
  });

  it("tells by name what the values and AWS say otherwise since then", async () => {
    await answered("staging", CLEAN);
    await ecs("staging", CLEAN, "--write");
    file(
      "helm-values/backend/staging.yaml",
      text("helm-values/backend/staging.yaml").replace("port: 8501", "port: 8502"),
    );
    const newer = file("newer.json", readFileSync(CLEAN, "utf8").replace("SERVER_ENABLE_CORS", "SERVER_CORS"));
    const { code, stdout, stderr } = await mmrvImport(
      "verify",
      "staging",
      "backend",
      "--values",
      "--task-definition",
      newer,
    );
    expect(code).toBe(1);
    expect(stderr).toContain("port is 8502 and not 8501 in helm-values\n");
    expect(stderr).toContain("env.SERVER_ENABLE_CORS is missing in AWS now\n");
    expect(stderr).toContain("env.SERVER_CORS is in AWS now, and the import did not mean it\n");
    expect(stdout).toMatch(/^\d+ differences, compared with helm-values and AWS\n$/);
  });

  it("refuses each answer that a question does not take, all at once, and writes nothing", async () => {
    await answered("staging", CLEAN);
    const before = text("imports/staging/backend.decisions.yaml");
    file("imports/staging/backend.decisions.yaml", before.replaceAll(/answer: .*/g, "answer: perhaps"));
    const { code, stderr } = await ecs("staging", CLEAN, "--write");
    expect(code).toBe(1);
    expect(stderr).toMatch(/^answers in imports\/staging\/backend\.decisions\.yaml:\n/);
    expect(stderr.match(/: its answer must be /g)?.length).toBe(before.match(/answer: /g)?.length);
    expect(text("helm-values/backend/staging.yaml")).toBe("# Ours.\nreplicas: 2\n");
  });

  it("says what is wrong with every file, and writes nothing", async () => {
    const bad = join(CORPUS, "92-bad-truncated.json");
    const { code, stderr } = await ecs("staging", bad, "--rules", bad, "--scaling", "nowhere.json");
    expect([code, stderr.match(/^(92-bad-truncated\.json|nowhere\.json): /gm)]).toEqual([
      1,
      ["92-bad-truncated.json: ", "92-bad-truncated.json: ", "nowhere.json: "],
    ]);
    expect(stderr).not.toMatch(/\n {4}at /);
    expect(all("imports")).toEqual([]);
  });

  it("tells a program everything, and nothing else", async () => {
    const { code, stdout } = await ecs("staging", CLEAN, "--json", "--dry-run");
    const told = JSON.parse(stdout) as { rows: unknown[]; counts: Record<string, number>; values: object };
    expect([code, Object.values(told.counts).reduce((sum, count) => sum + count)]).toEqual([1, told.rows.length]);
    expect(told.values).toMatchObject({ port: 8501 });
  });
});

describe("mmrv import amplify", () => {
  it("shows what is for other files, keeps it in the report, and prints no secret", async () => {
    cpSync(join(CORPUS, "..", "amplify"), join(folder, "amplify"), { recursive: true });
    const { code, stdout, stderr } = await mmrvImport(
      ...[
        "amplify",
        "staging",
        "frontend",
        "--app",
        "amplify/d01-list-apps.json",
        "--redirects",
        "amplify/r03-proxies-then-fallback.redirects.json",
      ],
    );
    expect([code, stderr]).toEqual([1, "next: answer in imports/staging/frontend.decisions.yaml, then import again\n"]);
    expect(stdout).toContain("  async rewrites() {\n");
    expect(text("imports/staging/frontend.report.md")).toContain("  async rewrites() {\n");
    const [, secret = "no secret in the corpus"] =
      /"STRIPE_SECRET_KEY": "([^"]+)"/.exec(text("amplify/d01-list-apps.json")) ?? [];
    for (const said of [stdout, stderr, ...all("imports/staging").map((name) => text(`imports/staging/${name}`))])
      expect(said).not.toContain(secret);
  });
});

describe("mmrv import verify", () => {
  it("needs an import that was written", async () => {
    const { code, stderr } = await mmrvImport("verify", "staging", "backend", "--values");
    expect([code, stderr]).toEqual([
      1,
      "imports/staging/backend.json: there is none, so nothing was imported with --write\n  next: npx mmrv import --help\n",
    ]);
  });
});
