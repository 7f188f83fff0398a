import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Testing } from "cdktf";
import { afterAll, describe, expect, it } from "vitest";
import { CutoverStack } from "../../../stacks/cutover-stack";
import { lostIn, toHcl } from "../../../tools/hcl/hcl";
import { MOVED, movedBy, PLACES } from "../../support/cutover-names";

const outdir = mkdtempSync(join(tmpdir(), "mmrv-hcl-cutover-"));
afterAll(() => rmSync(outdir, { recursive: true }));

/** The cutover stack at a place, as HCL, and what of its JSON that does not say. */
async function hclAt(place: string): Promise<{ readonly hcl: string; readonly lost: readonly string[] }> {
  const cutover = movedBy(PLACES[place] ?? []).of(MOVED);
  const stack = new CutoverStack(new App({ outdir }), "staging-cutover", MOVED, cutover);
  const json = JSON.parse(Testing.synth(stack));
  const hcl = toHcl(stack, json);
  return { hcl, lost: await lostIn(hcl, json) };
}

describe("the HCL of the cutover stack", () => {
  it.each(Object.keys(PLACES))(
    "says at %s everything that the JSON says, weights, import and removed blocks too",
    async (place) => {
      expect((await hclAt(place)).lost).toEqual([]);
    },
  );

  it("imports each record that was found, by a reference and by the id in its zone", async () => {
    const { hcl } = await hclAt("adopt");
    expect(hcl.match(/^import \{\n[^}]*\n\}/gm)).toHaveLength(5);
    expect(hcl).toContain(
      'import {\nto = aws_route53_record.www_example_com-A-aws\nid = "Z0123456789ABC_www.example.com_CNAME"\n}',
    );
  });

  it("says of records that are given up that they stay", async () => {
    const { hcl } = await hclAt("given-up");
    expect(hcl).toContain(
      "removed {\nfrom = aws_route53_record.www_example_com-A-azure\nlifecycle {\ndestroy = false\n}\n}",
    );
  });
});
