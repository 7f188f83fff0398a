import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { shown } from "../../model/rules/issue";
import { UserError } from "../../model/user-error";
import { parseJson } from "../parse-json";
import { codeBlock, codeSpan } from "./markdown";

/** By this a comment finds the one before it: github-actions[bot] begins no other so. */
const MARK = "<!-- mmrv plan -->";

/** GitHub takes 65,536 characters, and a character is never less than a byte; headings take some. */
const MOST = 60_000;

/** What the code of the pull request says; so nothing in it is believed, a name that leads to another file least of all. */
const stacksSchema = z.array(z.object({ stack: z.string().regex(/^[a-z0-9][a-z0-9-]{0,79}$/), planned: z.string() }));

interface PlanComment {
  /** With NAME.txt, a plan's text, and NAME.outcome, a line about it, of each stack that was planned. */
  readonly plans: string;
  /** What `pipeline changed` says, as JSON. */
  readonly stacks: string;
  readonly commit: string;
  /** The address of the run. */
  readonly run: string;
}

/** Who plans the stacks that the pull request's own plan leaves out. */
const LATER: readonly (readonly [planned: string, sentence: string])[] = [
  ["afterMerge", "planned after the merge, by the identity that deploys (deploy.yml)"],
  ["onceAnswered", "not planned: its environment has open markers (npm start)"],
  [
    "removed",
    "no longer in the program; what it made stays in the cloud until somebody destroys it, from a commit that has it",
  ],
  ["byOwner", "planned and deployed by a person with Owner (docs/deploy.md)"],
];

/**
 * What a pull request changes, as a comment.
 * @throws UserError for a list of stacks that is none
 */
export function planComment({ commit, plans, run, stacks }: PlanComment): string {
  const { data, error } = stacksSchema.safeParse(parseJson(stacks));
  if (error) throw new UserError(`the stacks of the pull request are no list of names: ${shown(stacks)}`);
  const named = (wanted: string) => data.filter(({ planned }) => planned === wanted).map(({ stack }) => stack);
  const here = named("pullRequest");
  const share = Math.floor(MOST / Math.max(1, here.length));
  const heading =
    data.length === 0
      ? `No stack changes with ${codeSpan(commit)}.`
      : `What ${codeSpan(commit)} changes ([run](${run})):`;
  return [
    MARK,
    heading,
    ...here.flatMap((stack) => sectionOf(stack, plans, share)),
    ...LATER.flatMap(([planned, sentence]) => named(planned).flatMap((stack) => ["", `**${stack}**: ${sentence}`])),
    "",
  ].join("\n");
}

function sectionOf(stack: string, plans: string, share: number): string[] {
  const text = textOf(join(plans, `${stack}.txt`));
  const outcome = textOf(join(plans, `${stack}.outcome`)).trim();
  const title = `**${stack}**: ${outcome === "" ? "**not planned: its job failed**" : codeSpan(outcome.slice(0, 200))}`;
  if (text === "") return ["", title];
  const block = codeBlock(text, { most: share, rest: `the whole text is in the artifact of the run, as ${stack}.txt` });
  return ["", title, "", "<details><summary>plan</summary>", "", block, "", "</details>"];
}

const textOf = (file: string): string => (existsSync(file) ? readFileSync(file, "utf8") : "");
