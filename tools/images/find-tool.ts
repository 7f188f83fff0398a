import { UserError } from "../../model/user-error";
import { az } from "./az";
import type { CopyTool } from "./copy-tool";
import { regctl } from "./regctl";
import { skopeo } from "./skopeo";
import { isOnPath } from "./tool-process";

const INSTALL = {
  regctl: "regctl: github.com/regclient/regclient/releases (copies signatures and other referrers too)",
  skopeo: "skopeo: github.com/containers/skopeo/blob/main/install.md",
  cosign: "cosign: docs.sigstore.dev/cosign/system_config/installation",
  az: "az: learn.microsoft.com/cli/azure/install-azure-cli",
};

/**
 * The best tool on the PATH, with the logins of `env`.
 * @throws UserError when there is none
 */
export function findCopyTool(): (env: NodeJS.ProcessEnv) => CopyTool {
  if (isOnPath("regctl")) return regctl;
  if (isOnPath("skopeo")) return skopeo;
  if (isOnPath("az")) return az;
  throw new UserError(
    [
      "nothing on the PATH copies images; install one of these:",
      ...[INSTALL.regctl, INSTALL.skopeo, INSTALL.az].map((line) => `  ${line}`),
    ].join("\n"),
  );
}

/** @throws UserError that names what is missing and where it is had */
export function requireTools(...names: readonly (keyof typeof INSTALL)[]): void {
  const missing = names.filter((name) => !isOnPath(name));
  if (missing.length === 0) return;
  throw new UserError(
    [`not on the PATH: ${missing.join(", ")}; install:`, ...missing.map((name) => `  ${INSTALL[name]}`)].join("\n"),
  );
}
