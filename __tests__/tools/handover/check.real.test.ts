import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { DELIVERIES, type Delivery } from "../../../model/schema/git-ops";
import { check } from "../../../tools/handover/check";

const repository = mkdtempSync(join(tmpdir(), "mmrv-handover-check-"));
const folder = join(repository, "infrastructure");
const FILE = "gitops/staging/backend/release.yaml";
const CHART = "charts/mmrv-app/Chart.yaml";

/** As it is rendered, as far as anybody compares it. */
const rendered = (delivery: Delivery) => `# Written by a renderer.
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: backend
  namespace: mmrv-gitops
  annotations:
    mmrv/delivery: ${delivery}
spec:
  suspend: ${delivery !== "flux"}
  releaseName: backend
  targetNamespace: mmrv
  storageNamespace: mmrv
  chart:
    spec:
      chart: ./charts/mmrv-app
  values: { host: api.example.com }
`;

const git = (...args: string[]) =>
  execFileSync("git", ["-c", "user.name=Ops", "-c", "user.email=ops@example.com", ...args], {
    cwd: folder,
    encoding: "utf8",
  }).trim();
const write = (file: string, text: string) => {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
};

/** A commit in which the release is delivered so, and every other file as at the beginning. */
const commits: Partial<Record<Delivery | "none" | "broken", string>> = {};
const chart = "apiVersion: v2\nname: mmrv-app\nversion: 0.1.0\n";

/** The project stands below the repository's first folder, where a path is easily another one. */
beforeAll(() => {
  write(CHART, chart);
  git("init", "--quiet", repository);
  const commit = (name: keyof typeof commits, text?: string) => {
    if (text !== undefined) write(FILE, text);
    git("add", "charts", ...(text === undefined ? [] : ["gitops"]));
    git("commit", "--quiet", "--message", name, "--no-verify");
    commits[name] = git("rev-parse", "HEAD");
  };
  commit("none");
  for (const delivery of DELIVERIES) commit(delivery, rendered(delivery));
  commit("broken", "metadata: [");
});
afterAll(() => rmSync(repository, { recursive: true, force: true }));
beforeEach(() => write(CHART, chart));

const printed = { stdout: "", stderr: "" };
beforeEach(() => {
  Object.assign(printed, { stdout: "", stderr: "" });
  for (const [method, stream] of [
    ["log", "stdout"],
    ["error", "stderr"],
  ] as const)
    vi.spyOn(console, method).mockImplementation((line) => {
      printed[stream] += `${line}\n`;
    });
});
afterEach(() => vi.restoreAllMocks());

/** What CI asks of a pull request. */
async function checked(from: keyof typeof commits) {
  const base = commits[from] ?? "";
  const status = await check(base, folder);
  return { status, stderr: printed.stderr, stdout: printed.stdout.replace(base, from) };
}

const fine = (from: string) => ({
  status: 0,
  stdout: `every release goes on from where it was at ${from}\n`,
  stderr: "",
});
const refused = (...lines: readonly string[]) => ({
  status: 1,
  stdout: "",
  stderr: lines.map((line) => `${FILE}: ${line}\n`).join(""),
});
const jump = (from: Delivery, to: Delivery) =>
  refused(
    `must not go from ${from} to ${to} at once (two would release it, or nobody would know it): set handover, merge, deploy, and go on then`,
  );

describe("a step", () => {
  it.each([
    ["terraform", "handover"],
    ["handover", "flux"],
    ["flux", "handover"],
    ["handover", "terraform"],
    ["flux", "flux"],
    ["none", "terraform"],
    ["none", "handover"],
  ] as const)("from %s to %s is taken", async (from, to) => {
    write(FILE, rendered(to));
    expect(await checked(from)).toEqual(fine(from));
  });

  it.each([
    ["terraform", "flux"],
    ["flux", "terraform"],
  ] as const)("from %s to %s is refused", async (from, to) => {
    write(FILE, rendered(to));
    expect(await checked(from)).toEqual(jump(from, to));
  });

  it("from a commit before anything was rendered is one from Terraform", async () => {
    write(FILE, rendered("flux"));
    expect(await checked("none")).toEqual(jump("terraform", "flux"));
  });
});

