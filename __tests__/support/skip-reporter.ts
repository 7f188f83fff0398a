import type { SerializedError } from "vitest";
import type { Reporter, TestCase, TestModule, TestSpecification, TestSuite } from "vitest/node";
import { ALLOWED_SKIPS } from "./allowed-skips";
import type {} from "./requires";

/**
 * Ends a run with one line that counts what passed, failed and was skipped, and for what reason. A test that is skipped
 * for a reason which is not on the list, or for none, fails the run.
 */
export default class SkipReporter implements Reporter {
  private isChosen = false;

  onTestRunStart(specifications: readonly TestSpecification[]): void {
    this.isChosen = specifications.some(
      ({ project, testLines, testIds, testNamePattern }) =>
        (testLines ?? testIds ?? testNamePattern ?? project.config.testNamePattern) !== undefined,
    );
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const { lines, isAllowed } = judgeRun(modules, unhandledErrors.length, this.isChosen);
    for (const line of lines) console.log(line);
    if (!isAllowed) process.exitCode = 1;
  }
}

/**
 * @param unhandled how many errors belong to no test
 * @param isChosen whether somebody named the tests to run, and so left out others without a reason
 * @returns what is to be said, the counts last, and whether every skip is on the list
 */
export function judgeRun(modules: readonly TestModule[], unhandled: number, isChosen: boolean) {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const inState = (state: string) => tests.filter((test) => test.result().state === state);
  const byReason = new Map<string, TestCase[]>();
  let unrun = 0;
  for (const test of inState("skipped")) {
    const reason = test.meta().missing?.reason ?? noteOf(test) ?? "";
    // Its complaint is elsewhere: what should have been set up for it has failed.
    if (reason === "" && hasFailed(test.parent)) unrun += 1;
    else if (reason !== "" || !isChosen) byReason.set(reason, [...(byReason.get(reason) ?? []), test]);
  }
  const forbidden = [...byReason].filter(([reason]) => !Object.hasOwn(ALLOWED_SKIPS, reason));
  // A file that could not be read has no tests to count.
  const broken = modules.filter((module) => module.errors().length > 0 && module.children.size === 0);
  const passed = inState("passed").length;
  const failed = inState("failed").length + unrun + broken.length + unhandled;
  const skipped = [...byReason.values()].flat().length;
  const reasons = [...byReason].map(([reason, those]) => `${reason || "no reason"}: ${those.length}`).join(", ");
  const counts = `${passed} passed, ${failed} failed, ${skipped} skipped${reasons && ` (${reasons})`}`;
  return { lines: [...forbidden.map(complaint), counts], isAllowed: forbidden.length === 0 };
}

/** What a test said itself when it skipped itself. */
function noteOf(test: TestCase): string | undefined {
  const result = test.result();
  return result.state === "skipped" ? result.note : undefined;
}

function hasFailed(parent: TestSuite | TestModule): boolean {
  return parent.errors().length > 0 || (parent.type === "suite" && hasFailed(parent.parent));
}

function complaint([reason, skipped]: readonly [string, readonly TestCase[]]): string {
  const [first] = skipped;
  const what = `${skipped.length} ${skipped.length === 1 ? "test was" : "tests were"} skipped`;
  return reason === ""
    ? `${what} without a reason, such as ${first?.module.relativeModuleId} > ${first?.fullName}; say what they need (__tests__/support/requires.ts)`
    : `${what}: ${first?.meta().missing?.why ?? reason}; mend that, or put the reason on the list (__tests__/support/allowed-skips.ts)`;
}
