import { execFile } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { scripts } from "../../../package.json";
import { trustedByBootstrap } from "../../../tools/github/trusted";
import { production } from "../../support/fixtures/environments/production";
import { staging } from "../../support/fixtures/environments/staging";
import { gitHubRepositories, guardedStore } from "../../support/github-repositories";
import { copyProject } from "../../support/project-copy";
import { answered as answeredSettings } from "../../support/small-stack";

/** A copy of the project, because the commands synthesize into cdktf.out. */
let folder = "";
beforeAll(() => {
  folder = copyProject();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a user sees of a script of package.json, and how it ended. */
async function run(
  script: keyof typeof scripts,
  ...args: string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  const { ARM_SUBSCRIPTION_ID: _, ...rest } = process.env;
  // What a test puts there is found before the real one.
  const env = { ...rest, PATH: `${join(folder, "bin")}:${rest["PATH"]}` };
  const [, ...words] = scripts[script].split(" ");
  const command = promisify(execFile)(process.execPath, [...words, ...args], {
    cwd: folder,
    env,
  });
  return command.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );
}

/** Runs with a file of environments/ changed, and puts it back. */
async function withFile<T>(name: string, change: (text: string) => string, then: () => Promise<T>): Promise<T> {
  const file = join(folder, "environments", name);
  const good = readFileSync(file, "utf8");
  writeFileSync(file, change(good));
  return then().finally(() => writeFileSync(file, good));
}

const withStaging = <T>(change: (text: string) => string, then: () => Promise<T>) =>
  withFile("staging.ts", change, then);

const SUBSCRIPTION = "3f6c1f0a-52a1-4b1e-9c53-6b6b7a0c9d11";

const answered = (text: string) =>
  text
    .replaceAll('hostedZoneId: "change-me"', 'hostedZoneId: "Z2FDTNDATAQYW2"')
    .replaceAll("change-me", "mmrv")
    .replaceAll(".invalid", ".example.com")
    .replace("00000000-0000-0000-0000-000000000001", "3f6c1f0a-52a1-4b1e-9c53-6b6b7a0c9d11")
    .replace("203.0.113.0/29", "20.1.2.0/29")
    .replace("192.0.2.0/24", "10.0.0.0/16")
    .replace("000000000000", "123456789012");

it("a command that only says what it takes synthesizes nothing", async () => {
  expect((await run("mmrv", "deploy", "--help")).stdout).toContain("--dry-run");
  expect(existsSync(join(folder, "cdktf.out"))).toBe(false);
});

describe("npm start", () => {
  it("lists tools, stacks with their phase, open markers with their questions, and the next step", async () => {
    const { code, stdout } = await run("start");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^node +\d+\.\d+\.\d+ /m);
    expect(stdout).toMatch(/^0 +bootstrap +-$/m);
    expect(stdout).toMatch(/^1 +staging-infra +bootstrap$/m);
    expect(stdout).toMatch(/^2 +production-infra +bootstrap$/m);
    expect(stdout).toContain(
      [
        "2 open markers in environments/bootstrap.ts; deploy stops on them",
        "  bootstrap.administratorGroupObjectIds.0: The Entra groups whose members read and write every state: az ad group show --group NAME --query id.",
        "  bootstrap.budget.contactEmails.0: Who is told.",
        "19 open markers in environments/staging.ts; deploy stops on them",
        "  staging.adminGroupObjectIds.0: The Entra groups whose members administer the cluster: az ad group show --group NAME --query id.",
        "",
      ].join("\n"),
    );
    expect(stdout).toContain(
      [
        "2 open markers in environments/third-party.ts; deploy stops on them",
        "  third-party.gateway-crds.digest: The digest that the registry has: helm pull oci://docker.io/envoyproxy/gateway-crds-helm --version v1.9.2 prints it.",
        "  third-party.envoy-gateway.digest: The digest that the registry has: helm pull oci://docker.io/envoyproxy/gateway-helm --version v1.9.2 prints it.",
        "",
      ].join("\n"),
    );
    expect(stdout).toMatch(/\nsynthesized to cdktf\.out; next: [^\n]+\n$/);
    expect(stdout).not.toContain("\u001b");
  });

  it("tells a program in JSON, and nothing else on standard output, also of a page that is not current", async () => {
    const page = join(folder, "docs", "homologation.md");
    const text = readFileSync(page, "utf8");
    writeFileSync(page, "");
    const { code, stdout, stderr } = await run("start", "--json").finally(() => writeFileSync(page, text));
    expect([code, stderr]).toEqual([0, ""]);
    const told = JSON.parse(stdout);
    expect(Object.keys(told)).toEqual(["tools", "stacks", "openMarkers", "warnings", "staleFiles", "next"]);
    expect(told.tools).toContainEqual({
      name: "node",
      version: process.versions.node,
      complaint: null,
      remedy: process.versions.node.startsWith("20.") ? expect.stringContaining("Node.js 20 ended") : null,
      neededFor: expect.any(String),
    });
    expect(told.stacks[1]).toEqual({ stack: "staging-infra", phase: 1, needs: ["bootstrap"], missing: [] });
    expect(told.openMarkers).toContainEqual({
      file: "environments/staging.ts",
      path: "staging.gitHub.owner",
      question: "The organization that owns the repositories.",
    });
    expect(told.warnings).toEqual([]);
    expect(told.staleFiles).toContain("docs/homologation.md");
    expect(told.next).toMatch(/^(npm run fix, which writes them|install Terraform .*)$/);
  });

  it("prints faults without a stack trace", async () => {
    const { code, stderr } = await withStaging(
      (text) => text.replace('"1.35"', '"1.35.7"'),
      () => run("start"),
    );
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(
        /^environments\/: 1 issue, nothing was touched\n {2}staging\.kubernetes\.version: got "1\.35\.7"[^\n]*\n$/,
      ),
    ]);
  });
});

