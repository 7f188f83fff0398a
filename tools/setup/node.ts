import { existsSync } from "node:fs";
import { join } from "node:path";

/** What to say of a Node.js that still does, and should not be used any more: nodejs.org/about/previous-releases. */
export const endOfNode = (version: string): string | undefined =>
  version.startsWith("20.")
    ? "Node.js 20 ended on 30 April 2026 and gets no more fixes; it still works here, and .nvmrc names the one to install"
    : undefined;

const PTY = "@cdktf/node-pty-prebuilt-multiarch";

/** A Node.js on a machine. */
interface Runtime {
  readonly arch: string;
  /** The version of its binary interface. */
  readonly modules: string;
  readonly node: string;
  readonly platform: string;
}

function ours(): Runtime {
  const { arch, platform, versions } = process;
  return { arch, modules: versions.modules, node: versions.node, platform };
}

/**
 * Why the cdktf CLI would stop with a stack trace; undefined when it would not. Its terminal is a native module, which is
 * shipped for some runtimes: for none after Node.js 22, for none on Macs of Intel, up to Node.js 20 on Linux on ARM.
 * @param folder the package of the terminal
 */
export function whyNoCdktf(
  { arch, modules, node, platform }: Runtime = ours(),
  folder = join("node_modules", PTY),
): string | undefined {
  const shipped = join(folder, "prebuilds", `${platform}-${arch}`);
  const binaries = [
    join(shipped, `node.abi${modules}.node`),
    join(shipped, `node.abi${modules}.musl.node`),
    join(shipped, `abi${modules}`, "build", "Release", "pty.node"),
    join(folder, "build", "Release", "pty.node"),
  ];
  if (binaries.some((binary) => existsSync(binary))) return undefined;
  return `its terminal has no binary for Node.js ${node} on ${platform}-${arch}: take the Node.js that .nvmrc names, or compile one with npm explore ${PTY} -- npm run install`;
}
