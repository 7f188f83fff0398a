import { afterEach, describe, expect, it, vi } from "vitest";
import { type CopyOptions, copyStates } from "../../../tools/state/copy";
import type { AskHcp } from "../../../tools/state/hcp";
import { accountPath } from "../../support/blob-account";
import { bootstrap } from "../../support/fixtures/environments/bootstrap";
import { COPY, infraStack, SECRET, STACK, stateStage, stateText } from "../../support/state-fixture";

afterEach(() => vi.restoreAllMocks());
const stacks = [infraStack([])];
const UNTIL = "2026-12-31T12:00:00.000Z";

function stage(program = stacks) {
  const made = stateStage();
  const copy = (options: CopyOptions = {}, send = made.send) =>
    copyStates(options, { send, settings: bootstrap, stacks: program });
  /** The one JSON document on standard output; how work goes on stands elsewhere. */
  const answered = () => JSON.parse(/^\[[\s\S]*^\]/m.exec(made.said())?.[0] ?? "");
  return { ...made, copy, answered };
}

describe("the nightly copy", () => {
  it("takes every state that there is, also one that no stack of the program has any more", async () => {
    const { answered, copies, copy, states } = stage();
    const texts: Record<string, string> = {
      "/bootstrap/bootstrap.tfstate": stateText([], { serial: 3 }),
      "/production/production-infra.tfstate": stateText(["a", "b"], { serial: 9 }),
      "/staging/staging-given-up.tfstate": stateText(["a"], { serial: 5 }),
      "/staging/staging-infra.tfstate": stateText(["a"], { serial: 7 }),
    };
    for (const [path, text] of Object.entries(texts)) states("PUT", path, {}, text);
    states("PUT", "/staging/notes.txt", {}, "no state");
    expect(await copy({ json: true })).toBe(0);
    const results = answered();
    expect(results).toEqual(
      [
        ["bootstrap", 3, 1],
        ["staging-given-up", 5, 2],
        ["staging-infra", 7, 2],
        ["production-infra", 9, 3],
      ].map(([stack, serial, resources]) => ({
        stack,
        is: "copied",
        serial,
        resources,
        version: expect.stringMatching(/^2026-12-01T12:00:00/),
        keptUntil: UNTIL,
        why: null,
      })),
    );
    for (const [path, text] of Object.entries(texts))
      expect(copies("GET", `/states/${path.split("/").at(-1)}`).text).toBe(text);
    expect(JSON.stringify(results)).not.toContain(SECRET);
  });

  it("is a version every night, also of what has not changed, and no night's can be deleted before its time", async () => {
    const { blob, copies, copy, later, states } = stage();
    states("PUT", blob, {}, stateText(["a"]));
    await copy();
    later(86_400_000);
    await copy();
    const [first = "", second = ""] = [
      ...copies("GET", "/states?restype=container&comp=list&include=versions").text.matchAll(/<VersionId>(.*?)</g),
    ].map(([, id]) => id);
    expect([first.slice(0, 10), second.slice(0, 10)]).toEqual(["2026-12-01", "2026-12-02"]);
    expect(copies("DELETE", `/states/${STACK}.tfstate?versionid=${first}`).said).toBe("409 BlobImmutableDueToPolicy");
  });

  it("passes over what was never written, and reads what is held", async () => {
    const { answered, blob, copy, states } = stage();
    states("PUT", "/staging/staging-addons.tfstate");
    states("PUT", blob, {}, stateText(["a"]));
    states("PUT", `${blob}?comp=lease`, { "x-ms-lease-action": "acquire", "x-ms-lease-duration": "-1" });
    expect(await copy({ json: true })).toBe(0);
    expect(answered()).toMatchObject([
      { stack: "staging-addons", is: "no state yet" },
      { stack: STACK, is: "copied" },
    ]);
  });

  it("of a damaged state is none, and red; the others are copied all the same", async () => {
    const { answered, blob, copies, copy, states } = stage();
    states("PUT", blob, {}, stateText(["a"]).slice(0, 90));
    states("PUT", "/production/production-infra.tfstate", {}, stateText([]));
    expect(await copy({ json: true })).toBe(1);
    expect(answered()).toMatchObject([
      {
        stack: STACK,
        is: "failed",
        why: `not copied, because it is damaged: it is no JSON, or the end of it is missing next: npx mmrv state list ${STACK}`,
      },
      { stack: "production-infra", is: "copied" },
    ]);
    expect(copies("GET", `/states/${STACK}.tfstate`).said).toBe("404 BlobNotFound");
  });

  it("that anybody may delete is red", async () => {
    const { answered, blob, copy, states, store } = stage();
    store.seed(accountPath(COPY), { properties: {} });
    states("PUT", blob, {}, stateText(["a"]));
    expect(await copy({ json: true })).toBe(1);
    expect(answered()[0].why).toContain(
      `copied, and anybody who may write can delete it: ${COPY} keeps no versions, or has no retention`,
    );
  });

  it("that arrives otherwise than it was sent is red", async () => {
    const { answered, blob, copy, send, states } = stage();
    states("PUT", blob, {}, stateText(["a"]));
    const lossy: typeof send = (request) =>
      send(request.url.includes(COPY) && request.body ? { ...request, body: request.body.slice(0, 9) } : request);
    expect(await copy({ json: true }, lossy)).toBe(1);
    expect(answered()[0].why).toContain("is not what was read");
  });

  it("writes nothing with --dry-run", async () => {
    const { blob, copies, copy, said, states } = stage();
    states("PUT", blob, {}, stateText(["a"], { serial: 7 }));
    expect(await copy({ dryRun: true })).toBe(0);
    expect(
      said()
        .split("\n")
        .map((line) => line.trim().split(/ {2,}/)),
    ).toEqual([
      ["stack", "is", "serial", "resources", "kept until"],
      [STACK, "to copy", "7", "2", "-"],
      ["1 of 1 states would be copied"],
    ]);
    expect(copies("GET", "/states?restype=container&comp=list&include=versions").text).not.toContain("<Blob>");
  });

  it("is refused where there is nowhere to copy to, or nothing that somebody else could read", async () => {
    const { send } = stage();
    const none = { ...bootstrap, state: { ...bootstrap.state, copy: { to: "none" } as const } };
    await expect(copyStates({}, { send, settings: none, stacks })).rejects.toThrow(
      "no state is copied: environments/bootstrap.ts says state.copy.to: none; nothing was touched",
    );
    const local = [{ ...infraStack([]), json: {} }];
    await expect(copyStates({}, { send, settings: bootstrap, stacks: local })).rejects.toThrow(
      "cdktf.json keeps the states locally, so there is nothing that somebody else could copy; nothing was touched",
    );
    const noAccount = stage();
    for (const { id } of noAccount.store.all()) noAccount.store.delete(id.key);
    await expect(noAccount.copy()).rejects.toThrow("there is no such container (404 ContainerNotFound)");
  });
});

