import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { approvals, bootstrap, ENVIRONMENTS, HELM_VALUES } from "../../environments/all";
import { approvalSchema } from "../../model/approval";
import { releasesOf } from "../../model/helm-values";
import { stackKindsOf, stackName } from "../../model/naming";
import { SENSITIVE_ATTRIBUTES } from "../support/sensitive-attributes";
import { type Block, type Synthesized, synthProgram } from "../support/synth";

const texts = (stacks: Record<string, Synthesized>) =>
  JSON.stringify(Object.entries(stacks).map(([id, { json }]) => [id, json]));
// Validated: every house rule is kept, or this file fails to load and says which is not.
const stacks = synthProgram();

describe("the user's files", () => {
  it("are those of this repository, and no fixture of the tests", () => {
    expect(HELM_VALUES).toBe(join(process.cwd(), "helm-values"));
  });

  it("give every stack of every environment", () => {
    expect(Object.keys(stacks)).toEqual([
      bootstrap.name,
      ...ENVIRONMENTS.flatMap((environment) =>
        stackKindsOf(environment).map(({ kind }) => stackName(environment.name, kind)),
      ),
    ]);
    // What moves users holds nothing before anybody is moved.
    for (const [name, { json }] of Object.entries(stacks).filter(([id]) => !id.endsWith("-cutover")))
      expect(Object.keys(json.resource), name).not.toEqual([]);
  });

  it("give the same bytes again", () => {
    expect(texts(synthProgram())).toBe(texts(stacks));
  });

  it("are read: each environment has a file of its name", () => {
    for (const { name } of [bootstrap, ...ENVIRONMENTS]) expect(existsSync(`environments/${name}.ts`), name).toBe(true);
    expect(readdirSync(HELM_VALUES).sort()).toEqual(releasesOf(ENVIRONMENTS).sort());
  });

  it("approve nothing in a malformed way", () => {
    expect(approvals.flatMap((one) => approvalSchema.safeParse(one).error?.issues ?? [])).toEqual([]);
  });

  it.each(
    SENSITIVE_ATTRIBUTES.flatMap(({ type, dead }) => (dead.because === "switchedOff" ? [{ type, ...dead }] : [])),
  )("leave no usable key in a state: $attribute of $type is $is", ({ type, attribute, is }) => {
    const [kind = "", other] = type.split(/(?<=^data)\./);
    const blocks = Object.values(stacks).flatMap(({ json }) =>
      Object.values((other === undefined ? json.resource?.[kind] : json.data?.[other]) ?? {}),
    ) as Block[];
    expect(blocks.filter((block) => block[attribute] !== is)).toEqual([]);
  });
});
