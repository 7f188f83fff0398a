// What environments/ would say if one of its files had another text: node environments-with.mjs FILE TEXT_FILE. In a process of
// its own, because whoever asks has loaded them already. Plain JavaScript, as what loads TypeScript is.

import { realpath } from "node:fs/promises";
import { resolve } from "node:path";
import { load } from "../load.mjs";

const [file = "", text = ""] = process.argv.slice(2);
const { ENVIRONMENTS } = await load("environments/all.ts", false, { [await realpath(file)]: resolve(text) });
process.stdout.write(JSON.stringify(ENVIRONMENTS));
