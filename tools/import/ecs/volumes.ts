import type { At } from "../at";
import { ACCEPTED } from "../question";
import { type Container, there } from "./container";
import type { Task, Values } from "./task";

type Volume = { readonly path: string; readonly size: string };

/** A guess: ECS gives a folder the whole disk of its task and says no size. Above it the pod is evicted. */
const SIZE_MEBIBYTES = 1024;
/** What a task of Fargate has when it says nothing, in GiB. */
const DISK_GIBIBYTES = 20;

/** The folders that the application writes to, and volumes of the task that cannot be an empty folder. */
export function volumesOf(task: Task, containers: readonly Container[]): NonNullable<Values["volumes"]> {
  const { inputs, ledger } = task;
  const disk = inputs.taskDefinition.at("ephemeralStorage", "sizeInGiB");
  const named = containers.flatMap((container) => mountsOf(task, container));
  const scratch = containers.flatMap(({ at }) => tmpfsOf(task, at));
  const written = writableFolders(task);
  const paths = [...new Set([...named, ...written])].filter((path) => !scratch.some((one) => one.path === path));
  const size = sizeOf(paths.length, disk.number ?? DISK_GIBIBYTES);
  for (const volume of emptyVolumes(task))
    ledger.defaulted(volume, `volumes, of ${size}`, "ECS says no size; above it the pod is evicted");
  if (disk.isThere) settleDisk(task, disk, named.length > 0);
  const all = [...paths.map((path): Volume => ({ path, size })), ...scratch];
  return all.filter(({ path }, index) => all.findIndex((one) => one.path === path) === index);
}

/** As much for each folder, together no more than the task's disk. */
function sizeOf(count: number, gibibytes: number): string {
  const share = Math.floor((gibibytes * 1024) / Math.max(1, count));
  const size = Math.min(SIZE_MEBIBYTES, share);
  return size % 1024 === 0 ? `${size / 1024}Gi` : `${size}Mi`;
}

const isEmptyFolder = (volume: At): boolean =>
  ![
    "efsVolumeConfiguration",
    "s3filesVolumeConfiguration",
    "fsxWindowsFileServerVolumeConfiguration",
    "dockerVolumeConfiguration",
    "configuredAtLaunch",
    "host",
  ].some((name) => volume.at(name).isThere);

const emptyVolumes = ({ inputs }: Task): At[] => inputs.taskDefinition.at("volumes").items.filter(isEmptyFolder);

const volumeNamed = (task: Task, name: string | undefined): At | undefined =>
  task.inputs.taskDefinition.at("volumes").items.find((volume) => volume.at("name").text === name);

/** The folders at which a container mounts empty volumes. */
function mountsOf(task: Task, container: Container): string[] {
  const { cast, ledger } = task;
  return container.at.at("mountPoints").items.flatMap((mount) => {
    const path = folderOf(mount);
    const volume = volumeNamed(task, mount.at("sourceVolume").text);
    if (path === undefined || volume === undefined) return [];
    if (cast.injection?.containers.some((one) => mountsVolume(one, volume)) ?? false) return [];
    if (!isEmptyFolder(volume)) return askVolume(task, volume, mount) === "empty" ? [path] : [];
    if (TAKEN.test(path)) return askTaken(task, mount, path);
    ledger.mapped([mount.at("sourceVolume"), mount.at("containerPath")], `volumes (${path})`);
    return [path];
  });
}

const folderOf = (mount: At): string | undefined => mount.at("containerPath").text?.replace(/(?<=.)\/+$/, "");

const mountsVolume = ({ at }: Container, volume: At): boolean =>
  at.at("mountPoints").items.some((mount) => mount.at("sourceVolume").text === volume.at("name").text);

/** Folders that the chart refuses (model/schema/workload.ts): a volume there would hide what the pod needs. */
const TAKEN =
  /^\/(dev|(proc|sys|(var\/)?run\/secrets|etc\/(pki|ssl)|mnt\/secrets)(\/.*)?|(usr\/(local\/)?)?(bin|lib|lib64|sbin|share)|etc|usr(\/local)?)?$/;

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

function tmpfsOf({ ledger }: Task, container: At): Volume[] {
  return container.at("linuxParameters", "tmpfs").items.flatMap((tmpfs) => {
    const [path, size] = [tmpfs.at("containerPath").text?.replace(/(?<=.)\/+$/, ""), tmpfs.at("size").number];
    if (path === undefined || size === undefined || TAKEN.test(path)) return [];
    ledger.mapped(
      there(tmpfs.at("containerPath"), tmpfs.at("size")),
      `volumes (${path}), on disk instead of in memory`,
    );
    ledger.dropped(there(tmpfs.at("mountOptions")), "an empty folder has no mount options");
    return [{ path, size: `${Math.max(1, Math.round(size))}Mi` }];
  });
}

/** Where the root is writable on ECS, somebody must say which folders the application writes: here the root never is. */
function writableFolders({ cast, ledger }: Task): string[] {
  const at = cast.main.at.at("readonlyRootFilesystem");
  if (at.boolean === true) {
    ledger.mapped(at, "the chart's root is always read-only");
    return [];
  }
  const answer = ledger.ask(at, {
    id: "writable-folders",
    risk: "does not start",
    asks: `Which folders does ${cast.main.name} write to? Its root is writable on ECS and read-only here; what it may not write is the first thing that breaks (EACCES).`,
    options: [
      { answer: "none", means: "it writes nothing but /tmp" },
      {
        form: "folders, such as /app/cache /var/run/app",
        fits: /^\/[\w.-]+(\/[\w.-]+)*( \/[\w.-]+(\/[\w.-]+)*)*$/,
        means: "each becomes a volume, beside /tmp",
      },
    ],
    without: "it may write to /tmp alone",
  });
  return ["/tmp", ...(answer === undefined || answer === "none" ? [] : answer.split(" "))];
}

/** Volumes say how large they are; more disk than Fargate's 20 GiB without any says that something is written. */
function settleDisk({ ledger }: Task, at: At, hasVolumes: boolean): void {
  if (hasVolumes || (at.number ?? 0) <= DISK_GIBIBYTES) {
    ledger.dropped(at, "each volume says its own size");
    return;
  }
  ledger.ask(at, {
    id: "disk",
    risk: "does not start",
    asks: `The task has ${at.text} GiB of disk, more than it would get unasked. What is written, and where? Each folder is a volume with a size.`,
    options: [ACCEPTED],
    without: "volumes are as large as the importer guesses",
  });
}
