import { randomUUID } from "node:crypto";
import type { Response } from "./message";

type Outcome = "Failed" | "Succeeded";

/** How long an operation goes on that nobody asks about, in milliseconds: a client that was killed asks no more. */
const UNASKED_MS = 5_000;

/** What Resource Manager accepted and says later how it ended: whoever asks learns that it has. */
export class Operations {
  private readonly outcomes = new Map<string, Outcome>();
  /** Until when each place is busy, by the operation that runs there. */
  private readonly running = new Map<string, { readonly place: string; readonly until: number }>();

  /**
   * Begins an operation; its headers say where to ask, and that nobody need wait before asking.
   * @param place which takes no other operation until somebody has asked, when it is such a place
   */
  begin(outcome: Outcome, place?: string): Readonly<Record<string, string>> {
    const path = `/operations/${randomUUID()}`;
    this.outcomes.set(path, outcome);
    if (place !== undefined) this.running.set(path, { place, until: Date.now() + UNASKED_MS });
    return {
      "Azure-AsyncOperation": `https://management.azure.com${path}?api-version=2024-01-01`,
      "Retry-After": "0",
    };
  }

  /** Says how an operation ended, which ends it; undefined for the path of something else. */
  answer(path: string): Response | undefined {
    const outcome = this.outcomes.get(path);
    if (outcome === undefined) return undefined;
    this.running.delete(path);
    const error = { code: "CreateFailed", message: "It ended in Failed on demand." };
    return {
      status: 200,
      body: { status: outcome, ...(outcome === "Failed" && { error }) },
      headers: { "Retry-After": "0" },
    };
  }

  isRunning(place: string): boolean {
    return [...this.running.values()].some((one) => one.place === place && one.until > Date.now());
  }
}
