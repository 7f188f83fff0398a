import childProcess from "node:child_process";
import { syncBuiltinESMExports } from "node:module";
import { Server } from "node:net";

/** Unit tests share a process and each other's modules: what starts a process or a server belongs into a `.real.test.ts`. */
const refuse = (what: string) => () => {
  throw new Error(`a unit test starts no ${what}: name the file *.real.test.ts`);
};

for (const name of ["exec", "execFile", "execFileSync", "execSync", "fork", "spawn", "spawnSync"] as const)
  Object.assign(childProcess, { [name]: refuse("process") });
Server.prototype.listen = refuse("server");
syncBuiltinESMExports();
