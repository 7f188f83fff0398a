import { printable } from "../model/printable";

/** What bash, zsh and dash take as it is. Not `=` at its beginning, by which zsh looks for a program. */
const PLAIN = /^(?!=)[\w@%+=:,./-]+$/;

/**
 * A value as one word of a command that somebody pastes into a shell: nothing in it is run, and nothing in it acts on
 * their terminal, which between quotes would still take an escape or a line break for what was typed.
 */
export const quoted = (value: string): string =>
  PLAIN.test(value) ? value : `'${printable(value).replaceAll("'", "'\\''")}'`;

/** A command of these words. */
export const commandLine = (...words: readonly string[]): string => words.map(quoted).join(" ");
