import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { END_SIGNALS, stopAll } from "../processes";

/** Who we are to one registry. */
export interface Login {
  readonly host: string;
  readonly user: string;
  readonly password: string;
}

/**
 * Runs with these logins in a docker config of this process alone, which goes in every case, also on a signal; only
 * SIGKILL leaves it, with tokens that live for hours. The caller's own logins do not count, so that an old one cannot
 * get in the way: what is public is pulled by nobody in particular.
 */
export async function withLogins<T>(
  logins: readonly Login[],
  work: (env: NodeJS.ProcessEnv) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "mmrv-images-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const stop = (signal: NodeJS.Signals) => {
    stopAll();
    remove();
    // Once more, now that nobody listens: who started us sees the signal.
    process.kill(process.pid, signal);
  };
  for (const signal of END_SIGNALS) process.once(signal, stop);
  process.once("exit", remove);
  try {
    const config = join(folder, "config.json");
    writeFileSync(config, JSON.stringify({ auths: Object.fromEntries(logins.map(entryOf)) }), { mode: 0o600 });
    const { DOCKER_AUTH_CONFIG: _, ...env } = process.env;
    return await work({
      ...env,
      // regctl and cosign; skopeo; what a caller keeps in regctl's own config would win over both.
      DOCKER_CONFIG: folder,
      REGISTRY_AUTH_FILE: config,
      REGCTL_CONFIG: join(folder, "regctl.json"),
    });
  } finally {
    for (const signal of END_SIGNALS) process.off(signal, stop);
    process.off("exit", remove);
    remove();
  }
}

const entryOf = ({ host, user, password }: Login): [string, { auth: string }] => [
  host,
  { auth: Buffer.from(`${user}:${password}`).toString("base64") },
];