describe("mmrv", () => {
  it.each(["deploy", "diff"])("%s stops on open markers, each with its question", async (command) => {
    const { code, stderr } = await run("mmrv", command, "staging-infra");
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^staging-infra: \d+ values in environments\/staging\.ts are still markers, nothing was touched$/m,
    );
    expect(stderr).toContain(
      "  staging.aws.accountId: The AWS account that MMRV comes from: aws sts get-caller-identity.",
    );
    expect(stderr).not.toMatch(/^ +at /m);
  });

  it("deploy asks for the subscription before the provider would fail on it", async () => {
    const { code, stderr } = await withStaging(answered, () => run("mmrv", "deploy", "staging-infra", "--dry-run"));
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^staging-infra: which subscription\? Set subscriptionId in environments\/staging\.ts/),
    ]);
  });

  it("deploy --dry-run prints the cdktf command and stops", async () => {
    // Whatever the day is on which this runs: a budget that is not there begins this month at the earliest.
    const month = new Date().toISOString().slice(0, 7);
    const bound = (text: string) =>
      answered(text)
        .replace('  suffix: "', '  subscriptionId: "3f6c1f0a-52a1-4b1e-9c53-6b6b7a0c9d11",\n  suffix: "')
        .replace(/startDate: "[\d-]+"/, `startDate: "${month}-01"`);
    const deploy = (...options: string[]) =>
      withFile("bootstrap.ts", bound, () =>
        withFile("staging.ts", answered, () =>
          withFile("production.ts", answered, () => run("mmrv", "deploy", "bootstrap", "--dry-run", ...options)),
        ),
      );
    const repositories = ["mmrv/mmrv-infrastructure", "mmrv/mmrv-backend", "mmrv/mmrv-frontend"];
    gitHubRepositories(folder, repositories);
    const { code, stderr } = await deploy();
    expect([code, stderr.split("\n").slice(0, 2)]).toEqual([
      1,
      [
        "bootstrap: GitHub does not guard what it trusts, so whoever may push a branch could get its tokens; nothing was touched",
        "  mmrv/mmrv-infrastructure: main: no ruleset asks for a pull request; classic branch protection does not count, because no workflow may read it (the repository is private: there this needs GitHub Team, and reviewers GitHub Enterprise)",
      ],
    ]);
    const command = "npx cdktf deploy bootstrap --ignore-missing-stack-dependencies --auto-approve";
    const because = ["--unprotected-because", "one person, until March"];
    expect(await deploy(...because, "--", "--auto-approve")).toMatchObject({
      code: 0,
      stdout: `bootstrap: nothing proves that GitHub guards what it trusts, because: one person, until March\nwould run: ${command}\n`,
    });
    const guarded = guardedStore(trustedByBootstrap([answeredSettings(staging), answeredSettings(production)]));
    gitHubRepositories(folder, repositories).store(guarded);
    expect(await deploy("--", "--auto-approve")).toEqual({ code: 0, stdout: `would run: ${command}\n`, stderr: "" });
  });

  it("deploy stops on the markers of the bootstrap, and on repositories of environments that it would trust", async () => {
    const { code, stderr } = await run("mmrv", "deploy", "bootstrap");
    expect([code, stderr.split("\n").map((line) => line.split(":")[0])]).toEqual([
      1,
      [
        "bootstrap",
        "  bootstrap.administratorGroupObjectIds.0",
        "  bootstrap.budget.contactEmails.0",
        "  staging.gitHub.owner",
        "  staging.gitHub.infrastructure.repository",
        "  production.gitHub.owner",
        "  production.gitHub.infrastructure.repository",
        "",
      ],
    ]);
    expect(stderr).toContain(
      "6 values in environments/bootstrap.ts, environments/staging.ts, environments/production.ts are still markers",
    );
  });

  it("destroy --dry-run lists what goes and prints the cdktf command; without it somebody must be there to ask", async () => {
    const bin = join(folder, "bin");
    mkdirSync(bin, { recursive: true });
    const script = '#!/bin/sh\ncase "$PWD $1" in *bootstrap\\ state) echo azurerm_storage_account.states;; esac\n';
    writeFileSync(join(bin, "terraform"), script, { mode: 0o700 });
    const open = (text: string) =>
      answered(text)
        .replace('  suffix: "', '  subscriptionId: "3f6c1f0a-52a1-4b1e-9c53-6b6b7a0c9d11",\n  suffix: "')
        .replace("deletionGuard: true", "deletionGuard: false");
    const ended = await withFile("bootstrap.ts", open, async () => [
      await run("mmrv", "destroy", "bootstrap", "--dry-run", "--auto-approve"),
      await run("mmrv", "destroy", "bootstrap"),
    ]);
    rmSync(bin, { recursive: true });
    expect(ended).toEqual([
      {
        code: 0,
        stdout:
          "bootstrap: what goes\n  azurerm_storage_account.states\nwould run: npx cdktf destroy bootstrap --ignore-missing-stack-dependencies --var=open_markers=accepted --auto-approve\n",
        stderr: "",
      },
      {
        code: 1,
        stdout: "",
        stderr:
          "destroy bootstrap: nobody can be asked here, because standard input is no terminal; nothing was touched\n  next: --dry-run says what would happen, --auto-approve goes on without a question\n",
      },
    ]);
  });

  it("destroy names everything that the guard protects, and the two steps of a teardown", async () => {
    const { code, stderr } = await run("mmrv", "destroy", "production-infra");
    expect(code).toBe(1);
    expect(stderr).toContain(
      "production-infra: the deletion guard is on, nothing was touched. It guards\n  azurerm_container_registry.registry\n",
    );
    expect(stderr).toContain(
      "set deletionGuard to false in environments/production.ts, deploy (no resource changes), then destroy.",
    );
  });

  it("destroy is not stopped by open markers, and Terraform is told so", async () => {
    const bin = join(folder, "bin");
    mkdirSync(bin);
    writeFileSync(join(bin, "npx"), '#!/bin/sh\necho "npx $@"\n', { mode: 0o700 });
    const bound = (text: string) => text.replace('  suffix: "', `  subscriptionId: "${SUBSCRIPTION}",\n  suffix: "`);
    const { code, stdout } = await withFile("bootstrap.ts", bound, () =>
      withStaging(bound, () => run("mmrv", "destroy", "staging-frontend", "--", "--auto-approve")),
    ).finally(() => rmSync(bin, { recursive: true }));
    expect([code, stdout]).toEqual([
      0,
      "npx --no-install cdktf destroy staging-frontend --ignore-missing-stack-dependencies --var=open_markers=accepted --auto-approve --no-color\n",
    ]);
  });

  it("names the stacks that there are when asked for another", async () => {
    expect(await run("mmrv", "deploy", "nowhere")).toEqual({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(
        /^no stack is called nowhere; the stacks are bootstrap, staging-infra, .*production-cutover\n$/,
      ),
    });
  });

  it("shows what would act in a word that is no command, and does not let it", async () => {
    expect(await run("mmrv", "\u001b[31m\n::error::x")).toEqual({
      code: 1,
      stdout: "",
      stderr: "error: unknown command '\\u001b[31m\n\\u003a:error::x'\n",
    });
  });
});

