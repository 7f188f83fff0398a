import type { Ledger } from "../ledger";
import type { Container } from "./container";

/** Beside the heap a runtime needs memory, and a heap as large as the limit ends in a kill; 75 % is what runtimes advise. */
const HEAP = 0.75;

/** Notes a heap that leaves too little of the memory to the rest.
 * @param mebibytes the limit */
export function warnOfHeap(container: Container, mebibytes: number, ledger: Ledger): void {
  const texts = [
    ...container.at.at("command").words,
    ...container.at.at("entryPoint").words,
    ...container.at.at("environment").items.flatMap((one) => one.at("value").text ?? []),
  ];
  for (const text of texts) {
    const [, node = "", java = "", unit = "m"] = /(?:--max-old-space-size=(\d+)|-Xmx(\d+)([gGmM]))/.exec(text) ?? [];
    const heap = Number(node || java) * (/g/i.test(unit) ? 1024 : 1);
    if (heap > mebibytes * HEAP)
      ledger.note(
        `${container.name} may grow a heap of ${heap} MiB, more than three quarters of its limit of ${mebibytes}Mi: it may be killed. Lower the heap, or raise resources.limits.memory.`,
      );
  }
}
