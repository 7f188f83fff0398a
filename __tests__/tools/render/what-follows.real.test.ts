import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { digestOf } from "../../support/chart-values";
import { componentAt, PROOF } from "../../support/cutover";
import { fillMarkers } from "../../support/edits";
import { staging } from "../../support/fixtures/environments/staging";
import { copyProject } from "../../support/project-copy";
import { answered } from "../../support/small-stack";

/** Of every gate of the last step. */
const ANSWERS = ["requests-left", "nobody-else", "data"].flatMap((gate) => ["--answer", `${gate}=yes`]);

/** Whoever makes a pull request of what these commands wrote must not have to render first. */
describe("gitops/ follows", () => {
  let folder = "";
  beforeAll(async () => {
    folder = copyProject();
    fillMarkers(folder);
    expect((await mmrv("render")).code).toBe(0);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const mmrv = (...args: string[]) =>
    promisify(execFile)(process.execPath, ["tools/cli/mmrv.mjs", ...args], { cwd: folder }).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
    );
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
  const rendered = (file: string) =>
    parse(readFileSync(join(folder, "gitops/staging", file), "utf8"), { version: "1.1" });
  const CURRENT = { code: 0, stdout: "every generated file is current\n", stderr: "" };

  it("the first digest in a file that had comments alone", async () => {
    const files = () => rendered("backend/kustomization.yaml").configMapGenerator[0].files;
    write("helm-values/backend/staging.yaml", "# What differs in staging.\n");
    expect((await mmrv("render")).code).toBe(0);
    expect(files()).toEqual(["../../../helm-values/backend/values.yaml"]);
    const pinned = await mmrv("images", "pin", "backend", "staging", digestOf("a"), "--tag", "0b1c1f0");
    expect(pinned).toMatchObject({ code: 0, stderr: "" });
    expect(pinned.stdout).toContain(
      "wrote gitops/staging/backend/kustomization.yaml\nwrote gitops/staging/backend/release.yaml\n",
    );
    expect(files()).toContain("../../../helm-values/backend/staging.yaml");
    expect(await mmrv("render", "--check")).toEqual(CURRENT);
  });

  it("no other digest: the file that names it is read as it is", async () => {
    const { code, stdout } = await mmrv("images", "pin", "backend", "staging", digestOf("b"));
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.not.stringContaining("wrote gitops/") });
    expect(await mmrv("render", "--check")).toEqual(CURRENT);
  });

  it("a step of the cutover that changes how a domain is proven", async () => {
    const challenges = () =>
      rendered("platform/release.yaml").spec.values.applications.map(
        ({ name, web }: { name: string; web: { challenge: string } }) => `${name} ${web.challenge}`,
      );
    mkdirSync(join(folder, "cutover"), { recursive: true });
    const components = { backend: componentAt(answered(staging), "backend", "drained") };
    write("cutover/staging.yaml", stringify({ proof: PROOF, components }));
    expect(await mmrv("render")).toMatchObject({ code: 0, stderr: "" });
    expect(challenges()).toEqual(["backend dns01", "frontend dns01"]);
    const taken = await mmrv("cutover", "next", "staging", "backend", "--by", "Ops", ...ANSWERS);
    expect(taken).toMatchObject({ code: 0, stderr: "" });
    expect(taken.stdout).toContain("wrote gitops/staging/platform/release.yaml\n");
    expect(challenges()).toEqual(["backend http01", "frontend dns01"]);
    expect(await mmrv("render", "--check")).toEqual(CURRENT);
  });
});