describe("--dry-run", () => {
  it("of render names what would be written, and writes nothing", async () => {
    const page = join(folder, "docs", "homologation.md");
    const text = readFileSync(page, "utf8");
    writeFileSync(page, "older");
    const { code, stdout } = await run("mmrv", "render", "--dry-run");
    expect([code, stdout.split("\n")]).toEqual([0, expect.arrayContaining(["would write docs/homologation.md"])]);
    expect(readFileSync(page, "utf8")).toBe("older");
    writeFileSync(page, text);
  });
});

describe("mmrv unlock", () => {
  /** A kubectl that looks at a cluster and lists these Secrets, and a Helm; both write down what they were asked. */
  function kubectl(context: string, pending: readonly string[]): void {
    const items = pending.map((status, index) => ({
      metadata: {
        name: `sh.helm.release.v1.platform.v${index + 2}`,
        labels: { owner: "helm", name: "platform", status, version: String(index + 2) },
        creationTimestamp: "2026-01-01T00:00:00Z",
      },
    }));
    const bin = join(folder, "bin");
    rmSync(bin, { recursive: true, force: true });
    mkdirSync(bin);
    writeFileSync(join(bin, "secrets.json"), JSON.stringify({ items }));
    // A first installation has no revision before it.
    const before = pending.includes("pending-install") ? [] : [{ metadata: { name: "v1", labels: { version: "1" } } }];
    writeFileSync(join(bin, "deployed.json"), JSON.stringify({ items: before }));
    const answers = [
      `*current-context*) echo ${context};;`,
      `*status=deployed*) cat ${bin}/deployed.json;;`,
      `get*) cat ${bin}/secrets.json;;`,
    ];
    const script = (name: string) =>
      `#!/bin/sh\necho ${name} "$@" >> ${bin}/asked\ncase "$*" in ${answers.join(" ")} esac\n`;
    for (const name of ["kubectl", "helm"]) writeFileSync(join(bin, name), script(name), { mode: 0o700 });
  }
  const asked = () => readFileSync(join(folder, "bin", "asked"), "utf8");
  afterAll(() => rmSync(join(folder, "bin"), { recursive: true, force: true }));

  it("says what is locked and since when, and touches nothing in a dry run", async () => {
    kubectl("aks-mmrv-staging", ["pending-upgrade"]);
    const { code, stdout } = await run("mmrv", "unlock", "staging-platform", "--dry-run");
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(
        /^locked: platform, revision 2, pending-upgrade for \d+ minutes; it would be rolled back to revision 1, the last that was deployed to its end\n$/,
      ),
    ]);
    expect(asked()).toContain("owner=helm,name=platform,status in (pending-install,pending-upgrade,pending-rollback)");
    expect(asked()).not.toContain("delete");
  });

  it("makes Helm forget the half of a release when it is told not to ask", async () => {
    kubectl("aks-mmrv-staging", ["pending-install"]);
    const { code, stdout } = await run("mmrv", "unlock", "staging-platform", "--auto-approve");
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(
        /^locked: platform, revision 2, .*; no revision of it was ever deployed to its end, so it would be forgotten, .*\nunlocked platform, revision 2, pending-install .*: forgotten\nnext: npx mmrv deploy staging-platform\n$/,
      ),
    ]);
    expect(asked()).toContain("delete secret sh.helm.release.v1.platform.v2 --namespace mmrv");
    expect(asked()).not.toContain("helm rollback");
  });

  it("rolls an upgrade back before it forgets it, because its half is in the cluster", async () => {
    kubectl("aks-mmrv-staging", ["pending-upgrade"]);
    const { code, stdout } = await run("mmrv", "unlock", "staging-platform", "--auto-approve");
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/\nunlocked platform, .*: rolled back to revision 1\nnext: /),
    ]);
    expect(asked().split("\n").slice(-3)).toEqual([
      "helm rollback platform 1 --namespace mmrv --wait --timeout 15m",
      "kubectl delete secret sh.helm.release.v1.platform.v2 --namespace mmrv",
      "",
    ]);
  });

  it("says what is locked, and wants to be told where nobody can be asked", async () => {
    kubectl("aks-mmrv-staging", ["pending-upgrade"]);
    const { code, stdout, stderr } = await run("mmrv", "unlock", "staging-platform");
    expect([code, stdout, stderr]).toEqual([
      1,
      expect.stringMatching(/^locked: platform, revision 2, /),
      "unlock staging-platform: nobody can be asked here, because standard input is no terminal; nothing was touched\n  next: --dry-run says what would happen, --auto-approve goes on without a question\n",
    ]);
    expect(asked()).not.toContain("delete");
  });

  it.each([
    ["yes", 0, true],
    ["y", 1, false],
  ])("asks on a terminal, and goes on after a whole yes alone: %j", async (given, code, isDeleted) => {
    kubectl("aks-mmrv-staging", ["pending-upgrade"]);
    const command = `${process.execPath} tools/cli/mmrv.mjs unlock staging-platform`;
    const terminal = execFile("script", ["-qec", command, "/dev/null"], {
      cwd: folder,
      env: { ...process.env, PATH: `${join(folder, "bin")}:${process.env["PATH"]}` },
    });
    let [shown, isAnswered] = ["", false];
    terminal.stdout?.on("data", (text: string) => {
      shown += text;
      if (isAnswered || !shown.includes("Then type yes: ")) return;
      isAnswered = true;
      terminal.stdin?.write(`${given}\n`);
    });
    const [ended] = await once(terminal, "close");
    expect([ended, shown]).toEqual([
      code,
      expect.stringContaining("Is no run of it alive any more (a release takes up to 15 minutes)? Then type yes: "),
    ]);
    expect(asked().includes("delete secret")).toBe(isDeleted);
  });

  it("asks nobody when Helm cannot run, because a yes would be for nothing", async () => {
    kubectl("aks-mmrv-staging", ["pending-upgrade"]);
    writeFileSync(join(folder, "bin", "helm"), "#!/bin/sh\necho no such library >&2\nexit 1\n", { mode: 0o700 });
    const { code, stderr } = await run("mmrv", "unlock", "staging-platform");
    expect([code, stderr]).toEqual([1, expect.stringContaining("no such library")]);
    expect(stderr).not.toContain("nobody can be asked here");
    expect(asked()).not.toContain("delete");
  });

  it("says so when nothing is locked", async () => {
    kubectl("aks-mmrv-staging", []);
    expect(await run("mmrv", "unlock", "staging-platform", "--auto-approve")).toMatchObject({
      code: 0,
      stdout: "no release of staging-platform is locked\n",
    });
  });

  it("asks nothing of another cluster than the stack's", async () => {
    kubectl("aks-mmrv-production", ["pending-upgrade"]);
    const { code, stderr } = await run("mmrv", "unlock", "staging-platform", "--auto-approve");
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(
        /^kubectl looks at aks-mmrv-production, not at aks-mmrv-staging; nothing was touched\n {2}next: az aks get-credentials /,
      ),
    ]);
    expect(asked()).toBe("kubectl config current-context\n");
  });

  it("has nothing to do with a stack without a release", async () => {
    expect(await run("mmrv", "unlock", "staging-infra")).toMatchObject({
      code: 1,
      stderr: "staging-infra has no Helm release, so nothing is locked\n",
    });
  });
});

describe("rehearse", () => {
  it("refuses a fault that it cannot read", async () => {
    const { code, stderr } = await run("rehearse", "--fault", "teapot@PUT:x", "staging-infra");
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^--fault teapot@PUT:x: must be such as 429@PUT:/)]);
  });
});
