import { join } from "node:path";
import { sentenceOf } from "./mistakes";

/*
 * The first import of main.ts: whatever follows may fail to load, and nothing in main.ts itself could catch that.
 * Where main.ts is not the program but a part of one, that program tells its own mistakes.
 */
if (require.main?.filename === join(__dirname, "..", "main.ts")) {
  process.on("uncaughtException", (error) => {
    // main.ts switches it off.
    process.setSourceMapsEnabled(true);
    console.error(sentenceOf(error) ?? error);
    process.exitCode = 1;
  });
}
