import { existsSync } from "node:fs";
import { command } from "./command";

/** Why packages cannot be installed from here, and what to do; undefined when they can: no password is asked for. */
export function whyNotDebian(packages: readonly string[]): string | undefined {
  if (!existsSync("/etc/debian_version"))
    return `it is installed from Debian's packages only; install it with this system's package manager: ${packages.join(" ")}`;
  if (process.getuid?.() !== 0)
    return `Debian's packages are installed by root only; run: sudo apt-get install ${packages.join(" ")}`;
  return undefined;
}

export async function installFromDebian(packages: readonly string[]): Promise<void> {
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await command("apt-get", ["update", "-qq"], { env });
  await command("apt-get", ["install", "-qq", "--yes", "--no-install-recommends", ...packages], { env });
}
