import { describe, expect, it } from "vitest";
import { answered, toKeepAll } from "../../../support/import/answers";
import { chartIssues } from "../../../support/import/chart-issues";
import { SERVICES } from "../../../support/import/services";

/** Texts for whatever an answer's form is. */
const SAMPLES = ["/", "/healthz", "/v2", "1", "60", "100", "0 3 * * 1-5", "America/Guatemala", '["$(X)"]'].concat(
  "arn:aws:s3:::example-uploads/*",
  "arn:aws:sqs:us-east-1:111122223333:jobs",
);

describe("a whole service is what the chart takes, whichever answer a question gets:", () => {
  it.each(SERVICES)("$name", ({ application, convert }) => {
    const wrong: string[] = [];
    for (const { id, options } of answered(convert, toKeepAll).decisions) {
      const answers = options.flatMap((option) =>
        "answer" in option ? [option.answer] : SAMPLES.filter((one) => option.fits.test(one)),
      );
      for (const answer of answers) {
        const { draft } = answered(convert, (decision) => (decision.id === id ? answer : toKeepAll(decision)));
        const issues = chartIssues(draft.values, application);
        if (issues.length > 0) wrong.push(`${id}: ${answer}: ${JSON.stringify(issues)}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});
