/** What the stand-in does wrong on purpose; "fails" is an operation that is accepted and then ends in `Failed`. */
export const FAULT_KINDS = ["429", "500", "409", "drop", "slow", "fails"] as const;

export interface FaultOnDemand {
  readonly kind: (typeof FAULT_KINDS)[number];
  readonly method: string;
  /** Part of the path, in lower case, such as microsoft.network/virtualnetworks. */
  readonly path: string;
  /** How often it strikes before the stand-in behaves again. */
  readonly times: number;
}

/** Faults that are waiting to strike, each a number of times. */
export class FaultsOnDemand {
  private waiting: { fault: FaultOnDemand; left: number }[] = [];
  /** How many struck. */
  struck = 0;

  add(fault: FaultOnDemand): void {
    this.waiting.push({ fault, left: fault.times });
  }

  /** Faults that never struck: their method or path fits no request. */
  idle(): FaultOnDemand[] {
    return this.waiting.filter(({ fault, left }) => left === fault.times).map(({ fault }) => fault);
  }

  /** The fault for this request, if one is waiting for it. */
  strike(method: string, path: string): FaultOnDemand["kind"] | undefined {
    const hit = this.waiting.find(
      ({ fault, left }) => left > 0 && fault.method === method && path.toLowerCase().includes(fault.path),
    );
    if (!hit) return undefined;
    hit.left -= 1;
    this.struck += 1;
    return hit.fault.kind;
  }
}

/** Reads `429@PUT:microsoft.network/virtualnetworks*3`; undefined for anything else. */
export function parseFault(text: string): FaultOnDemand | undefined {
  const [, kind, method, path, times] = /^(\w+)@([A-Z]+):([^*]+?)(?:\*(\d+))?$/.exec(text) ?? [];
  const known = FAULT_KINDS.find((candidate) => candidate === kind);
  if (known === undefined || method === undefined || path === undefined) return undefined;
  return { kind: known, method, path: path.toLowerCase(), times: Number(times ?? 1) };
}
