import { take } from "./take";

void take(async () => (await import("./commands.ts")).mmrv());
