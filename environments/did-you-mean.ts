import { distance } from "fastest-levenshtein";

/** Further away it is another word, and a guess would lead astray: commander guesses by the same bounds. */
const MOST_EDITS = 3;
const LEAST_ALIKE = 0.4;

/** The known word that a user most likely meant, upper and lower case being alike; undefined when none is near. */
export function closestTo(given: string, known: readonly string[]): string | undefined {
  const ranked = known
    .filter((word) => word !== given)
    .map((word) => ({ word, edits: distance(given.toLowerCase(), word.toLowerCase()) }))
    .filter(({ word, edits }) => {
      const length = Math.max(given.length, word.length);
      return edits <= MOST_EDITS && (length - edits) / length > LEAST_ALIKE;
    })
    .sort((one, other) => one.edits - other.edits);
  return ranked[0]?.word;
}

/** What is added to a sentence about a word that nobody knows: " (did you mean X?)", or nothing. */
export function didYouMean(given: string, known: readonly string[]): string {
  const word = closestTo(given, known);
  return word === undefined ? "" : ` (did you mean ${word}?)`;
}
