import { describe, expect, it } from "vitest";
import { foundBeside, recordSet, textSet } from "../../support/found-in-zone";

describe("r11: SPF", () => {
  const spf = (name: string, words: string) =>
    foundBeside(textSet(name, words)).map(({ rule, weight }) => [rule, weight]);

  it.each([
    ["api.example.com", "v=spf1 a -all"],
    ["api.example.com", "v=spf1 ?a/24 -all"],
    ["api.example.com", "V=SPF1 mx A"],
    ["example.com", "v=spf1 a:api.example.com -all"],
    ["example.com", "v=spf1 +a:API.example.com./28//64 -all"],
    ["_spf.example.com", "v=spf1 a:api.example.com ~all"],
  ])("asks when %s says %s", (name, words) => {
    expect(spf(name, words)).toEqual([["r11", "ask"]]);
  });

  it.each([
    ["api.example.com", "v=spf1 mx include:a.example.net -all"],
    ["example.com", "v=spf1 a -all"],
    ["example.com", "v=spf1 a:api.example.community a:my-api.example.com -all"],
    ["example.com", "v=spf10 a:api.example.com"],
    ["api.example.com", "not v=spf1 a"],
  ])("says nothing when %s says %s", (name, words) => {
    expect(spf(name, words)).toEqual([]);
  });

  it("reads a text that Route 53 has in parts", () => {
    expect(foundBeside(recordSet("example.com", "TXT", '"v=spf1 a:api.exam" "ple.com -all"'))).toEqual([
      {
        rule: "r11",
        weight: "ask",
        text: "SPF of example.com (v=spf1 a:api.example.com -all) authorises whatever api.example.com leads to: with the weights the authorised sender changes",
      },
    ]);
  });
});
