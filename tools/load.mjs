// Runs a TypeScript program of this repository: node tools/load.mjs main.ts. All of it is translated in memory, as one
// bundle, which takes two thirds of the time of a loader that translates file by file; nothing is kept that could be stale.
// Plain JavaScript: it stands before everything that must be translated.

import { readFile } from "node:fs/promises";
import Module from "node:module";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = fileURLToPath(import.meta.url);
const ROOT = resolve(dirname(HERE), "..");

/** Node keeps what it compiled of the packages, by their content (nodejs.org/api/module.html#module-compile-cache; not in 20). */
Module.enableCompileCache?.();

/** Each file knows its folder, wherever the bundle is. */
const folders = (instead) => ({
  name: "folders",
  setup(build) {
    build.onLoad({ filter: /\.m?ts$/ }, async ({ path }) => {
      const text = await readFile(instead[path] ?? path, "utf8");
      // On the first line, so that lines stay what they are.
      const contents = /\b__dirname\b/.test(text)
        ? `const __dirname = ${JSON.stringify(dirname(path))}; ${text}`
        : text;
      return { contents, loader: "ts" };
    });
  },
});

/**
 * Loads a file and all that it imports.
 * @param {string} entry a TypeScript file
 * @param {boolean} isMain whether it is the program itself, as Node's require.main says it
 * @param {Record<string, string>} instead files whose text is read from others, by absolute path
 * @returns {Promise<any>} what it exports
 * @throws what esbuild says of a file that it cannot translate, and what the files throw while they are read
 */
export async function load(entry, isMain = false, instead = {}) {
  // As late as this, so that whoever imports this can say that the packages are not installed.
  const { build } = await import("esbuild");
  const path = resolve(entry);
  const { outputFiles } = await build({
    entryPoints: [path],
    bundle: true,
    platform: "node",
    format: "cjs",
    packages: "external",
    target: "node20",
    sourcemap: "inline",
    sourcesContent: false,
    // Only an error is told by lines of the sources, and CDKTF takes a stack trace for every reference: mapping each is a
    // fifth of the whole time. Node reads the map at the beginning, or never.
    banner: { js: "process.setSourceMapsEnabled(false);" },
    absWorkingDir: ROOT,
    outfile: `${path}.js`,
    write: false,
    logLevel: "silent",
    define: { "require.main": isMain ? "module" : "undefined" },
    plugins: [folders(instead)],
  });
  const module = new Module(path);
  module.filename = path;
  module.paths = Module._nodeModulePaths(ROOT);
  process.setSourceMapsEnabled(true);
  module._compile(outputFiles[0].text, `${path}.js`);
  return module.exports;
}

/** Runs what `go` does; a mistake of the user's is told in a sentence, a bug with its trace. */
export async function tellingMistakes(go) {
  try {
    await go();
  } catch (error) {
    process.exitCode = 1;
    const { sentenceOf } = await load(resolve(ROOT, "model/mistakes.ts"));
    // Before anybody reads the stack, which Node writes once; and after load, which leaves them off.
    process.setSourceMapsEnabled(true);
    console.error(sentenceOf(error) ?? error);
  }
}

if (process.argv[1] === HERE) {
  process.argv.splice(1, 1);
  const [, entry] = process.argv;
  if (entry === undefined) {
    console.error("which file? such as: node tools/load.mjs main.ts");
    process.exitCode = 1;
  } else {
    await tellingMistakes(() => load(entry, true));
  }
}
