import type { At } from "../at";
import type { Ledger } from "../ledger";
import { ACCEPTED } from "../question";
import type { Fetched } from "./secret-source";

/** What only a person can say of variables. Each is asked about by its name; no value is in any question. */

/** Of what a build writes into .env files. @returns the names that somebody gave */
export function askForNames(places: readonly At[], ledger: Ledger): string[] {
  const answer = ledger.ask(places, {
    id: "baked-names",
    risk: "does not start",
    asks: "The build writes variables into a .env file, and the files given do not say all of their names: grep finds parts of names, and of values, in all that the console has (aws amplify get-app). Which are they?",
    options: [
      { answer: "none", means: "no others than those that the report names" },
      {
        form: "their names, with commas between",
        fits: /^[A-Za-z_]\w*(\s*,\s*[A-Za-z_]\w*)*$/,
        means: "each becomes a variable or a secret by its name",
      },
    ],
    without: "those that nobody names are absent from the pods",
  });
  return answer === undefined || answer === "none" ? [] : answer.split(",").map((name) => name.trim());
}

/** Of a NEXT_PUBLIC_ variable that looks like a secret: it is in no build until somebody says that it is none. */
export function askIfPublic(name: string, places: readonly At[], ledger: Ledger): boolean {
  const answer = ledger.ask(places, {
    id: `build-argument:${name}`,
    risk: "wrong secret",
    asks: `${name} looks like a secret, and NEXT_PUBLIC_ writes it into files that every browser gets. Which is it?`,
    options: [
      { answer: "public", means: "it is meant for browsers; it becomes a build argument" },
      {
        answer: "secret",
        means: "it never goes into a build: rename it, read it on the server, and replace the value",
      },
    ],
    without: "no build argument is made of it, and the code finds nothing under this name",
  });
  return answer === "public";
}

/** Of a variable of which nothing tells what it is. @returns whether everybody may read it */
export function askIfPlain(name: string, places: readonly At[], ledger: Ledger): boolean {
  const answer = ledger.ask(places, {
    id: `env:${name}`,
    risk: "wrong secret",
    asks: `Is ${name} a secret? Neither its name nor its value tells.`,
    options: [
      { answer: "secret", means: "it goes to the vault, and the pods get it from there" },
      { answer: "plain", means: "everybody may read it: it goes to env in helm-values" },
    ],
    without: "it is taken as a secret",
  });
  return answer === "plain";
}

/** Of what the build's programs had in their environment. @returns the answer */
export function askAboutBuildVariable(name: string, place: At, ledger: Ledger): string | undefined {
  return ledger.ask(place, {
    id: `build:${name}`,
    risk: "does not start",
    asks: `Amplify's build ran with ${name} in its environment, and no command names it. What needs it?`,
    options: [
      { answer: "in-image", means: "the build: the Dockerfile sets it in front of the build (ENV)" },
      { answer: "run-time", means: "the server: it becomes a variable or a secret of the application" },
      { answer: "not-needed", means: "nothing" },
    ],
    without: "nothing sets it",
  });
}

/** Of a secret that the build may have got wrong. @returns "copy", "accepted", or a name in AWS */
export function askAboutSource(
  name: string,
  fetched: Fetched,
  places: readonly At[],
  ledger: Ledger,
): string | undefined {
  const why = [
    ...fetched.doubts,
    ...(fetched.name === undefined ? ["its name in AWS hangs on what no file says"] : []),
  ];
  return ledger.ask(places, {
    id: `secret:${name}`,
    risk: "wrong secret",
    asks: `Is the running value of ${name} what you think? The build fetches it from AWS, and ${why.join("; ")}.`,
    options: [
      ...(fetched.name === undefined
        ? []
        : [{ answer: "copy", means: "the plain value is meant; it is copied to the vault" }]),
      { form: "its full name in AWS", fits: /^[\w/+=.@-]*\/[\w/+=.@-]+$/, means: "what stands there is copied" },
      ACCEPTED,
    ],
    without: "nothing fills it in the vault",
  });
}
