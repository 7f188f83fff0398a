/** How often people hear how far something is that says so all the time. */
const EVERY_MS = 20_000;

/** Tells at once what comes first, and then so often that a log can be read. */
export function nowAndThen(tell: (line: string) => void): (line: string) => void {
  let last = -EVERY_MS;
  return (line) => {
    if (performance.now() - last < EVERY_MS) return;
    last = performance.now();
    tell(line);
  };
}
