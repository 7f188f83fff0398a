import { UserError } from "../../model/user-error";
import { locate } from "../setup/locate";
import { TOOLS } from "../setup/tools";

/** What a control plane without containers consists of; kwok plays the kubelets: its nodes are Ready, and so are their pods. */
const COMPONENTS = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok"] as const;

/** Where each component is. */
export type Binaries = Readonly<Record<(typeof COMPONENTS)[number], string>>;

/**
 * The components in the pinned versions: another one would behave in another way, and nobody would know.
 * @throws UserError that names what is missing, and how it is had
 */
export async function findBinaries(): Promise<Binaries> {
  const found = await Promise.all(COMPONENTS.map(async (name) => ({ name, at: await locate(name) })));
  const paths = found.flatMap(({ name, at }) => (at !== undefined && "path" in at ? [[name, at.path]] : []));
  const missing = found.filter(({ at }) => at === undefined || "unfit" in at);
  if (missing.length === 0) return Object.fromEntries(paths) as Binaries;
  const named = missing.map(({ name }) => `${name} ${TOOLS[name].version}`).join(", ");
  throw new UserError(`the local cluster lacks ${named}: npm run tools`);
}