describe("a release that leaves", () => {
  beforeEach(() => rmSync(join(folder, "gitops"), { recursive: true, force: true }));

  it.each(["handover", "flux"] as const)("is refused while it is in %s", async (from) => {
    expect(await checked(from)).toEqual(
      refused(
        `must stay (it was in ${from}, and Terraform has forgotten the release): take it back to Terraform first, npx mmrv handover back`,
      ),
    );
  });

  it("may go while it is Terraform's", async () => {
    expect(await checked("terraform")).toEqual(fine("terraform"));
  });
});

describe("what Flux knows a release by", () => {
  const why =
    "(Flux would uninstall the release and install another): take it back to Terraform first, npx mmrv handover back";
  const other = (delivery: Delivery) =>
    rendered(delivery)
      .replace("name: backend\n  namespace: mmrv-gitops", "name: api\n  namespace: elsewhere")
      .replace("releaseName: backend", "releaseName: api")
      .replace("targetNamespace: mmrv", "targetNamespace: other")
      .replace("  storageNamespace: mmrv\n", "");
  const changed = [
    `metadata.name must stay "backend" and not become "api" ${why}`,
    `metadata.namespace must stay "mmrv-gitops" and not become "elsewhere" ${why}`,
    `spec.releaseName must stay "backend" and not become "api" ${why}`,
    `spec.targetNamespace must stay "mmrv" and not become "other" ${why}`,
    `spec.storageNamespace must stay "mmrv" and not become unset ${why}`,
  ];

  it.each([
    ["terraform", "handover"],
    ["handover", "flux"],
    ["flux", "flux"],
  ] as const)("is refused to change from %s to %s, each field by its name", async (from, to) => {
    write(FILE, other(to));
    expect(await checked(from)).toEqual(refused(...changed));
  });

  it("is Terraform's matter before", async () => {
    write(FILE, other("terraform"));
    expect(await checked("terraform")).toEqual(fine("terraform"));
  });

  it("has the name inside of the chart in it", async () => {
    write(FILE, rendered("flux"));
    write(CHART, chart.replace("name: mmrv-app", "name: app"));
    expect(await checked("flux")).toEqual(
      refused(`the name in ${CHART} must stay "mmrv-app" and not become "app" ${why}`),
    );
  });

  it("has the chart's path in it", async () => {
    write(FILE, rendered("flux").replace("./charts/mmrv-app", "./charts/mmrv-platform"));
    expect(await checked("flux")).toEqual(
      refused(
        `spec.chart.spec.chart must stay "./charts/mmrv-app" and not become "./charts/mmrv-platform" ${why}`,
        `the name in ${CHART} must stay "mmrv-app" and not become unset ${why}`,
      ),
    );
  });
});

describe("what cannot be read", () => {
  it("is refused as it is today", async () => {
    write(FILE, "metadata: [");
    expect(await checked("flux")).toEqual(
      refused("cannot be read, so nobody knows who delivers it: npx mmrv render writes it anew"),
    );
  });

  it("is refused where it says nobody that there is", async () => {
    write(FILE, rendered("flux").replace("mmrv/delivery: flux", "mmrv/delivery: nobody"));
    expect((await checked("flux")).status).toBe(1);
  });

  it("is said of the commit that it is compared with, and not compared", async () => {
    write(FILE, rendered("flux"));
    expect(await checked("broken")).toEqual({
      ...fine("broken"),
      stderr: `${FILE}: what it was cannot be read, so it is not compared\n`,
    });
  });

  it("is a commit that is not there, as a shallow checkout has none", async () => {
    await expect(check("origin/nowhere", folder)).rejects.toThrow(
      /^origin\/nowhere: there is no such commit here\n {2}next: git fetch, with its history \(fetch-depth: 0\)$/,
    );
  });
});
