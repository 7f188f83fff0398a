import { UserError } from "../../model/user-error";
import { notOnPath } from "../processes";
import { az } from "./az";
import type { CopyTool } from "./copy-tool";
import { regctl } from "./regctl";
import { skopeo } from "./skopeo";
import { isOnPath } from "./tool-process";

/**
 * The best tool on the PATH, with the logins of `env`.
 * @throws UserError when there is none
 */
export function findCopyTool(): (env: NodeJS.ProcessEnv) => CopyTool {
  if (isOnPath("regctl")) return regctl;
  if (isOnPath("skopeo")) return skopeo;
  if (isOnPath("az")) return az;
  const missing = ["regctl", "skopeo", "az"].map((name) => `  ${notOnPath(name)}`);
  throw new UserError(["nothing copies images here, and one of these is needed:", ...missing].join("\n"));
}

/** @throws UserError that names each that is missing, and where it is had */
export function requireTools(...names: readonly string[]): void {
  const missing = names.filter((name) => !isOnPath(name));
  if (missing.length > 0) throw new UserError(missing.map(notOnPath).join("\n"));
}
