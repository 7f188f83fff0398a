import { defineConfig } from "vitest/config";
import { fixturesForUserFiles } from "./support/fixtures-plugin.mts";

const shared = {
  root: ".",
  globalSetup: "__tests__/support/global-setup.ts",
  pool: "forks" as const,
  testTimeout: 30_000,
  hookTimeout: 60_000,
};

export default defineConfig({
  test: {
    // Two Terraforms at once are what two cores bear.
    maxWorkers: 2,
    projects: [
      {
        plugins: [fixturesForUserFiles],
        test: { ...shared, name: "program", include: ["__tests__/**/*.test.ts"], exclude: ["__tests__/user-files/**"] },
      },
      // What must hold of whatever the user wrote.
      { test: { ...shared, name: "user-files", include: ["__tests__/user-files/**/*.test.ts"] } },
    ],
  },
});
