/** One thing that is wrong: where, what was found, and the sentence "must be Y (why)". */
export interface Fault {
  readonly path: string;
  readonly got: unknown;
  readonly must: string;
}

export const fault = (path: string, got: unknown, must: string): Fault => ({ path, got, must });
