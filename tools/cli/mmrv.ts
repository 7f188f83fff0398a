import { mmrv } from "./commands";
import { runTyped } from "./run-typed";

void runTyped(mmrv());
