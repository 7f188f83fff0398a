import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../../model/user-error";
import { command } from "./command";
import { PYTHON, requirementsOf, tool } from "./locate";
import type { ToolName } from "./tools";

/**
 * Makes one Python environment for some tools, and a program for each of them.
 * @param work an empty folder that is thrown away
 * @returns a folder in it, which may be moved: the programs find the environment beside themselves
 * @throws UserError with what Python and pip say
 */
export async function installFromPyPI(names: readonly ToolName[], work: string): Promise<string> {
  const folder = join(work, "folder");
  await command("python3", ["-c", "import ensurepip, venv"]).catch(() => {
    throw new UserError(
      "python3 has no venv, so that it can make no environment of its own; install it: sudo apt-get install python3-venv, or Python from python.org/downloads",
    );
  });
  await mkdir(folder);
  await command("python3", ["-m", "venv", join(folder, "venv")]);
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "--retries", "2"];
  await command(join(folder, PYTHON), [...pip, ...requirementsOf(names)], { env: { TMPDIR: work } });
  for (const name of names) {
    const { source } = tool(name);
    if (source.by !== "pypi") continue;
    // pip's own programs name the folder that they were made in, and some break on a space in it. Isolated: neither
    // the working folder nor a PYTHONPATH puts modules in front of those that are pinned.
    const program = `#!/bin/sh\nexec "\${0%/*}/${PYTHON}" -I -m ${source.module} "$@"\n`;
    await writeFile(join(folder, name), program, { mode: 0o755 });
  }
  return folder;
}
