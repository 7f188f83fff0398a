import { describe, expect, it } from "vitest";
import { ALL_GATES, type Gate } from "../../../model/cutover/gates";
import { UserError } from "../../../model/user-error";
import {
  type Answerer,
  evidenceFor,
  type GateState,
  type Measured,
  openGates,
  standingsOf,
} from "../../../tools/cutover/gate-answers";

/** A gate of the program, with what was measured of it. */
function state(name: string, measured?: Measured): GateState {
  const gate = ALL_GATES.find((one) => one.name === name) as Gate;
  return { gate, ...(measured && { measured }) };
}
const URIS = state("redirect-uris");
const MAIL = state("mail");
const GOOD = state("errors", { text: "Azure 0.01 %, AWS 0.02 %", isGood: true });
const BAD = state("latency", { text: "p95 on Azure 300 ms, on AWS 100 ms", isGood: false });
const UNKNOWN = state("requests-left", { text: "not measured: no login", isGood: undefined });

/** Nobody sits at a terminal. */
const by = (given: Readonly<Record<string, string>>, name?: string): Answerer => ({
  given: new Map(Object.entries(given)),
  ...(name !== undefined && { by: name }),
  date: "2026-12-01",
  canAsk: false,
});
const refusal = (states: readonly GateState[], answerer: Answerer): Promise<unknown> =>
  evidenceFor(states, answerer).catch((error: unknown) =>
    error instanceof UserError ? error.message.split("\n") : error,
  );

describe("evidence", () => {
  it("is by the command for what it measured and found good, and by a person for all else", async () => {
    const given = {
      "redirect-uris": "yes, since 24 Nov",
      latency: "a cold cache",
      "requests-left": "seen in its console",
    };
    const at = { date: "2026-12-01" };
    expect(await evidenceFor([GOOD, URIS, BAD, UNKNOWN], by(given, "Ana"))).toEqual([
      { ...at, gate: "errors", answer: "Azure 0.01 %, AWS 0.02 %", by: "mmrv" },
      { ...at, gate: "redirect-uris", answer: "yes, since 24 Nov", by: "Ana" },
      { ...at, gate: "latency", answer: "p95 on Azure 300 ms, on AWS 100 ms; a cold cache", by: "Ana" },
      { ...at, gate: "requests-left", answer: "not measured: no login; seen in its console", by: "Ana" },
    ]);
  });

  it("needs nobody where everything was measured and is good", async () => {
    expect(await evidenceFor([GOOD], by({}))).toEqual([
      { gate: "errors", answer: "Azure 0.01 %, AWS 0.02 %", by: "mmrv", date: "2026-12-01" },
    ]);
    expect(await evidenceFor([], by({}))).toEqual([]);
  });

  it("keeps what was measured and is good, whatever was answered beforehand", async () => {
    expect(await evidenceFor([GOOD], by({ errors: "never mind" }, "Ana"))).toMatchObject([
      { answer: "Azure 0.01 %, AWS 0.02 %", by: "mmrv" },
    ]);
  });

  it("has an answer as the file's rules judge it, and a name, both without blanks around them", async () => {
    expect(await evidenceFor([URIS], by({ "redirect-uris": " Yes " }, " Ana "))).toMatchObject([
      { answer: "yes", by: "Ana" },
    ]);
  });
});

