import { afterEach, describe, expect, it, vi } from "vitest";
import { type RestoreOptions, restoreVersion } from "../../../tools/state/restore";
import { accountPath, acquire } from "../../support/blob-account";
import { infraStack, lockNote, SECRET, STACK, STATES, stateStage, stateText } from "../../support/state-fixture";

afterEach(() => vi.restoreAllMocks());
const stacks = [infraStack(["a", "b"])];
const yes = async () => true;
const HOLDER = "5f1c0d4e-0000-4000-8000-00000000000d";

function stage() {
  const made = stateStage();
  const restore = (version: string, more: Partial<RestoreOptions> = {}, confirm = yes, isTerminal = true) =>
    restoreVersion(STACK, { version, autoApprove: true, ...more }, made.send, { confirm, isTerminal, stacks });
  return { ...made, restore };
}

describe("a version that is restored", () => {
  it("is the state again under a serial that was never there, and what was there is a version", async () => {
    const { current, restore, said, states, blob, write } = stage();
    const good = write(stateText(["a", "b"], { serial: 4 }));
    const bad = write(stateText([], { serial: 5 }));
    expect(await restore(good)).toBe(0);
    expect(current()).toBe(stateText(["a", "b"], { serial: 6 }));
    expect(states("GET", `${blob}?versionid=${bad}`).text).toBe(stateText([], { serial: 5 }));
    expect(states("HEAD", blob).headers).toMatchObject({ "x-ms-lease-status": "unlocked" });
    expect(said().split("\n")).toEqual([
      `${STACK}: staging/${STACK}.tfstate in the storage account ${STATES}`,
      "  now: serial 5, 1 resources",
      `  then: serial 6, 3 resources, as it was at ${good}`,
      "  knows again 2: azurerm_subnet.a, azurerm_subnet.b",
      "read back: serial 6 is the state of staging-infra",
      `what was there is version ${bad}`,
      "next: npx mmrv diff staging-infra says what was deployed since, and would be made or changed again",
    ]);
  });

  it.each([
    ["deleted", (one: ReturnType<typeof stage>) => one.states("DELETE", one.blob)],
    ["cut off", (one: ReturnType<typeof stage>) => one.write(stateText(["a"]).slice(0, 90))],
    ["empty, as a run that died before its first write leaves it", (one: ReturnType<typeof stage>) => one.write("")],
  ])("takes the place of a state that is %s", async (_, damage) => {
    const one = stage();
    const good = one.write(stateText(["a"], { serial: 4 }));
    damage(one);
    expect(await one.restore(good)).toBe(0);
    expect(one.current()).toBe(stateText(["a"], { serial: 5 }));
  });

  it("may be one of the copy, when the account has no good one", async () => {
    const { copies, current, restore, said, write } = stage();
    write("gone");
    const { headers } = copies("PUT", `/states/${STACK}.tfstate`, {}, stateText(["a"], { serial: 4 }));
    const version = headers["x-ms-version-id"] ?? "";
    await expect(restore(version)).rejects.toThrow(`has no version ${version}; nothing was touched`);
    expect(await restore(version, { from: "copy" })).toBe(0);
    expect(current()).toBe(stateText(["a"], { serial: 5 }));
    expect(said()).toContain(`as it was at ${version}, from the copy`);
  });

  it("is shown and not written with --dry-run, and without a yes", async () => {
    const { current, restore, said, write } = stage();
    const good = write(stateText(["a"], { serial: 1 }));
    write(stateText([], { serial: 2 }));
    const before = current();
    expect(await restore(good, { dryRun: true })).toBe(0);
    const asked: unknown[] = [];
    const no = async (...question: unknown[]) => {
      asked.push(question);
      return false;
    };
    expect(await restore(good, { autoApprove: false }, no as typeof yes)).toBe(1);
    expect(asked).toEqual([[`Does nobody deploy ${STACK} now?`, STACK]]);
    expect(said()).toContain("not restored; nothing was touched");
    await expect(restore(good, { autoApprove: false }, yes, false)).rejects.toThrow("nobody can be asked here");
    expect(current()).toBe(before);
  });
});

