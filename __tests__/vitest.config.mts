import { defineConfig } from "vitest/config";
import { fixturesForUserFiles } from "./support/fixtures-plugin.mts";
import { HANGS } from "./support/hangs.mts";

const REAL = "**/*.real.test.ts";
const USER_FILES = "__tests__/user-files/**/*.test.ts";

const shared = {
  root: ".",
  pool: "forks" as const,
  testTimeout: HANGS,
  hookTimeout: HANGS,
  // A test that returns early asserts nothing, and is no pass.
  expect: { poll: { timeout: HANGS }, requireAssertions: true },
};
// Files share their modules: nothing of ours keeps anything between two tests, and loading them took a tenth of the time.
const real = { ...shared, isolate: false, globalSetup: "__tests__/support/global-setup.ts" };

export default defineConfig({
  test: {
    reporters: ["default", "./__tests__/support/skip-reporter.ts"],
    // One more than the cores of a small machine: a rehearsal waits for half of its time.
    maxWorkers: 3,
    // A snapshot that is missing is a fault, on a terminal too; `vitest -u` writes it.
    update: "none",
    projects: [
      {
        plugins: [fixturesForUserFiles],
        test: {
          ...shared,
          name: "unit",
          include: ["__tests__/**/*.test.ts"],
          exclude: [REAL, USER_FILES],
          setupFiles: "__tests__/support/no-processes.ts",
          isolate: false,
        },
      },
      // What starts processes and servers: Terraform, Helm, registries, a local AWS, a local Azure.
      {
        plugins: [fixturesForUserFiles],
        test: { ...real, name: "real", include: [`__tests__/${REAL}`], exclude: [USER_FILES] },
      },
      // What must hold of whatever the user wrote.
      { test: { ...real, name: "user-files", include: [USER_FILES] } },
    ],
  },
});
