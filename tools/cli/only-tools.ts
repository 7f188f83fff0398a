import { Command } from "commander";
import { take } from "./take";
import { toolsCommand } from "./tools";

void take(new Command("npx mmrv").addCommand(toolsCommand()));
