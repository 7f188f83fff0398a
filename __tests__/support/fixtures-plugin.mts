import { resolve } from "node:path";
import type { Plugin } from "vitest/config";

const USERS = resolve("environments/all.ts");
const FIXTURES = resolve("__tests__/support/fixtures/environments/all.ts");

/**
 * Puts the fixtures in the place of the user's files, for tests that must not depend on them: the program reads those
 * through environments/all.ts only, and `buildApp()` without arguments does so too.
 */
export const fixturesForUserFiles: Plugin = {
  name: "fixtures-for-user-files",
  enforce: "pre",
  async resolveId(source, importer, options) {
    const found = await this.resolve(source, importer, { ...options, skipSelf: true });
    return found?.id === USERS ? FIXTURES : found;
  },
};
