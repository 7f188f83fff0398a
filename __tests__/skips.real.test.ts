import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { ALLOWED_SKIPS } from "./support/allowed-skips";
import { findMissing } from "./support/missing";
import { runNested } from "./support/nested-run";

const PASSING = `it("passes", () => {});\n`;

describe("a run of tests", () => {
  it("passes with skips whose reason is on the list, and counts them by reason", async () => {
    const run = await runNested({
      one: `${PASSING}describe("real", requires("azurerm provider"), () => { it("a", () => {}); describe("deeper", () => it("b", () => {})); });`,
      two: `it("c", requires("terraform", "azurerm provider"), () => {}); it("d", ({ skip }) => skip("pod sandbox"));`,
    });
    expect(run).toEqual({ exitCode: 0, said: ["1 passed, 0 failed, 4 skipped (azurerm provider: 3, pod sandbox: 1)"] });
  });

  it("fails with any other reason, one line for each, and with none", async () => {
    const run = await runNested({
      one: `${PASSING}describe("charts", requires("helm"), () => { it("a", () => {}); it("b", () => {}); });
it.skip("c", () => {}); describe.skipIf(true)("d", () => it("e", () => {})); it.todo("f");
it("g", ({ skip }) => skip("no time"));`,
    });
    expect(run.exitCode).toBe(1);
    expect(run.said).toEqual([
      "2 tests were skipped: helm is missing (npm run tools); mend that, or put the reason on the list (__tests__/support/allowed-skips.ts)",
      "3 tests were skipped without a reason, such as tests/one.test.ts > c; say what they need (__tests__/support/requires.ts)",
      "1 test was skipped: no time; mend that, or put the reason on the list (__tests__/support/allowed-skips.ts)",
      "1 passed, 0 failed, 6 skipped (helm: 2, no reason: 3, no time: 1)",
    ]);
  });

  it("counts as failed what a failed set-up kept from running, a file that cannot be read, and a stray error", async () => {
    const run = await runNested({
      one: `describe("a", () => { beforeAll(() => { throw new Error("no"); }); it("b", () => {}); it("c", () => {}); });`,
      two: `${PASSING}throw new Error("not even read");`,
      three: `it("rejects nothing", () => { Promise.reject(new Error("stray")); }); it("fails", () => expect(1).toBe(2));`,
    });
    expect(run).toEqual({ exitCode: 1, said: ["1 passed, 5 failed, 0 skipped"] });
  });

  it("does not count what somebody left out who named the tests to run", async () => {
    const files = { one: `${PASSING}it("other", () => {}); it("real", requires("azurerm provider"), () => {});` };
    expect(await runNested(files, ["-t", "passes"])).toEqual({
      exitCode: 0,
      said: ["1 passed, 0 failed, 1 skipped (azurerm provider: 1)"],
    });
  });
});

describe("the tests of this repository", () => {
  it("skip in no other way than by saying what they require", () => {
    const files = readdirSync("__tests__", { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith(".test.ts"),
    );
    const others = files
      .filter((file) => file !== "skips.real.test.ts")
      .filter((file) => /\.(skipIf|runIf|skip|todo)\b|\bskip\(/.test(readFileSync(join("__tests__", file), "utf8")));
    expect(files.length).toBeGreaterThan(100);
    expect(others).toEqual([]);
  });

  it("may be skipped for these reasons only", () => {
    expect(Object.keys(ALLOWED_SKIPS)).toEqual([
      "azurerm provider",
      "azurerm 4.55.0 provider",
      "helm provider",
      "kubernetes provider",
      "aws provider",
      "flux controllers",
      "flux 2.6 controllers",
      "pod sandbox",
      "envoy",
      "ssh-keygen",
      "macOS",
      "Windows",
    ]);
  });
});

describe("findMissing", () => {
  const there = { mirror: "/somewhere" };
  const all = { azurerm: there, "azurerm 4.55.0": there, helm: there, kubernetes: there };

  it("names a provider that cannot be had, with Terraform's reason", async () => {
    const missing = await findMissing({ ...all, helm: { reason: "the registry says no" } });
    expect(missing["helm provider"]).toEqual({ reason: "helm provider", why: "the registry says no" });
    expect(missing["azurerm provider"]).toBeUndefined();
  });

  it.each([
    ["darwin", "macOS"],
    ["win32", "Windows"],
  ])("leaves to Linux on %s what only Linux can", async (platform, reason) => {
    const before = process.platform;
    Object.defineProperty(process, "platform", { value: platform });
    try {
      const missing = await findMissing(all);
      for (const need of ["azurerm provider", "helm provider", "kubernetes provider", "pod sandbox", "Linux"] as const)
        expect(missing[need]?.reason, need).toBe(reason);
    } finally {
      Object.defineProperty(process, "platform", { value: before });
    }
  });

  it("says of a tool how it is had", async () => {
    vi.stubEnv("MMRV_TOOLS", "/nowhere");
    vi.stubEnv("PATH", "/nowhere");
    try {
      const missing = await findMissing(all);
      expect(missing["helm"]).toEqual({ reason: "helm", why: "helm is missing (npm run tools)" });
      expect(missing["terraform"]).toEqual({
        reason: "terraform",
        why: "terraform is missing (developer.hashicorp.com/terraform/install)",
      });
      expect(Object.keys(missing)).not.toContain("az");
    } finally {
      vi.unstubAllEnvs();
    }
  });
});
