/** What no step of a test should ever take, in milliseconds, however busy the machine: one that hangs ends, one that is slow passes. */
export const HANGS = 20 * 60_000;
