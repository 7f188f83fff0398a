import { describe, expect, it } from "vitest";
import { twinVerdicts } from "../../../../tools/cutover/measure/twin-verdicts";
import type { Twins } from "../../../../tools/cutover/measure/twins";

const SCRIPT = { status: 200, contentType: "application/javascript", sha256: "5c7e" };
const PICTURE = { status: 200, contentType: "image/webp", sha256: "a1" };
const GOOD: Twins = {
  deploymentIds: { aws: ["0123abc"], azure: ["0123abc"] },
  buildIds: { aws: ["0123abc"], azure: ["0123abc"] },
  files: [{ path: "/_next/static/a.js", aws: SCRIPT, azure: SCRIPT }],
  image: { path: "/_next/image?url=a", aws: PICTURE, azure: { ...PICTURE, sha256: "b2" } },
  actions: { aws: ["40ab"], azure: ["40ab"] },
};
/** What is said of one comparison of two sides that are otherwise alike. */
const verdict = (what: string, twins: Partial<Twins>) => {
  const { what: _, ...said } = twinVerdicts({ ...GOOD, ...twins }).find((one) => one.what === what) ?? { what };
  return said;
};

describe("the verdict on two frontends", () => {
  it("is good of one build on both, whose encoders may write an image each in its own way", () => {
    expect(twinVerdicts(GOOD)).toEqual([
      { what: "one deployment id", passes: true, why: "both have 0123abc" },
      { what: "one build id", passes: true, why: "both have 0123abc" },
      { what: "each serves the other's files", passes: true, why: "1 files are the same on both" },
      { what: "both optimize images", passes: true, why: "/_next/image?url=a is image/webp on both" },
      {
        what: "one Server Actions key",
        passes: true,
        why: "1 ids are the same on both; whether a server is told another key at run time is not seen from outside",
      },
    ]);
  });

  it.each([
    [["0123abc"], ["9999fff"], "AWS has 0123abc, Azure 9999fff"],
    [["0123abc"], [], "AWS has 0123abc, Azure none"],
    [["0123abc", "9999fff"], ["0123abc", "9999fff"], "AWS has 0123abc and 9999fff, Azure 0123abc and 9999fff"],
  ])("is bad of deployment ids %j and %j", (aws, azure, why) => {
    expect(verdict("one deployment id", { deploymentIds: { aws, azure } })).toEqual({ passes: false, why });
  });

  it("is none where nobody sets a deployment id", () => {
    expect(verdict("one deployment id", { deploymentIds: { aws: [], azure: [] } })).toEqual({
      notMeasured: "neither side names a deployment id; set deploymentId of next.config to the commit",
    });
  });

  it.each([
    [{ status: 404 }, "1 of 1 differ, such as /a.js: AWS 200 application/javascript, Azure 404"],
    [
      { ...SCRIPT, sha256: "other" },
      "1 of 1 differ, such as /a.js: 200 application/javascript on both, with other bytes",
    ],
    [{ status: "ECONNRESET" }, "1 of 1 differ, such as /a.js: AWS 200 application/javascript, Azure ECONNRESET"],
  ])("is bad of a file that the other side answers with %j", (azure, why) => {
    expect(verdict("each serves the other's files", { files: [{ path: "/a.js", aws: SCRIPT, azure }] })).toEqual({
      passes: false,
      why,
    });
  });

  it("is bad of an image that one side does not optimize", () => {
    const azure = { status: 500, contentType: "text/plain" };
    expect(verdict("both optimize images", { image: { path: "/i", aws: PICTURE, azure } })).toEqual({
      passes: false,
      why: "/i: AWS 200 image/webp, Azure 500 text/plain",
    });
  });

  it("is bad of actions that one side alone knows", () => {
    expect(verdict("one Server Actions key", { actions: { aws: ["40ab", "00"], azure: ["40ab", "60cd"] } })).toEqual({
      passes: false,
      why: "2 of 3 ids are on one side alone, such as 00; build both with one NEXT_SERVER_ACTIONS_ENCRYPTION_KEY, one commit and one version of Next.js",
    });
  });

  it("is what was not measured, of every comparison that was not", () => {
    const unknown = { notMeasured: "azure gave no page" };
    const pair = { aws: ["0123abc"], azure: unknown };
    const twins = { deploymentIds: pair, buildIds: pair, files: unknown, image: unknown, actions: pair };
    const whats = twinVerdicts(GOOD).map(({ what }) => what);
    expect(twinVerdicts(twins)).toEqual(whats.map((what) => ({ what, ...unknown })));
  });
});
