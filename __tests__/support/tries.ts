import type { Pauses } from "../../tools/images/state";

/** So many more tries, each after so many milliseconds. */
export const tries = (retries: number, minTimeout = 1): Pauses => ({ retries, minTimeout, factor: 1 });