describe("states that HCP Terraform keeps", () => {
  const inHcp = (id: string) => ({
    ...infraStack([], id),
    json: {
      terraform: { cloud: { organization: "mmrv", workspaces: { name: `mmrv-${id}` } } } as object,
    },
  });
  const program = ["staging-infra", "staging-addons", "staging-platform"].map(inHcp);
  const API = "https://app.terraform.io/api/v2";
  const HOSTED = "https://archivist.terraform.io/v1/object/state";
  const ANSWERS: Readonly<Record<string, { readonly status: number; readonly body: string }>> = {
    [`${API}/organizations/mmrv/workspaces/mmrv-staging-infra`]: { status: 200, body: '{"data":{"id":"ws-1"}}' },
    [`${API}/workspaces/ws-1/current-state-version`]: {
      status: 200,
      body: JSON.stringify({ data: { attributes: { "hosted-state-download-url": HOSTED } } }),
    },
    [HOSTED]: { status: 200, body: stateText(["a"], { serial: 7 }) },
    [`${API}/organizations/mmrv/workspaces/mmrv-staging-addons`]: { status: 200, body: '{"data":{"id":"ws-2"}}' },
  };
  const ask: AskHcp = async (url) => ANSWERS[url] ?? { status: 404, body: "" };

  it("are exported into the same copy; a workspace that is not there, or has no state yet, has none", async () => {
    const made = stage();
    const code = await copyStates(
      { json: true },
      { send: made.send, ask: async () => ask, settings: bootstrap, stacks: program },
    );
    expect(code).toBe(0);
    expect(made.answered()).toMatchObject([
      { stack: "staging-infra", is: "copied", serial: 7, keptUntil: UNTIL },
      { stack: "staging-addons", is: "no state yet" },
      { stack: "staging-platform", is: "no state yet" },
    ]);
    expect(made.copies("GET", "/states/staging-infra.tfstate").text).toBe(stateText(["a"], { serial: 7 }));
  });

  it("that a token may not read are red, with what to ask for", async () => {
    const made = stage();
    const refused: AskHcp = async (url) => (url === HOSTED ? { status: 403, body: "" } : ask(url));
    const code = await copyStates(
      { json: true },
      { send: made.send, ask: async () => refused, settings: bootstrap, stacks: program },
    );
    expect(code).toBe(1);
    expect(made.answered()[0].why).toBe(
      "mmrv-staging-infra of mmrv: HCP Terraform answers 403 next: may the team of the token read its state versions?",
    );
  });
});
