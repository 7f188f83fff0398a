import { afterEach, describe, expect, it, vi } from "vitest";
import { type UnlockStateOptions, unlockState } from "../../../tools/state/unlock";
import { acquire, release } from "../../support/blob-account";
import { infraStack, lockNote, STACK, STATES, stateStage, stateText } from "../../support/state-fixture";

afterEach(() => vi.restoreAllMocks());
const stacks = [infraStack([])];
const DEAD = "5f1c0d4e-0000-4000-8000-00000000000d";
const OTHER = "5f1c0d4e-0000-4000-8000-00000000000e";

/** A state that a run holds which is gone. */
function stage() {
  const made = stateStage();
  const hold = (lease: string, who?: string) => {
    made.states("PUT", `${made.blob}?comp=lease`, acquire(lease));
    const noted = { "x-ms-lease-id": lease, "x-ms-meta-terraformlockid": lockNote(lease, who) };
    made.states("PUT", `${made.blob}?comp=metadata`, noted);
  };
  made.write(stateText(["a"], { serial: 3 }));
  hold(DEAD);
  const unlock = (options: UnlockStateOptions = { autoApprove: true }, confirm = async () => true, isTerminal = true) =>
    unlockState(STACK, options, made.send, { confirm, isTerminal, stacks });
  return { ...made, hold, unlock };
}
const HELD = `${STACK}: staging/${STACK}.tfstate in the storage account ${STATES} is held: OperationTypeApply by runner@host since 2026-12-01T12:00:00Z`;

describe("a state that a dead run holds", () => {
  it("is free for the next one, as that run left it", async () => {
    const { blob, current, said, states, unlock } = stage();
    expect(await unlock()).toBe(0);
    expect(said().split("\n")).toEqual([
      HELD,
      "  whoever holds it can write no more; what it made in Azure and did not write down, npx mmrv adopt finds",
      `${STACK}: unlocked; the state is as that run left it`,
      `next: npx mmrv diff ${STACK}; what it would make and is there already: npx mmrv adopt ${STACK}`,
    ]);
    expect(current()).toBe(stateText(["a"], { serial: 3 }));
    const { headers } = states("HEAD", blob);
    expect(headers).toMatchObject({ "x-ms-lease-status": "unlocked" });
    expect(headers).not.toHaveProperty("x-ms-meta-terraformlockid");
    expect(states("PUT", blob, { "x-ms-lease-id": DEAD }, "late").said).toMatch(/^412 /);
    expect(states("PUT", `${blob}?comp=lease`, acquire(OTHER)).said).toBe("201 OK");
  });

  it("is told of and stays held with --dry-run, and without a yes", async () => {
    const { blob, said, states, unlock } = stage();
    const isHeld = () => states("HEAD", blob).headers["x-ms-lease-state"];
    expect([await unlock({ dryRun: true }), isHeld()]).toEqual([0, "leased"]);
    expect([await unlock({}, async () => false), isHeld()]).toEqual([1, "leased"]);
    expect(said()).toContain("not unlocked; nothing was touched");
    await expect(unlock({}, undefined, false)).rejects.toThrow("nobody can be asked here");
    expect(isHeld()).toBe("leased");
  });

  it("that somebody else has taken while the question stood is left to them", async () => {
    const { blob, hold, states, unlock } = stage();
    const meanwhile = async () => {
      states("PUT", `${blob}?comp=lease`, release(DEAD));
      hold(OTHER, "somebody@desk");
      return true;
    };
    await expect(unlock({}, meanwhile)).rejects.toThrow(
      `${STACK}: that run has ended, and somebody else holds the state now: OperationTypeApply by somebody@desk since`,
    );
    expect(states("HEAD", blob).headers["x-ms-lease-state"]).toBe("leased");
  });
});

describe("where nothing is held", () => {
  it("nothing is broken", async () => {
    const { blob, said, states, unlock } = stage();
    states("PUT", `${blob}?comp=lease`, release(DEAD));
    expect(await unlock()).toBe(0);
    expect(said()).toBe(`${STACK}: nobody holds staging/${STACK}.tfstate in the storage account ${STATES}`);
    expect(states("HEAD", blob).headers["x-ms-lease-state"]).toBe("available");
  });

  it("a lease without Terraform's note is told of as that", async () => {
    const { blob, said, states, unlock } = stage();
    states("PUT", `${blob}?comp=lease`, release(DEAD));
    states("PUT", `${blob}?comp=metadata`);
    states("PUT", `${blob}?comp=lease`, acquire(OTHER));
    await unlock({ dryRun: true });
    expect(said()).toContain("is held: nobody noted by whom");
  });
});
