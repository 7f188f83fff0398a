#!/usr/bin/env node
// `npx mmrv`. Plain JavaScript without imports of its own, so that it can say what is missing before anything is installed.
// It stays at this path: npm 11 keeps a link to it in its cache, and does not look again.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Why nothing can run here; undefined when it can. */
async function hindrance() {
  const { engines } = JSON.parse(readFileSync("package.json", "utf8"));
  const [wanted] = /\d+\.\d+/.exec(engines.node);
  const [major, minor] = process.versions.node.split(".").map(Number);
  const [leastMajor, leastMinor] = wanted.split(".").map(Number);
  if (major < leastMajor || (major === leastMajor && minor < leastMinor))
    return `Node.js ${process.versions.node} is too old: this project needs ${wanted} or newer\n  next: install the one that .nvmrc names`;
  try {
    await import("esbuild");
  } catch (error) {
    if (error.code !== "ERR_MODULE_NOT_FOUND") throw error;
    return "the packages of this project are not installed\n  next: npm ci";
  }
}

// As npm run does: every command reads and writes below the project's folder. Paths that somebody typed are found from
// where they typed them: tools/cli/typed-path.ts.
process.env.MMRV_TYPED_IN = process.cwd();
process.chdir(fileURLToPath(new URL("../..", import.meta.url)));
const reason = await hindrance();
if (reason === undefined) {
  const { load, tellingMistakes } = await import("../load.mjs");
  // `tools` without the rest: it begins every npm test, and is there before environments/ can be read.
  const entry = process.argv[2] === "tools" ? "only-tools.ts" : "mmrv.ts";
  await tellingMistakes(async () => (await load(fileURLToPath(new URL(entry, import.meta.url)))).done);
} else {
  console.error(reason);
  process.exitCode = 1;
}
