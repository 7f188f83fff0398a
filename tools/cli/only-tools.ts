import { Command } from "commander";
import { runTyped } from "./run-typed";
import { toolsCommand } from "./tools";

/** Ends with the command. */
export const done = runTyped(new Command("npx mmrv").addCommand(toolsCommand()));
