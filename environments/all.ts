import type { Environment } from "./environment";
import { production } from "./production";
import { staging } from "./staging";

/** Every environment, in the order of the roll-out: the first is phase 1, the second phase 2. */
export const ENVIRONMENTS: readonly Environment[] = [staging, production];
