import type { At } from "../at";
import { ACCEPTED } from "../question";
import { type Container, there } from "./container";
import type { Task } from "./task";

/** A writable folder, as the chart has it. */
export type Volume = { readonly path: string; readonly size: string };

/** Whether a volume is nothing but a folder that is empty when the task starts. */
export const isEmptyFolder = (volume: At): boolean =>
  ![
    "efsVolumeConfiguration",
    "s3filesVolumeConfiguration",
    "fsxWindowsFileServerVolumeConfiguration",
    "dockerVolumeConfiguration",
    "configuredAtLaunch",
    "host",
  ].some((name) => volume.at(name).isThere);

const volumeNamed = (task: Task, name: string | undefined): At | undefined =>
  task.inputs.taskDefinition.at("volumes").items.find((volume) => volume.at("name").text === name);

/** The folder of one mount, if it is an empty one; whatever else it is, is asked about. */
export function mountedFolders(task: Task, mount: At): string[] {
  const path = folderOf(mount);
  const volume = volumeNamed(task, mount.at("sourceVolume").text);
  if (path === undefined) return [];
  if (volume === undefined) return askMissing(task, mount);
  if (task.cast.injection?.containers.some((one) => mountsVolume(one, volume)) ?? false) return [];
  if (!isEmptyFolder(volume) && askVolume(task, volume, mount) !== "empty") return [];
  return isFree(path) ? [path] : askTaken(task, mount, path);
}

const folderOf = (mount: At): string | undefined => mount.at("containerPath").text?.replace(/(?<=.)\/+$/, "");

const mountsVolume = ({ at }: Container, volume: At): boolean =>
  at.at("mountPoints").items.some((mount) => mount.at("sourceVolume").text === volume.at("name").text);

/** Folders that the chart refuses (model/schema/workload.ts): a volume there would hide what the pod needs. */
const TAKEN =
  /\/(dev|(proc|sys|(var\/)?run\/secrets|etc\/(pki|ssl)|mnt\/secrets)(\/\S*)?|(usr\/(local\/)?)?(bin|lib|lib64|sbin|share)|etc|usr(\/local)?)?/;
const FREE = String.raw`(?!${TAKEN.source}( |$))(\/\.*[\w-][\w.-]*)+`;

/** Folders where a volume may be, with a space between two. */
export const FREE_FOLDERS = new RegExp(`^${FREE}( ${FREE})*$`);
const isFree = (path: string): boolean => !path.includes(" ") && FREE_FOLDERS.test(path);

function askMissing({ ledger }: Task, mount: At): string[] {
  const name = mount.at("sourceVolume").text ?? "";
  ledger.ask(mount, {
    id: `volume:${name}`,
    risk: "data",
    asks: `${name} is mounted, and what it is stands elsewhere. What is in it?`,
    options: [ACCEPTED],
    without: "the folder is not there",
  });
  return [];
}

function askTaken({ ledger }: Task, mount: At, path: string): string[] {
  ledger.ask(mount, {
    id: `volume:${mount.at("sourceVolume").text}`,
    risk: "does not start",
    asks: `A volume is mounted at ${path}, which would hide what a pod needs there. What does the application write to it?`,
    options: [ACCEPTED],
    without: "the volume is left out",
  });
  return [];
}

/** A volume that outlives its task, or comes from somewhere: one question for it, wherever it is mounted. */
function askVolume({ ledger }: Task, volume: At, mount: At): string | undefined {
  const name = volume.at("name").text ?? "";
  const kind = volume.at("efsVolumeConfiguration").isThere
    ? "a file system of EFS, whose files outlive the task and which others may share"
    : volume.at("host").isThere
      ? "a folder of its host, which Pod Security refuses"
      : "a volume whose files may outlive the task";
  return ledger.ask([volume, mount], {
    id: `volume:${name}`,
    risk: "data",
    asks: `${name} is ${kind}. The chart has empty folders only. Are its files needed, and where will they be?`,
    options: [
      { answer: "empty", means: "they are not: an empty folder at each start will do" },
      {
        answer: "elsewhere",
        means: "they are, and the application keeps them elsewhere, such as in a storage account",
      },
    ],
    without: "the folder is not there, and its files are not carried over",
  });
}

/** Folders in memory; here they are on disk. */
export function memoryFolders({ ledger }: Task, container: At): Volume[] {
  return container.at("linuxParameters", "tmpfs").items.flatMap((tmpfs) => {
    const [path, size] = [folderOf(tmpfs) ?? "", tmpfs.at("size").number ?? 0];
    if (!isFree(path) || size < 1) {
      ledger.ask(tmpfs, {
        id: `volume:${path}`,
        risk: "does not start",
        asks: `A folder in memory is at ${path}, where the chart has no volume. What does the application write to it?`,
        options: [ACCEPTED],
        without: "the folder is not writable",
      });
      return [];
    }
    ledger.mapped(
      there(tmpfs.at("containerPath"), tmpfs.at("size")),
      `volumes (${path}), on disk instead of in memory`,
    );
    ledger.dropped(there(tmpfs.at("mountOptions")), "an empty folder has no mount options");
    return [{ path, size: `${Math.round(size)}Mi` }];
  });
}
