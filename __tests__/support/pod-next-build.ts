import { execFile, execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const EXAMPLE = "examples/frontend";

/** What Docker is given of the example: nothing, but for what its .dockerignore names. */
const letIn = (): string[] =>
  readFileSync(join(EXAMPLE, ".dockerignore"), "utf8")
    .split("\n")
    .flatMap((line) => /^!(\S+)$/.exec(line)?.[1] ?? []);

/** Copies what an image is built from and installs its packages as the lockfile says. @throws Error with what npm says */
export function install(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const name of letIn()) cpSync(join(EXAMPLE, name), join(folder, name), { recursive: true });
  const { status, stderr } = spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: folder });
  const [first] = stderr.toString().match(/npm error .*/) ?? [];
  if (status !== 0) throw new Error(`npm ci of ${EXAMPLE}: ${first ?? `exit code ${status}`}`);
}

/** A second checkout with the same packages, somewhere else as on another cloud's build machine. */
export function copyInstalled(folder: string, to: string): void {
  mkdirSync(join(to, ".."), { recursive: true });
  execFileSync("cp", ["-al", folder, to]);
}

/** The Dockerfile's `npm run build`, without a network: no font, no telemetry. */
export async function build(folder: string, commit: string, key: string): Promise<void> {
  const { PATH } = process.env;
  const variables = { COMMIT: commit, NEXT_SERVER_ACTIONS_ENCRYPTION_KEY: key, NEXT_TELEMETRY_DISABLED: "1" };
  const env = { PATH, HOME: folder, NODE_ENV: "production", ...variables };
  await promisify(execFile)("unshare", ["--net", "npm", "run", "build"], { cwd: folder, env }).catch(
    ({ stdout, stderr }) => {
      throw new Error(`next build failed:\n${stdout}${stderr}`);
    },
  );
}
