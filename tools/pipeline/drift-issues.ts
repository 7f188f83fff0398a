import type { Drifted, Evaluation } from "../deploy/evaluation";
import { gh } from "../github/call-gh";
import { parseJson } from "../parse-json";
import { codeBlock, codeSpan } from "./markdown";

/** In bytes. GitHub's limit is 65,536 characters; what stands around the plan takes some. */
const LONGEST_PLAN = 64_000;

interface Issue {
  readonly number: number;
  readonly title: string;
  readonly body: string | null;
}

/** The issues about drift of one repository: at most one open for each stack. */
export class DriftIssues {
  private constructor(
    private readonly repository: string,
    private readonly open: readonly Issue[],
    private readonly dryRun: boolean,
  ) {}

  /**
   * By the list and not by a search or a label: a search answers minutes late, a label can be taken off, and either
   * would make a second issue.
   * @param dryRun only says what would become of them
   * @throws UserError without the GitHub CLI, or when GitHub refuses
   */
  static async read(repository: string, dryRun = false): Promise<DriftIssues> {
    const wanted = '.[] | select(.pull_request == null and (.title | startswith("drift: "))) | {number, title, body}';
    const lines = await gh(["api", `repos/${repository}/issues?state=open&per_page=100`, "--paginate", "--jq", wanted]);
    const issues = lines.split("\n").flatMap((line) => (line.trim() === "" ? [] : [JSON.parse(line) as Issue]));
    return new DriftIssues(
      repository,
      issues.sort((one, other) => one.number - other.number),
      dryRun,
    );
  }

  /**
   * Opens an issue about a stack that has drifted, tells of a change, closes it when the stack is clean or gone; what could not
   * be judged leaves it as it is.
   * @returns what was done, for a person
   * @throws UserError when GitHub refuses
   */
  async report(stack: string, evaluation: Evaluation): Promise<string | undefined> {
    const existing = this.open.filter(({ title }) => title === titleOf(stack));
    const closing = CLOSING[evaluation.is];
    if (closing !== undefined) {
      for (const { number } of existing) await this.close(number, closing);
      const numbers = existing.map(({ number }) => `#${number}`).join(", ");
      return existing.length > 0 ? this.did(`closed ${numbers}`, `close ${numbers}`) : undefined;
    }
    if (evaluation.is !== "drifted") return undefined;
    const body = bodyOf(stack, evaluation);
    const [issue] = existing;
    if (!issue) {
      const opened = await this.send("POST", "", { title: titleOf(stack), body, labels: ["drift"] });
      const { number } = (parseJson(opened) ?? {}) as Partial<Issue>;
      return this.did(`opened #${number}`, "open an issue");
    }
    if (issue.body?.includes(markOf(evaluation))) return `nothing new in #${issue.number}`;
    await this.send("PATCH", `/${issue.number}`, { body });
    await this.send("POST", `/${issue.number}/comments`, {
      body: `It has changed: ${codeSpan(evaluation.summary)}. What stands above is new.`,
    });
    return this.did(`updated #${issue.number}`, `update #${issue.number}`);
  }

  private did(done: string, wouldDo: string): string {
    return this.dryRun ? `would ${wouldDo}` : done;
  }

  private async close(number: number, why: string): Promise<void> {
    await this.send("POST", `/${number}/comments`, { body: why });
    await this.send("PATCH", `/${number}`, { state: "closed", state_reason: "completed" });
  }

  private async send(method: "PATCH" | "POST", path: string, body: object): Promise<string> {
    if (this.dryRun) return "";
    return gh(["api", `repos/${this.repository}/issues${path}`, "--method", method], body);
  }
}

/** Why there is nothing left to do about an issue. */
const CLOSING: Partial<Record<Evaluation["is"], string>> = {
  clean: "There is no difference any more.",
  "not deployed yet": "Nothing of it is deployed any more.",
};

const titleOf = (stack: string) => `drift: ${stack}`;

/** Unseen by people; says which plan the issue is about. */
const markOf = ({ shown }: Drifted) => `<!-- plan sha256:${shown.sha256} -->`;

/** What to do about it, by who says so. */
const REMEDIES: Readonly<Record<Drifted["by"], (stack: string) => string>> = {
  plan: (stack) =>
    `Somebody changed it by hand, or what was merged has not been deployed. Deploy \`${stack}\` to put it back, or write the change into the program; this issue closes itself when a plan finds no difference.`,
  flux: () =>
    "Flux could not do what it was given, was told to stop, is silent or is gone: docs/runbooks/flux-release.md, flux-source.md and flux-suspended.md say what each condition means. This issue closes itself when Flux says that it is done.",
  both: (stack) => `${REMEDIES.plan(stack)}\n\n${REMEDIES.flux(stack)}`,
};

function bodyOf(stack: string, drifted: Drifted): string {
  const { text } = drifted.shown;
  const more = drifted.by === "flux" ? "az k8s-configuration flux show" : `npx mmrv plan ${stack} --read-only`;
  return [
    `What runs is not what \`main\` says: ${codeSpan(drifted.summary)}.`,
    "",
    REMEDIES[drifted.by](stack),
    "",
    codeBlock(text, { most: LONGEST_PLAN, rest: `\`${more}\` shows the rest` }),
    markOf(drifted),
  ].join("\n");
}
