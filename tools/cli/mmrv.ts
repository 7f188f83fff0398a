import { mmrv } from "./commands";
import { runTyped } from "./run-typed";

/** Ends with the command; a file of the user's that cannot be read rejects it. */
export const done = mmrv(process.argv.slice(2)).then(runTyped);
