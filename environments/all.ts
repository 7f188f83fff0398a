import { join } from "node:path";
import type { Environment } from "../model/environment";
import { production } from "./production";
import { staging } from "./staging";

/** Every environment, in the order of the roll-out: the first is phase 1, the second phase 2. */
export const ENVIRONMENTS: readonly Environment[] = [staging, production];

// Whatever else a user edits. The program reads the user's files through this module only, so that tests can put their own
// in its place.
export { approvals } from "./approvals";
export { bootstrap } from "./bootstrap";
export { CEILING, REVIEWED_ON, suppressions } from "./suppressions";
export { thirdParty } from "./third-party";

/** The folder with the values of the releases. */
export const HELM_VALUES = join(__dirname, "..", "helm-values");

/** The folder with what imports from AWS have asked, and what they meant (docs/import.md). */
export const IMPORTS = join(__dirname, "..", "imports");

/** The folder with how far users have moved (docs/cutover.md). */
export const CUTOVER = join(__dirname, "..", "cutover");
