import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** Processes of this machine by what is read of each below /proc; one that ends meanwhile is none. */
const processes = (isOne: (pid: string) => boolean): string[] =>
  readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry) && entry !== String(process.pid))
    .filter((pid) => {
      try {
        return isOne(pid);
      } catch {
        return false;
      }
    });

/** Processes whose working folder lies below `folder`: a Terraform or a provider that outlived its run. */
export const processesIn = (folder: string): string[] =>
  processes((pid) => readlinkSync(`/proc/${pid}/cwd`).startsWith(folder));

/** The same, and those that were told of the folder, by whoever started them. */
export const processesOf = (folder: string): string[] =>
  processes(
    (pid) =>
      readlinkSync(`/proc/${pid}/cwd`).startsWith(folder) ||
      readFileSync(`/proc/${pid}/environ`, "utf8").includes(folder) ||
      readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(folder),
  );