describe("where nobody can be asked", () => {
  it("every open gate is named at once, with the line that answers them", async () => {
    expect(await refusal([URIS, GOOD, BAD, UNKNOWN, MAIL], by({ mail: "yes" }, "Ana"))).toEqual([
      "3 gates are open, nothing was touched:",
      "  redirect-uris: Does the identity provider accept every name of it with Azure behind (redirect URIs, allowed origins, logout URLs)?",
      "  latency: p95, beside AWS's: p95 on Azure 300 ms, on AWS 100 ms; not good enough; why may it go on?",
      "  requests-left: requests at the load balancer and at CloudFront: not measured: no login; why may it go on?",
      "  next: --by NAME --answer redirect-uris=yes --answer latency=WHY --answer requests-left=WHY",
    ]);
    expect(await refusal([MAIL], by({}))).toEqual([
      "1 gate is open, nothing was touched:",
      expect.stringMatching(/^ {2}mail: Does nothing that it sends by mail/),
      "  next: --by NAME --answer mail=yes",
    ]);
  });

  it("a gate that no command measured is open, and takes a reason", async () => {
    expect((await refusal([state("errors")], by({}))) as string[]).toContain("  next: --by NAME --answer errors=WHY");
  });

  it("a blank is no answer", async () => {
    expect((await refusal([URIS, BAD], by({ "redirect-uris": "  ", latency: " " }, "Ana"))) as string[]).toContain(
      "2 gates are open, nothing was touched:",
    );
  });

  it("every no keeps the step waiting, and is not taken for a question that was left out", async () => {
    expect(await refusal([URIS, MAIL, BAD], by({ "redirect-uris": "no", mail: "yesterday\nperhaps" }, "Ana"))).toEqual([
      "redirect-uris: the answer is no, so the step waits; nothing was touched",
      "mail: the answer is yesterday\\nperhaps, so the step waits; nothing was touched",
    ]);
  });

  it("somebody must answer for it, who is no command", async () => {
    const nobody = ["somebody must answer for it: --by NAME; nothing was touched"];
    expect(await refusal([MAIL], by({ mail: "yes" }))).toEqual(nobody);
    expect(await refusal([MAIL], by({ mail: "yes" }, " "))).toEqual(nobody);
    expect(await refusal([MAIL], by({ mail: "yes" }, "mmrv"))).toEqual([
      "--by mmrv: must be a person, because that is what a command has measured; nothing was touched",
    ]);
  });

  it("an answer to a gate that the step does not have is refused before all else", async () => {
    expect(await refusal([URIS, MAIL], by({ "redirect-urls": "yes", mial: "no" }))).toEqual([
      "--answer redirect-urls, mial: this step has no such gate; it has redirect-uris, mail; nothing was touched",
    ]);
    expect(await refusal([], by({ mail: "yes" }))).toEqual([
      "--answer mail: this step has no such gate; it has none; nothing was touched",
    ]);
  });
});

it("open are the gates that are neither good nor answered", () => {
  const states = [GOOD, BAD, UNKNOWN, URIS, MAIL];
  const openWith = (given: Readonly<Record<string, string>>) =>
    openGates(states, new Map(Object.entries(given))).map(({ gate }) => gate.name);
  expect(openWith({})).toEqual(["latency", "requests-left", "redirect-uris", "mail"]);
  expect(openWith({ latency: "why", "redirect-uris": "no", mail: "YES" })).toEqual(["requests-left", "redirect-uris"]);
});

describe("how gates stand", () => {
  const lines = (...args: Parameters<typeof standingsOf>) =>
    standingsOf(...args).map(({ gate, isGood, isOpen, text }) => [
      gate,
      isOpen ? "open" : isGood ? "good" : "answered",
      text,
    ]);

  it("is good, answered or open, with what was measured or is asked", () => {
    expect(standingsOf([GOOD], new Map())).toEqual([
      {
        gate: "errors",
        about: "the share of 5xx, beside AWS's",
        text: "Azure 0.01 %, AWS 0.02 %",
        isGood: true,
        isOpen: false,
      },
    ]);
    expect(lines([BAD, UNKNOWN, state("schema")], new Map([["latency", "a cold cache"]]))).toEqual([
      ["latency", "answered", "p95 on Azure 300 ms, on AWS 100 ms"],
      ["requests-left", "open", "not measured: no login"],
      ["schema", "open", "Do both versions work with one schema (only additions until drained)?"],
    ]);
  });

  it("is never open once a step was taken, and tells what was answered", async () => {
    const states = [GOOD, BAD, MAIL];
    const given = { latency: "a cold cache", mail: "yes" };
    const evidence = await evidenceFor(states, by(given, "Ana"));
    expect(lines(states, new Map(), evidence)).toEqual([
      ["errors", "good", "Azure 0.01 %, AWS 0.02 %"],
      ["latency", "answered", "p95 on Azure 300 ms, on AWS 100 ms; a cold cache"],
      ["mail", "answered", "yes"],
    ]);
  });
});
