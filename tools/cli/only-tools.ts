import { Command } from "commander";
import { take } from "./take";
import { toolsCommand } from "./tools";

// Without the rest: it begins every npm test, and is there before environments/ can be read.
void take(async () => new Command("npx mmrv").addCommand(toolsCommand()));
