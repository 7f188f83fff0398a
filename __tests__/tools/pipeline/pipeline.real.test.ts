import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Environment } from "../../../model/environment";
import { printVariables } from "../../../tools/cli/pipeline";
import { asOutputs, environmentJobs, stackJobs } from "../../../tools/pipeline/jobs";
import { ownCommit } from "../../../tools/pipeline/own-commit";
import { applicationLines, infrastructureLines, refuseOpenQuestions } from "../../../tools/pipeline/variables";
import { findEnvironment } from "../../../tools/program/find-environment";
import { Terraform } from "../../../tools/terraform/terraform";
import { production } from "../../support/fixtures/environments/production";
import { staging } from "../../support/fixtures/environments/staging";
import { requires } from "../../support/requires";
import { answered, lay, stackInfo } from "../../support/small-stack";

let root = "";
let printed: string[] = [];
let warned: string[] = [];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "mmrv-pipeline-"));
  [printed, warned] = [[], []];
  vi.spyOn(console, "log").mockImplementation((line) => void printed.push(String(line)));
  vi.spyOn(console, "error").mockImplementation((line) => void warned.push(String(line)));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(root, { recursive: true });
});

describe("mmrv pipeline environment", () => {
  it("says where jobs run and in which GitHub environments", () => {
    expect(asOutputs(environmentJobs(staging))).toBe(
      "deploy=staging\nplan=staging-plan\npromote=staging-promote\nimages=build\nrunner=ubuntu-24.04",
    );
    expect(environmentJobs(production)).toMatchObject({ images: "promotion", runner: "mmrv-production" });
  });

  it("stops in one line where no runner of GitHub's reaches", () => {
    const agent: Environment = { ...production, runner: { kind: "agent", addressPrefix: "10.50.6.0/26" } };
    expect(() => environmentJobs(agent)).toThrow(
      /^production answers inside its network only \(access\), and runner\.kind is agent: no runner of GitHub's reaches it, nothing was started; set runner to kind gitHub in environments\/production\.ts$/,
    );
    expect(() => findEnvironment("test")).toThrow("test: no such environment; there are staging, production");
  });
});

describe("mmrv pipeline stack", () => {
  const of = (settings: Environment, json: object) => stackInfo("it", { settings, json });
  const needs = (provider: string, more = {}) => ({
    terraform: { required_providers: { azurerm: {}, [provider]: {} } },
    provider: { azurerm: [{}], [provider]: [{}] },
    ...more,
  });

  it("has what speaks to Azure alone planned by the identity that reads, on a runner without a way in", () => {
    expect(stackJobs(of(production, needs("azurerm")))).toMatchObject({
      "plan-in": "production-plan",
      deploy: "production",
      environment: "production",
      runner: "ubuntu-24.04",
      cluster: false,
      aws: false,
      "charts-from": "",
    });
    expect(stackJobs(of(production, needs("aws")))).toMatchObject({ aws: true, cluster: false });
  });

  it("has what speaks to the cluster planned by the identity that deploys, on the runner inside", () => {
    expect(stackJobs(of(production, needs("helm")))).toMatchObject({
      "plan-in": "production",
      runner: "mmrv-production",
      cluster: true,
    });
  });

  it("names the registry that charts are pulled from when it is ours", () => {
    const release = { name: "cert-manager", repository: "oci://crmmrvprdk3m7.azurecr.io/third-party/jetstack/charts" };
    const json = needs("helm", { resource: { helm_release: { it: release } } });
    expect(stackJobs(of(production, json))["charts-from"]).toBe("crmmrvprdk3m7");
    expect(stackJobs(of({ ...production, suffix: "other" }, json))["charts-from"]).toBe("");
  });

  it("refuses the bootstrap, and a hosted runner at an API server with a list of addresses", () => {
    expect(() => stackJobs(stackInfo("bootstrap", { settings: { name: "bootstrap" } as never }))).toThrow(
      /^bootstrap is planned and deployed by a person with Owner, not by a pipeline/,
    );
    expect(() => stackJobs(of(staging, needs("helm")))).toThrow(
      /^it: the API server of staging answers access\.ranges only, and a runner of GitHub's has no address of its own, nothing was started; deploy it from a desk/,
    );
    expect(stackJobs(of(staging, needs("azurerm"))).runner).toBe("ubuntu-24.04");
    const inside = { kind: "gitHub", addressPrefix: "10.40.6.0/26", label: "inside" } as const;
    expect(stackJobs(of({ ...staging, runner: inside }, needs("helm"))).runner).toBe("inside");
  });
});

