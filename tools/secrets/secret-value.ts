import { inspect } from "node:util";

/** What takes the place of a value wherever somebody tries to print it. */
const HIDDEN = "(secret)";

/** A secret's value, which nobody can print by accident: not by a template, not as JSON, not in a debugger's dump. */
export class SecretValue {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** Its size in UTF-8, which is what Key Vault counts. */
  get bytes(): number {
    return Buffer.byteLength(this.#text);
  }

  equals(other: SecretValue): boolean {
    return this.#text === other.#text;
  }

  /** The text itself, for the SDK that sends it, and for a parser that takes a part of it. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [inspect.custom](): string {
    return HIDDEN;
  }
}
