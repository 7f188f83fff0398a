import { describe, expect, it } from "vitest";
import { positionOf } from "../../../model/cutover/position";
import type { AdoptedName } from "../../../model/cutover/schema";
import type { Place } from "../../../model/cutover/transitions";
import { recordsByHand } from "../../../tools/cutover/by-hand";

const LABEL = "mmrv-stg-k3m7.eastus2.cloudapp.azure.com";
const PLAIN: AdoptedName = {
  host: "api.example.com",
  aws: [
    { type: "A", ttl: 3600, values: ["192.0.2.10", "192.0.2.11"] },
    { type: "AAAA", ttl: 30, values: ["2001:db8::10"] },
  ],
  azure: { A: ["203.0.113.7"], AAAA: ["2001:db8::7"] },
};
const CNAME: AdoptedName = {
  host: "www.example.com",
  aws: [{ type: "CNAME", ttl: 3600, values: ["d1.cloudfront.net"] }],
  azure: { A: ["203.0.113.7"] },
};
const linesOf = (name: AdoptedName, place: Place) =>
  recordsByHand(name, positionOf({ steps: [{ ...place, since: "2026-12-01T10:00:00Z" }] }), LABEL);

describe("the records to be set by hand", () => {
  it("are those that were found, while nothing has changed", () => {
    expect(linesOf(PLAIN, { stage: "adopt" })).toEqual([
      "api.example.com 3600 A 192.0.2.10, 192.0.2.11",
      "api.example.com 30 AAAA 2001:db8::10",
    ]);
  });

  it("have a TTL of 60 seconds at the most, once they are prepared", () => {
    expect(linesOf(PLAIN, { stage: "adopt", prepared: true })).toEqual([
      "api.example.com 60 A 192.0.2.10, 192.0.2.11",
      "api.example.com 30 AAAA 2001:db8::10",
    ]);
  });

  it("have both sides while users move, with one weight for all values of a set", () => {
    expect(linesOf(PLAIN, { stage: "ramp", percent: 25 })).toEqual([
      "api.example.com 60 A 192.0.2.10, 192.0.2.11  weight 191 of 255 (aws)",
      "api.example.com 30 AAAA 2001:db8::10  weight 191 of 255 (aws)",
      "api.example.com 60 A 203.0.113.7  weight 64 of 255 (azure)",
      "api.example.com 60 AAAA 2001:db8::7  weight 64 of 255 (azure)",
    ]);
    expect(linesOf(CNAME, { stage: "ready" })).toContain(
      "www.example.com 60 CNAME d1.cloudfront.net  weight 255 of 255 (aws)",
    );
  });

  it("have a CNAME on both sides, because no address may stand beside one", () => {
    expect(linesOf(CNAME, { stage: "drained" })).toEqual([
      "www.example.com 60 CNAME d1.cloudfront.net  weight 0 of 255 (aws)",
      `www.example.com 60 CNAME ${LABEL}  weight 255 of 255 (azure)`,
    ]);
    expect(linesOf(CNAME, { stage: "retired" })).toEqual([`www.example.com 60 CNAME ${LABEL}`]);
  });

  it("are Azure's alone at the end, without weights", () => {
    expect(linesOf(PLAIN, { stage: "retired" })).toEqual([
      "api.example.com 60 A 203.0.113.7",
      "api.example.com 60 AAAA 2001:db8::7",
    ]);
  });

  it("have no AAAA that leaves, from the moment on when it must be gone", () => {
    const leaving: AdoptedName = {
      ...PLAIN,
      aws: PLAIN.aws.map((one) => (one.type === "AAAA" ? { ...one, leaves: true } : one)),
      azure: { A: ["203.0.113.7"] },
    };
    const types = (place: Place) => linesOf(leaving, place).map((line) => line.split(" ")[2]);
    expect(types({ stage: "adopt" })).toEqual(["A", "AAAA"]);
    expect(types({ stage: "adopt", prepared: true })).toEqual(["A"]);
    expect(types({ stage: "full" })).toEqual(["A", "A"]);
  });
});