describe("what is refused, with nothing touched", () => {
  const refusedIn = async (one: ReturnType<typeof stage>, attempt: Promise<unknown>) => {
    const before = one.current();
    const message = await attempt.then(
      () => "restored",
      (error: Error) => error.message,
    );
    expect(one.current()).toBe(before);
    expect(message).not.toContain(SECRET);
    return message;
  };

  it("a version that does not exist, and a word that is none", async () => {
    const one = stage();
    one.write(stateText([]));
    for (const version of ["2026-12-01T00:00:00.0000000Z", "newest"])
      expect(await refusedIn(one, one.restore(version))).toBe(
        `${STACK}: staging/${STACK}.tfstate in the storage account ${STATES} has no version ${version}; nothing was touched\n  next: npx mmrv state list ${STACK} says which there are`,
      );
  });

  it.each([
    ["cut off", stateText(["a"]).slice(0, 200), "it is no JSON, or the end of it is missing"],
    ["empty", "", "nothing is in it"],
    ["of something else", '{"version": 4, "serial": 1, "lineage": "ours"}', "it is no state of Terraform (resources)"],
    ["of another format", '{"version": 3}', "it is no state of Terraform (version)"],
  ])("a version that is %s", async (_, text, why) => {
    const one = stage();
    const bad = one.write(text);
    one.write(stateText(["a"]));
    expect(await refusedIn(one, one.restore(bad))).toBe(
      `${STACK}: version ${bad} is damaged: ${why}; nothing was touched\n  next: take another: npx mmrv state list ${STACK}`,
    );
  });

  it("a version of another environment, whose resources have the same addresses", async () => {
    const one = stage();
    const theirs = one.write(stateText(["a"], { group: "rg-mmrv-production" }));
    one.write(stateText(["a"]));
    const message = await refusedIn(one, one.restore(theirs));
    expect(message.split("\n")).toEqual([
      `${STACK}: version ${theirs} is a state of something else; nothing was touched`,
      expect.stringMatching(
        /^ {2}azurerm_virtual_network.network is .*rg-mmrv-production.* there, and .*rg-mmrv-staging.* here$/,
      ),
      expect.stringMatching(/^ {2}azurerm_subnet.a is /),
      `  next: npx mmrv state list ${STACK} says which versions are its own`,
    ]);
  });

  it("a version of another stack, whose resources are none of the program's", async () => {
    const one = stage();
    const theirs = one.write(stateText(["a"]).replaceAll("azurerm_", "azuread_"));
    one.write(stateText(["a"]));
    expect(await refusedIn(one, one.restore(theirs))).toContain(
      `none of its 2 resources is one of ${STACK}, such as azuread_virtual_network.network`,
    );
  });

  it("a version of another lineage, unless it is named: the state was begun anew", async () => {
    const one = stage();
    const older = one.write(stateText(["a", "b"], { lineage: "older", serial: 40 }));
    one.write(stateText([], { lineage: "anew", serial: 1 }));
    expect(await refusedIn(one, one.restore(older))).toBe(
      `${STACK}: version ${older} is of another lineage, older; the state now is of anew; nothing was touched\n  next: if the state was lost and begun anew, and it is the older one that is right: --lineage older`,
    );
    expect(await refusedIn(one, one.restore(older, { lineage: "oldest" }))).toContain("another lineage");
    expect(await one.restore(older, { lineage: "older" })).toBe(0);
    expect(one.current()).toBe(stateText(["a", "b"], { lineage: "older", serial: 41 }));
  });

  it("a state that somebody holds, with who it is", async () => {
    const one = stage();
    const good = one.write(stateText(["a"]));
    one.states("PUT", `${one.blob}?comp=lease`, acquire(HOLDER));
    const noted = { "x-ms-lease-id": HOLDER, "x-ms-meta-terraformlockid": lockNote(HOLDER) };
    one.states("PUT", `${one.blob}?comp=metadata`, noted);
    expect(await refusedIn(one, one.restore(good))).toBe(
      `${STACK}: somebody holds the state: OperationTypeApply by runner@host since 2026-12-01T12:00:00Z; nothing was touched\n  next: wait until that Terraform has ended; if none runs, npx mmrv state unlock ${STACK}`,
    );
  });

  it("a state that somebody takes, or writes, while the question stands", async () => {
    const one = stage();
    const good = one.write(stateText(["a"], { serial: 1 }));
    one.write(stateText([], { serial: 2 }));
    const lockedNow = async () => {
      one.states("PUT", `${one.blob}?comp=lease`, acquire(HOLDER));
      return true;
    };
    expect(await refusedIn(one, one.restore(good, { autoApprove: false }, lockedNow))).toContain(
      "somebody else holds it (409 LeaseAlreadyPresent)",
    );
    one.states("PUT", `${one.blob}?comp=lease`, { "x-ms-lease-action": "release", "x-ms-lease-id": HOLDER });
    const written = async () => {
      one.write(stateText(["b"], { serial: 3 }));
      return true;
    };
    const attempt = one.restore(good, { autoApprove: false }, written);
    await expect(attempt).rejects.toThrow("somebody has changed it in this moment (412 ConditionNotMet)");
    expect(one.current()).toBe(stateText(["b"], { serial: 3 }));
    expect(one.states("HEAD", one.blob).headers["x-ms-lease-status"]).toBe("unlocked");
  });

  it("a state in an account that keeps no versions: what is there would be lost", async () => {
    const one = stage();
    const version =
      one.copies("PUT", `/states/${STACK}.tfstate`, {}, stateText(["a"])).headers["x-ms-version-id"] ?? "";
    one.store.seed(`${accountPath(STATES)}/blobServices/default`, { properties: { isVersioningEnabled: false } });
    one.write(stateText([]));
    expect(await refusedIn(one, one.restore(version, { from: "copy" }))).toContain(
      `the storage account ${STATES} keeps no versions, so what is there now would be lost`,
    );
  });

  it("what arrives otherwise than the account keeps it", async () => {
    const one = stage();
    const good = one.write(stateText(["a"]));
    const broken = async (request: Parameters<typeof one.send>[0]) => {
      const answer = await one.send(request);
      return request.url.includes("versionid") ? { ...answer, body: answer.body.replace("ours", "Ours") } : answer;
    };
    const attempt = restoreVersion(STACK, { version: good, autoApprove: true }, broken, { stacks });
    expect(await refusedIn(one, attempt)).toContain("what arrived is not what the storage account keeps");
  });
});

it("an answer that was lost on the way is no reason to fail: the next try finds its own write", async () => {
  const one = stage();
  const good = one.write(stateText(["a"], { serial: 1 }));
  one.write(stateText([], { serial: 2 }));
  const twice = async (request: Parameters<typeof one.send>[0]) => {
    const isWrite = request.method === "PUT" && !request.url.includes("comp=");
    if (isWrite) await one.send(request);
    return one.send(request);
  };
  expect(await restoreVersion(STACK, { version: good, autoApprove: true }, twice, { stacks })).toBe(0);
  expect(one.current()).toBe(stateText(["a"], { serial: 3 }));
});
