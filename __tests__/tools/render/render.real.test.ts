import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Cutovers } from "../../../model/cutover/files";
import type { Environment } from "../../../model/environment";
import { HelmValues } from "../../../model/helm-values";
import { generatedFiles } from "../../../tools/render/pages";
import { cutoverAt } from "../../support/cutover";
import { HELM_VALUES } from "../../support/fixtures/environments/all";
import { staging } from "../../support/fixtures/environments/staging";
import { copyProject } from "../../support/project-copy";

/** The second table of the English page: what it says of an environment, by service. */
function standingOf(environment: Environment, cutovers = new Cutovers({})): Record<string, string> {
  const files = { cutovers, helmValues: new HelmValues(HELM_VALUES) };
  const page = generatedFiles([environment], files).find(({ file }) => file === "docs/homologation.md")?.text ?? "";
  const [, second = ""] = page.split("## Where each environment stands");
  return Object.fromEntries(
    second.split("\n").flatMap((line) => {
      const [, service, says] = /^\| (.+?) \| (.+?) \|$/.exec(line) ?? [];
      return service === undefined || says === undefined ? [] : [[service, says]];
    }),
  );
}

describe("where an environment stands", () => {
  const { aws } = staging;

  it("is open while the owner has not said what is asked", () => {
    expect(standingOf(staging)).toMatchObject({
      ECR: "open: `aws.ecr`",
      "Secrets Manager, SSM Parameter Store": "open: `aws.secrets`",
      "IAM users and roles of pipelines": "open: `gitHub`",
    });
  });

  it("is what the environment's file says", () => {
    const answered: Environment = {
      ...staging,
      aws: {
        ...aws,
        ecr: { backend: { repository: "mmrv", newest: 1 } },
        secrets: {
          backend: [{ from: "secretsManager", name: "db", to: "database-url" }],
          frontend: [{ from: "parameterStore", name: "/key", to: "key" }],
        },
        permissions: {
          backend: [{ actions: ["sqs:SendMessage"], resources: ["arn:aws:sqs:us-east-1:123456789012:jobs"] }],
          frontend: [],
        },
      },
      prometheus: true,
    };
    const cutovers = cutoverAt(answered, { backend: "canary", frontend: "retired" });
    expect(standingOf(answered, cutovers)).toMatchObject({
      ECR: "built; pushed to both registries",
      "ECS, Fargate": "backend: no image yet; users on both clouds",
      Amplify: "frontend: no image yet; users on Azure, AWS off",
      "Secrets Manager, SSM Parameter Store": "2 in the map",
      CloudWatch: "30 days of logs, Prometheus",
      "IAM task roles": "a role for backend",
      "Route 53": "backend `canary`, frontend `retired`",
    });
    expect(standingOf({ ...answered, images: { from: "promotion", of: "test" } })["ECR"]).toBe("promoted from test");
  });
});

describe("mmrv render", () => {
  let folder = "";
  beforeAll(async () => {
    folder = copyProject();
    await render();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const render = (...args: string[]) =>
    promisify(execFile)(process.execPath, ["tools/cli/mmrv.mjs", "render", ...args], {
      cwd: folder,
    }).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
    );

  it("says which file is stale and leaves it, then writes it, then has nothing to do", async () => {
    const file = join(folder, "docs/homologation.md");
    writeFileSync(file, "old\n");
    const stale = await render("--check");
    expect(stale).toMatchObject({ code: 1, stdout: "" });
    expect(stale.stderr).toBe(
      "docs/homologation.md is not what environments/, helm-values/ and cutover/ say\n  next: npx mmrv render\n",
    );
    expect(readFileSync(file, "utf8")).toBe("old\n");
    expect(await render()).toMatchObject({ code: 0, stdout: "wrote docs/homologation.md\n" });
    expect(await render("--check")).toMatchObject({ code: 0, stdout: "every generated file is current\n" });
  });

  it("removes what it rendered of an environment that is gone, and leaves and names what is somebody else's", async () => {
    const [ours, theirs] = ["release.yaml", "notes.md"].map((name) => join(folder, "gitops/gone/backend", name));
    mkdirSync(join(folder, "gitops/gone/backend"), { recursive: true });
    writeFileSync(ours as string, readFileSync(join(folder, "gitops/staging/backend/release.yaml")));
    writeFileSync(theirs as string, "mine\n");
    const before = await render("--dry-run");
    expect(before).toMatchObject({ code: 1, stdout: "would remove gitops/gone/backend/release.yaml\n" });
    const said =
      "gitops/gone/backend/notes.md: must be elsewhere (gitops/ is written by npx mmrv render, and nobody reads more)\n";
    expect(await render()).toEqual({ code: 1, stdout: "removed gitops/gone/backend/release.yaml\n", stderr: said });
    rmSync(theirs as string);
    expect(await render("--check")).toMatchObject({ code: 0, stdout: "every generated file is current\n" });
  });

  it("refuses a chart that changed under an old version, and takes it under a new one", async () => {
    const file = join(folder, "charts/mmrv-platform/Chart.yaml");
    const text = readFileSync(file, "utf8");
    writeFileSync(file, `${text}# changed\n`);
    for (const options of [[], ["--check"]])
      expect(await render(...options)).toMatchObject({
        code: 1,
        stdout: "every generated file is current\n",
        stderr: expect.stringMatching(
          /^charts\/mmrv-platform has changed .*: raise `version` in charts\/mmrv-platform\/Chart\.yaml/,
        ),
      });
    writeFileSync(file, text.replace(/^version: .*$/m, "version: 9.9.9"));
    expect(await render()).toEqual({ code: 0, stdout: "wrote charts/versions.yaml\n", stderr: "" });
  });
});
