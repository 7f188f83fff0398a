import { expect, it } from "vitest";
import { didYouMean } from "../../model/did-you-mean";

const KNOWN = ["staging-infra", "staging-backend", "production-infra", "region"];

it.each([
  ["a letter left out", "stagin-infra", " (did you mean staging-infra?)"],
  ["two letters that changed places", "regoin", " (did you mean region?)"],
  ["another case, near or far", "STAGING-BACKEND", " (did you mean staging-backend?)"],
  ["the nearest of several", "staging-bakend", " (did you mean staging-backend?)"],
  ["nothing when nothing is near", "nowhere", ""],
  ["nothing when more than one letter in three is another", "regxyz", ""],
  ["nothing when more than three letters are others", "stagingXXXXinfra", ""],
  ["nothing for a word so short that any is near", "re", ""],
  ["nothing when it is the word itself", "region", ""],
])("guesses %s", (_, given, guess) => {
  expect(didYouMean(given, KNOWN)).toBe(guess);
});

it("guesses the nearest, wherever it stands", () => {
  expect(didYouMean("stagin", ["stagings", "staging", "stagingss"])).toBe(" (did you mean staging?)");
});

it("guesses nothing among nothing", () => {
  expect(didYouMean("staging", [])).toBe("");
});
