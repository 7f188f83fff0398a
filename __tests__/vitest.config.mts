import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: ".",
    include: ["__tests__/**/*.test.ts"],
    globalSetup: "__tests__/support/global-setup.ts",
    pool: "forks",
    // Two Terraforms at once are what two cores bear.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
