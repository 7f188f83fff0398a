import { describe, expect, it } from "vitest";
import { describeIssue, issue } from "../../model/rules/issue";
import { secretIn } from "../../model/secret-shapes";
import { NO_SECRETS, SECRET_LOOKS } from "../support/fixtures/secret-looks";

describe("a text", () => {
  it.each(SECRET_LOOKS)("looks like %s: %j", (kind, value) => {
    expect(secretIn(value)).toBe(kind);
  });

  it.each(NO_SECRETS)("looks like no secret: %j", (value) => {
    expect(secretIn(value)).toBeUndefined();
  });

  it.each(['{"password":""}', '{"passwordPolicy":"strict"}'])("in JSON that has no password is none: %s", (value) => {
    expect(secretIn(value)).toBeUndefined();
  });

  it("is looked through in no time, however long it is", () => {
    const before = performance.now();
    expect(secretIn("a".repeat(60_000))).toBeUndefined();
    expect(performance.now() - before).toBeLessThan(500);
  });
});

describe("a sentence", () => {
  it.each(SECRET_LOOKS)("never shows %s, alone or inside something: %j", (_, value) => {
    expect(describeIssue("", issue("a", value, "must be b"))).toBe('a: got "…", must be b');
    expect(describeIssue("", issue("a", { c: [value] }, "must be b"))).toBe('a: got "…", must be b');
    // Also where it would be cut off in any case.
    expect(describeIssue("", issue("a", "x".repeat(300) + value, "must be b"))).not.toContain(value.slice(0, 8));
  });

  it.each(NO_SECRETS)("shows what is none: %j", (value) => {
    expect(describeIssue("", issue("a", value, "must be b"))).toContain(value);
  });
});
