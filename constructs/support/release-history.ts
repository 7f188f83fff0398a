/**
 * How many revisions of a release Helm keeps, whoever delivers it: enough to roll back by hand; each is a Secret of up to 1 MiB.
 */
export const MAX_HISTORY = 10;
