import { Command } from "commander";
import { runTyped } from "./run-typed";
import { toolsCommand } from "./tools";

void runTyped(new Command("npx mmrv").addCommand(toolsCommand()));
