import { afterEach, describe, expect, it, vi } from "vitest";
import { listVersions } from "../../../tools/state/list";
import { acquire } from "../../support/blob-account";
import { infraStack, lockNote, SECRET, STACK, stateStage, stateText } from "../../support/state-fixture";

afterEach(() => vi.restoreAllMocks());
const stacks = [infraStack(["a", "b"])];
const HOLDER = "5f1c0d4e-0000-4000-8000-00000000000d";

describe("the versions of a state", () => {
  it("are listed with what is in each, the newest first, and those that a lock alone made not at all", async () => {
    const { blob, said, send, states, write } = stateStage();
    write(stateText([], { serial: 1 }));
    // As a plan that locks: twice the same content.
    states("PUT", `${blob}?comp=metadata`, { "x-ms-meta-terraformlockid": lockNote(HOLDER) });
    states("PUT", `${blob}?comp=metadata`);
    write(stateText(["a"], { serial: 2 }));
    write('{"version": 4, "serial"');
    expect(await listVersions(STACK, {}, send, stacks)).toBe(0);
    expect(
      said()
        .split("\n")
        .map((line) => line.trim().split(/ {2,}/)),
    ).toEqual([
      ["version", "written", "serial", "resources", "lineage"],
      [
        "2026-12-01T12:03:00.0000000Z",
        "2026-12-01T12:03:00.000Z",
        "-",
        "-",
        "-",
        "current; it is no JSON, or the end of it is missing",
      ],
      ["2026-12-01T12:02:00.0000000Z", "2026-12-01T12:02:00.000Z", "2", "2", "ours"],
      ["2026-12-01T12:01:00.0000000Z", "2026-12-01T12:01:00.000Z", "1", "1", "ours"],
    ]);
  });

  it("are told to a program, with who holds the state and no value of an attribute", async () => {
    const { blob, said, send, states, write } = stateStage();
    const version = write(stateText(["a"], { serial: 7 }));
    states("PUT", `${blob}?comp=lease`, acquire(HOLDER));
    states("PUT", `${blob}?comp=metadata`, {
      "x-ms-lease-id": HOLDER,
      "x-ms-meta-terraformlockid": lockNote(HOLDER),
    });
    await listVersions(STACK, { json: true }, send, stacks);
    const text = said();
    expect(JSON.parse(text)).toEqual({
      stack: STACK,
      lockedBy: "OperationTypeApply by runner@host since 2026-12-01T12:00:00Z",
      versions: [
        {
          version,
          written: "2026-12-01T12:01:00.000Z",
          isCurrent: true,
          serial: 7,
          resources: 2,
          lineage: "ours",
          why: null,
        },
      ],
    });
    expect(text).not.toContain(SECRET);
  });

  it("stay when the state is deleted, and the twenty newest are enough for most nights", async () => {
    const { blob, said, send, states, write } = stateStage();
    for (let serial = 1; serial <= 22; serial += 1) write(stateText(["a"], { serial }));
    states("DELETE", blob);
    await listVersions(STACK, {}, send, stacks);
    const recent = said();
    expect(recent.split("\n")).toHaveLength(1 + 20 + 2);
    expect(recent).toContain("there are older ones: --all lists them");
    expect(recent).toContain(`${STACK}: the state itself is deleted; any version brings it back`);
    await listVersions(STACK, { all: true }, send, stacks);
    expect(said().split("\n")).toHaveLength(1 + 22 + 1);
  });

  it("are those of the copy where somebody asks for them", async () => {
    const { copies, said, send } = stateStage();
    copies("PUT", `/states/${STACK}.tfstate`, {}, stateText(["a", "b"], { serial: 9 }));
    await listVersions(STACK, { from: "copy", json: true }, send, stacks);
    expect(JSON.parse(said()).versions).toMatchObject([{ serial: 9, resources: 3, isCurrent: true }]);
  });

  it("are none where nothing was ever written", async () => {
    const { said, send } = stateStage();
    expect(await listVersions(STACK, {}, send, stacks)).toBe(0);
    expect(said()).toBe(
      `${STACK}: there is no version of staging/${STACK}.tfstate in the storage account stmmrvstatek3m7: nothing was ever written`,
    );
  });

  it("are refused in a sentence where there are none to be had", async () => {
    const { send, store } = stateStage();
    const local = [{ ...infraStack([]), json: {} }];
    await expect(listVersions(STACK, {}, send, local)).rejects.toThrow(
      `${STACK}: cdktf.json keeps its state locally, and not in the storage account that has versions; nothing was touched\n  next: a state on this machine has no versions but terraform.tfstate.backup beside it; npx mmrv state rebuild ${STACK} makes it anew from what is in Azure`,
    );
    const cloud = { organization: "mmrv", workspaces: { name: "mmrv-staging-infra" } };
    const hcp = [{ ...infraStack([]), json: { terraform: { cloud } as object } }];
    await expect(listVersions(STACK, {}, send, hcp)).rejects.toThrow("keeps its state in HCP Terraform");
    for (const { id } of store.all()) store.delete(id.key);
    await expect(listVersions(STACK, {}, send, stacks)).rejects.toThrow(
      `staging/${STACK}.tfstate in the storage account stmmrvstatek3m7: there is no such container (404 ContainerNotFound)\n  next: the stack bootstrap makes it: npx mmrv deploy bootstrap`,
    );
  });
});
