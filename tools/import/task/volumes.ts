import type { At } from "../at";
import { ACCEPTED } from "../question";
import { type Container, containersIn, there, volumesMountedBy } from "./container";
import { FREE_FOLDERS, isEmptyFolder, memoryFolders, mountedFolders, type Volume } from "./mounts";
import type { Task, Values } from "./task";

/** A guess: ECS gives a folder the whole disk of its task and says no size. Above it the pod is evicted. */
const SIZE_MEBIBYTES = 1024;
/** What a task of Fargate has when it says nothing, in GiB. */
const DISK_GIBIBYTES = 20;

/** The folders that the application writes to, and volumes of the task that cannot be an empty folder. */
export function volumesOf(task: Task, containers: readonly Container[]): NonNullable<Values["volumes"]> {
  const { inputs, ledger } = task;
  const disk = inputs.taskDefinition.at("ephemeralStorage", "sizeInGiB");
  const named = containers.flatMap((container) => mountsOf(task, container));
  const scratch = containers.flatMap(({ at }) => memoryFolders(task, at));
  const written = writableFolders(task);
  const paths = [...new Set([...named, ...written])].filter((path) => !scratch.some((one) => one.path === path));
  const size = sizeOf(paths.length, disk.number ?? DISK_GIBIBYTES);
  dropUnused(task);
  for (const volume of emptyVolumes(task))
    ledger.defaulted(volume, `volumes, of ${size}`, "ECS says no size; above it the pod is evicted");
  if (disk.isThere) settleDisk(task, disk, named.length > 0);
  const all = [...paths.map((path): Volume => ({ path, size })), ...scratch];
  return all.filter(({ path }, index) => all.findIndex((one) => one.path === path) === index);
}

/** As much for each folder, together no more than the task's disk. */
function sizeOf(count: number, gibibytes: number): string {
  const share = Math.floor((gibibytes * 1024) / Math.max(1, count));
  const size = Math.max(1, Math.min(SIZE_MEBIBYTES, share));
  return size % 1024 === 0 ? `${size / 1024}Gi` : `${size}Mi`;
}

const emptyVolumes = ({ inputs }: Task): At[] => inputs.taskDefinition.at("volumes").items.filter(isEmptyFolder);

/** Volumes that no container mounts. */
function dropUnused({ inputs, ledger }: Task): void {
  const used = containersIn(inputs.taskDefinition).flatMap(volumesMountedBy);
  for (const volume of inputs.taskDefinition.at("volumes").items)
    if (!used.includes(volume.at("name").text ?? "")) ledger.dropped(volume, "no container mounts it");
}

/** The folders at which a container mounts empty volumes. */
const mountsOf = (task: Task, container: Container): string[] =>
  container.at.at("mountPoints").items.flatMap((mount) => {
    const folders = mountedFolders(task, mount);
    for (const path of folders)
      task.ledger.mapped(there(mount.at("sourceVolume"), mount.at("containerPath")), `volumes (${path})`);
    return folders;
  });

/** Where the root is writable on ECS, somebody must say which folders the application writes: here the root never is. */
function writableFolders({ cast, ledger }: Task): string[] {
  const rest = [
    ...cast.consumers,
    ...cast.sidecars.map(({ container }) => container),
    ...(cast.migration ? [cast.migration] : []),
  ];
  const others = there(...rest.map(({ at }) => at.at("readonlyRootFilesystem")));
  const own = cast.main.at.at("readonlyRootFilesystem");
  const [hard, soft] = [true, false].map((isHard) => [own, ...others].filter((at) => (at.boolean === true) === isHard));
  ledger.mapped(hard ?? [], "the chart's root is always read-only");
  if (soft === undefined || soft.length === 0) return [];
  const answer = ledger.ask(soft, {
    id: "writable-folders",
    risk: "does not start",
    asks: `Which folders does ${cast.main.name} write to? Its root is writable on ECS and read-only here; what it may not write is the first thing that breaks (EACCES).`,
    options: [
      { answer: "none", means: "it writes nothing but /tmp" },
      {
        form: "folders such as /app/cache /var/run/app, none of the system's",
        fits: FREE_FOLDERS,
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
