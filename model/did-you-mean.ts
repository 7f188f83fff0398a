import { distance } from "fastest-levenshtein";

/** One letter in three, and never more than three: further away it is another word, and a guess would lead astray. */
const MOST_EDITS = 3;
const LETTERS_PER_EDIT = 3;

/** The known word that a user most likely meant, upper and lower case being alike; undefined when none is near. */
export function closestTo(given: string, known: readonly string[]): string | undefined {
  const ranked = known
    .filter((word) => word !== given)
    .map((word) => ({ word, edits: distance(given.toLowerCase(), word.toLowerCase()) }))
    .filter(({ word, edits }) => edits <= Math.min(MOST_EDITS, Math.max(given.length, word.length) / LETTERS_PER_EDIT))
    .sort((one, other) => one.edits - other.edits);
  return ranked[0]?.word;
}

/** What is added to a sentence about a word that nobody knows: " (did you mean X?)", or nothing. */
export function didYouMean(given: string, known: readonly string[]): string {
  const word = closestTo(given, known);
  return word === undefined ? "" : ` (did you mean ${word}?)`;
}
