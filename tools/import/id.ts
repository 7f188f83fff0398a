/** The id of a question or the name of a source from the user's own names, which may have letters that an id has not. */
export const idOf = (...parts: readonly string[]): string =>
  parts.map((part) => part.replace(/[^\w./:-]+/g, "-")).join(":");
