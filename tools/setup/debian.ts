import { existsSync } from "node:fs";
import { command } from "./command";

const thisSystem = () => ({ isDebian: existsSync("/etc/debian_version"), isRoot: process.getuid?.() === 0 });

/** Why packages cannot be installed from here, and what to do; undefined when they can: no password is asked for. */
export function whyNotDebian(packages: readonly string[], { isDebian, isRoot } = thisSystem()): string | undefined {
  if (!isDebian)
    return `it comes from Debian's packages only; install it with this system's package manager: ${packages.join(" ")}`;
  if (!isRoot) return `Debian's packages are installed by root only; run: sudo apt-get install ${packages.join(" ")}`;
  return undefined;
}

/** @throws UserError with what apt-get says */
export async function installFromDebian(packages: readonly string[]): Promise<void> {
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await command("apt-get", ["update", "-qq"], { env });
  await command("apt-get", ["install", "-qq", "--yes", "--no-install-recommends", ...packages], { env });
}
