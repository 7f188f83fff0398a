import { describe, expect, it } from "vitest";
import type { RecordSet } from "../../../model/cutover/record-set";
import type { Finding } from "../../../tools/cutover/finding";
import { foundBeside, recordSet, textSet } from "../../support/found-in-zone";

describe("r8: external-dns", () => {
  const HERITAGE = "heritage=external-dns,external-dns/owner=default,external-dns/resource=ingress/web/api";
  const owner = (name: string): Finding => ({
    rule: "r8",
    weight: "stop",
    text: `api.example.com belongs to external-dns (${name} TXT), which would undo the weights: take the name from it first, and delete that TXT`,
  });

  it.each([
    "api.example.com",
    "a-api.example.com",
    "cname-api.example.com",
    "edns-a-api.example.com",
    "x.api.example.com",
  ])("owns the name by the TXT of %s", (name) => {
    expect(foundBeside(textSet(name, HERITAGE))).toEqual([owner(name)]);
  });

  it.each<readonly [string, readonly RecordSet[]]>([
    ["a name that ends in the same letters", [textSet("xapi.example.com", HERITAGE)]],
    ["another name", [textSet("a-www.example.com", HERITAGE)]],
    [
      "a longer name that the zone has",
      [textSet("a-blue-api.example.com", HERITAGE), recordSet("blue-api.example.com", "A", "192.0.2.1")],
    ],
    [
      "a name below that the zone has",
      [textSet("v1.api.example.com", HERITAGE), recordSet("v1.api.example.com", "A", "192.0.2.1")],
    ],
    ["nobody", [textSet("api.example.com", "heritage=somebody")]],
  ])("does not own the name by a TXT of %s", (_, records) => {
    expect(foundBeside(...records)).toEqual([]);
  });
});
