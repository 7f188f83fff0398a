import type { Ledger } from "../ledger";
import type { Assignment, SpecPart } from "./build-spec";
import { kindOfMade } from "./classify";
import { type Known, OF_BUILDS } from "./known-variables";
import { askAboutBuildVariable } from "./variable-questions";

/** What becomes of the variables that a build sets and writes into no .env file. */
export interface Assigned {
  /** Names of those that the image's build needs as secrets. */
  readonly secrets: readonly string[];
  /** Those that are variables of the application as well, or build arguments. */
  readonly kept: readonly Assignment[];
}

/** @param written names of what the build writes into .env files */
export function sortAssignments(
  { assigned, assignments }: SpecPart,
  written: ReadonlySet<string>,
  { variables }: Known,
  ledger: Ledger,
): Assigned {
  const secrets = new Set<string>();
  const kept: Assignment[] = [];
  for (const one of assignments) {
    const { command, isExported, isUsed, name } = one;
    const meaning = assigned.get(name) ?? {};
    const kind = kindOfMade({ ...meaning, name });
    const isSecret = kind === "secret" || kind === "refused";
    if (isSecret && meaning.value && meaning.uses === undefined)
      ledger.note(
        `${name}: its value stands in ${command.at.source.name}, for everybody who reads that: give it a new one`,
      );
    if (written.has(name)) command.mapped.add(`${name}, where it is used`);
    else if (OF_BUILDS.test(name)) command.dropped.add("for the machine that built; the image's build has its own");
    else if (isUsed) command.mapped.add(`${name}, where it is used`);
    else if (!isExported && !variables.has(name))
      command.dropped.add(`nothing uses ${name}: no command names it, and it is not exported`);
    else if (kind === "secret") {
      secrets.add(name);
      command.mapped.add(`a secret of the image's build: ${name}`);
    } else if (kind === "public" || kind === "refused") kept.push(one);
    else if (askAboutBuildVariable(name, command.at, ledger) === "run-time") kept.push(one);
  }
  return { secrets: [...secrets], kept };
}