/** An id that a reader can tell from the others. */
const uuid = (digit: string) => `${digit.repeat(8)}-0000-4000-8000-000000000000`;
const ID = {
  plan: uuid("1"),
  deploy: uuid("2"),
  promote: uuid("3"),
  backend: uuid("4"),
  frontend: uuid("5"),
  subscription: uuid("6"),
  tenant: uuid("7"),
};
const outputs = {
  bootstrap: {
    "staging-plan-client-id": ID.plan,
    "staging-deploy-client-id": ID.deploy,
    "production-plan-client-id": ID.plan,
    "production-deploy-client-id": ID.deploy,
    "production-promote-client-id": ID.promote,
    "subscription-id": ID.subscription,
    "tenant-id": ID.tenant,
  },
  "staging-infra": { "backend-push-client-id": ID.backend, "frontend-push-client-id": ID.frontend },
};

describe("mmrv pipeline variables", requires("terraform"), () => {
  /** Stacks that were deployed with these outputs; one that is not named never was. */
  async function deployed(...stacks: (keyof typeof outputs)[]) {
    const at = (stack: string) => new Terraform(join(root, stack), { PATH: process.env.PATH ?? "", HOME: root });
    for (const stack of ["bootstrap", "staging-infra"] as const) {
      const values = Object.entries(outputs[stack]).map(([name, value]) => [name, { value }]);
      lay(join(root, stack), { output: Object.fromEntries(values) });
      if (!stacks.includes(stack)) continue;
      await at(stack).init();
      await at(stack).text(["apply", "-auto-approve", "-input=false"]);
    }
    return at;
  }

  /** Pastes what was printed into a shell whose `gh` writes down what it is asked; the calls. */
  function paste(lines = printed, env: Record<string, string> = ASKED): { calls: string[]; stderr: string } {
    const bin = join(root, "bin");
    mkdirSync(bin, { recursive: true });
    const script = `#!/usr/bin/env bash
line="$*"
[[ $1 = secret ]] && line="$line <<< $(cat)"
echo "$line" >> "$(dirname "$0")/calls"
`;
    writeFileSync(join(bin, "gh"), script, { mode: 0o700 });
    writeFileSync(join(bin, "calls"), "");
    writeFileSync(join(root, "mmrv-app.private-key.pem"), "KEY");
    const { stderr } = spawnSync("bash", [], {
      input: lines.join("\n"),
      cwd: root,
      encoding: "utf8",
      env: { PATH: `${bin}:${process.env.PATH}`, ...env },
    });
    return { calls: readFileSync(join(bin, "calls"), "utf8").trim().split("\n"), stderr };
  }
  const ASKED = { MMRV_APP_CLIENT_ID: "Iv1.app" };
  const set = (name: string, at: string, body: string) =>
    `variable set ${name} --repo mmrv/${at.replace(" ", " --env ")} --body ${body}`;

  it("prints commands that set everything, and no secret", async () => {
    expect(await printVariables(answered(staging), await deployed("bootstrap", "staging-infra"))).toBe(0);
    const { calls, stderr } = paste();
    expect(stderr).toBe("");
    const login = (at: string, id: string) => [
      set("AZURE_CLIENT_ID", at, id),
      set("AZURE_TENANT_ID", at, ID.tenant),
      set("AZURE_SUBSCRIPTION_ID", at, ID.subscription),
    ];
    const push = (application: "backend" | "frontend", more: string[]) => [
      ...login(`mmrv-${application} staging`, ID[application]),
      set("REGISTRY", `mmrv-${application} staging`, "crmmrvstgk3m7"),
      ...more,
      set("MMRV_APP_CLIENT_ID", `mmrv-${application} staging`, "Iv1.app"),
      `secret set MMRV_APP_PRIVATE_KEY --repo mmrv/mmrv-${application} --env staging <<< KEY`,
    ];
    const backend = "mmrv-backend staging";
    expect(calls).toEqual([
      ...login("mmrv-infrastructure staging-plan", ID.plan),
      set("AWS_REGION", "mmrv-infrastructure staging-plan", "us-east-1"),
      ...login("mmrv-infrastructure staging", ID.deploy),
      set("AWS_REGION", "mmrv-infrastructure staging", "us-east-1"),
      ...push("backend", [
        set("AWS_ROLE_ARN", backend, "arn:aws:iam::123456789012:role/mmrv-staging-push-backend"),
        set("AWS_REGION", backend, "us-east-1"),
        set("ECR_REPOSITORY", backend, "123456789012.dkr.ecr.us-east-1.amazonaws.com/mmrv-backend"),
      ]),
      ...push("frontend", []),
    ]);
    expect(printed.join("\n")).toMatch(
      /^# {3}uses: mmrv\/mmrv-infrastructure\/\.github\/workflows\/publish-image\.yml@[0-9a-f]{40}$/m,
    );
  });

  it("names the token of HCP Terraform where that keeps the states", async () => {
    const of = await deployed("bootstrap", "staging-infra");
    await printVariables(answered(staging), of, "azurerm");
    expect(printed.join("\n")).not.toContain("TF_TOKEN");
    await printVariables(answered(staging), of, "hcp");
    expect(printed.join("\n").match(/^# {3}gh secret set TF_TOKEN_APP_TERRAFORM_IO .*$/gm)).toEqual([
      "#   gh secret set TF_TOKEN_APP_TERRAFORM_IO --repo mmrv/mmrv-infrastructure --env staging-plan",
      "#   gh secret set TF_TOKEN_APP_TERRAFORM_IO --repo mmrv/mmrv-infrastructure --env staging",
    ]);
  });

  it("gives who promotes a login and the app, and the applications nothing", async () => {
    expect(await printVariables(answered(production), await deployed("bootstrap"))).toBe(0);
    const { calls } = paste();
    const at = "mmrv-infrastructure production-promote";
    expect(calls.slice(-5)).toEqual([
      set("AZURE_CLIENT_ID", at, ID.promote),
      set("AZURE_TENANT_ID", at, ID.tenant),
      set("AZURE_SUBSCRIPTION_ID", at, ID.subscription),
      set("MMRV_APP_CLIENT_ID", at, "Iv1.app"),
      "secret set MMRV_APP_PRIVATE_KEY --repo mmrv/mmrv-infrastructure --env production-promote <<< KEY",
    ]);
    expect(printed.at(-1)).toContain("need nothing for production: its images are promoted from staging.");
  });

  it("prints what it can before infra is deployed, and says what to deploy", async () => {
    await expect(printVariables(answered(staging), await deployed("bootstrap"))).rejects.toThrow(
      "staging-infra has no output backend-push-client-id: it was not deployed, or by an older program\n  next: npx mmrv deploy staging-infra",
    );
    expect(paste().calls).toHaveLength(8);
  });

  it("prints nothing before bootstrap is deployed", async () => {
    await expect(printVariables(answered(staging), await deployed())).rejects.toThrow(
      /^bootstrap has no output staging-plan-client-id: /,
    );
    expect(printed).toEqual([]);
  });

  const HOSTILE = ["x; touch owned #", "$(touch owned)", "`touch owned`", "x\ntouch owned"];

  it.each(HOSTILE)("refuses %j in a state, because somebody is about to paste it", async (value) => {
    const at = await deployed("bootstrap", "staging-infra");
    lay(join(root, "bootstrap"), {
      output: Object.fromEntries(
        Object.keys(outputs.bootstrap).map((name) => [name, { value: value.replace("$", "$$") }]),
      ),
    });
    await at("bootstrap").text(["apply", "-auto-approve", "-input=false"]);
    await expect(printVariables(answered(staging), at)).rejects.toThrow(
      /^bootstrap: its output staging-plan-client-id: got .*, must be a UUID; somebody else has written to its state, and nothing of it was printed\n {2}next: npx mmrv plan bootstrap says/,
    );
    expect(printed).toEqual([]);
  });

  it.each(HOSTILE)("runs nothing of %j, were it to come so far", (value) => {
    const ids = () => value;
    const lines = [
      ...infrastructureLines(answered(production), ids, "hcp"),
      ...applicationLines(answered(staging), { bootstrap: ids, commit: "c0ffee", infra: ids }),
    ];
    const { calls, stderr } = paste([...lines]);
    const shown = value.replace("\n", "\\n");
    expect(stderr).toBe("");
    expect(calls.filter((call) => call.includes(`AZURE_TENANT_ID`)).map((call) => call.split("--body ")[1])).toEqual(
      Array(5).fill(shown),
    );
    expect(readdirSync(root).sort()).toEqual(["bin", "mmrv-app.private-key.pem"]);
  });

  it("writes comments that a shell without comments would not act on", async () => {
    await printVariables(answered(production), await deployed("bootstrap"));
    await printVariables(answered(staging), await deployed("bootstrap", "staging-infra"));
    const comments = printed
      .join("\n")
      .split("\n")
      .filter((line) => line.startsWith("#"));
    expect(comments.length).toBeGreaterThan(12);
    expect(comments.filter((line) => /['"`;&|<>$()]/.test(line))).toEqual([]);
  });

  it("asks what is still open, all at once", () => {
    expect(() => refuseOpenQuestions(staging)).toThrow(
      /^staging: 6 values in environments\/staging\.ts are still markers, nothing was touched\n {2}staging\.gitHub\.owner: The organization .*\n[\s\S]*staging\.aws\.accountId: /,
    );
    expect(() => refuseOpenQuestions(answered(staging))).not.toThrow();
    // Whoever does not push to AWS need not know its account yet.
    const questions = () => refuseOpenQuestions({ ...staging, aws: { ...staging.aws, imagePush: "none" } });
    expect(questions).toThrow(/^staging: 4 values/);
  });
});

describe("the commit that others pin workflows by", () => {
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args], {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  beforeEach(() => {
    git("init", "--initial-branch", "main");
    mkdirSync(join(root, ".github"));
    writeFileSync(join(root, ".github", "it.yml"), "on: push");
    git("add", ".");
    git("commit", "--message", "first");
  });

  it("is that of the working copy", async () => {
    expect(await ownCommit(root)).toEqual({ commit: git("rev-parse", "HEAD"), warnings: [] });
  });

  it("comes with a warning when it is not merged, or workflows are not committed", async () => {
    git("switch", "--create", "branch");
    git("commit", "--allow-empty", "--message", "second");
    writeFileSync(join(root, ".github", "it.yml"), "on: pull_request");
    expect((await ownCommit(root)).warnings).toEqual([
      expect.stringMatching(/^[0-9a-f]{40} is not on main: merge it first/),
      expect.stringMatching(/^\.github has changes that are not committed/),
    ]);
  });

  it("is asked of the person outside a working copy", async () => {
    rmSync(join(root, ".git"), { recursive: true });
    expect(await ownCommit(root)).toEqual({ commit: "COMMIT", warnings: [expect.stringContaining("no working copy")] });
  });
});
