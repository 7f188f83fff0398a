import { complain } from "../../output";
import { At } from "../at";
import type { Ledger } from "../ledger";
import type { Gap } from "./calls";

/** What AWS did not say is not known, and nobody shall think that it is nothing. */
export function askAboutGaps(gaps: readonly Gap[], ledger: Ledger): void {
  for (const { call, permission, why } of gaps)
    ledger.ask(At.root({ name: "AWS", shape: "gap" }, undefined).at(call), {
      id: `gap:${call.replaceAll(" ", "-")}`,
      risk: "done twice or never",
      asks: `AWS did not answer ${call} (${why}): what would it have said?`,
      options: [{ answer: "accepted", means: "it is known what is there, and that nothing of it is missing here" }],
      without: `what only ${call} tells is missing; with ${permission} the import asks again`,
    });
}

/** The same as they come, for whoever waits. */
export function complainAbout(gaps: readonly Gap[]): void {
  for (const { call, permission, why } of gaps)
    complain(`aws ${call} was not answered (${why}): it needs ${permission}`);
}
