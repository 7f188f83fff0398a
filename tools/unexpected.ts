/** The parts of an error that say what went wrong and can hold no value. */
interface ErrorParts {
  readonly name: string;
  readonly code: string;
}

/** A name or code such as AccessDeniedException or ECONNRESET; anything of another form might hold a value, and is dropped. */
const word = (value: unknown): string =>
  typeof value === "string" && /^([A-Z][A-Za-z]{2,60}|[A-Z][A-Z0-9_]{2,40})$/.test(value) ? value : "";

export function partsOf(error: unknown): ErrorParts {
  const { name, code } = (error ?? {}) as { readonly name?: unknown; readonly code?: unknown };
  return { name: word(name), code: word(code) };
}

/**
 * What may be said of an error that nobody expected: its name, its code and where it was thrown. Its message and what
 * hangs on it may hold the request, and so the value.
 */
export function describeUnexpected(error: unknown): string {
  const { name, code } = partsOf(error);
  const { stack } = (error ?? {}) as { readonly stack?: unknown };
  const [, frame] = /^ +at .*?([\w.-]+\.[cm]?[jt]s:\d+):\d+\)?$/m.exec(typeof stack === "string" ? stack : "") ?? [];
  const what = [name || "error", code].filter(Boolean).join(" ");
  return `an unexpected ${what}${frame ? ` at ${frame}` : ""}; its message is not shown, because it may hold a value; run it again, and report it if it stays`;
}
