import { describe, expect, it } from "vitest";
import { Cutovers } from "../../../model/cutover/files";
import type { Component } from "../../../model/cutover/schema";
import type { Place } from "../../../model/cutover/transitions";
import { UserError } from "../../../model/user-error";
import { movedBy, movedByHand, refuseMoreThanImports, refuseMovedByHand } from "../../../tools/cutover/guard";
import { nameOf, taken } from "../../support/cutover";
import { bootstrap } from "../../support/fixtures/environments/bootstrap";
import { staging } from "../../support/fixtures/environments/staging";

const STACK = { id: "staging-cutover", settings: staging };
const [AWS, AZURE] = ["aws", "azure"].map((side) => `aws_route53_record.api_staging_mmrv_invalid-A-${side}`) as [
  string,
  string,
];

/** A record as Terraform has it in a plan; null where there is none. */
const record = (weight: number | undefined, more: object = {}) => ({
  zone_id: "Z0123456789ABC",
  name: "api.staging.mmrv.invalid",
  type: "A",
  set_identifier: weight === undefined ? "" : "azure",
  weighted_routing_policy: weight === undefined ? [] : [{ weight }],
  ttl: 60,
  ...more,
});
const change = (address: string, actions: readonly string[], before: unknown, after: unknown) => ({
  address,
  type: address.split(".")[0],
  change: { actions, before, after },
});
const plan = (changes: readonly unknown[], drift: readonly unknown[] = []): string =>
  JSON.stringify({ format_version: "1.2", resource_changes: changes, resource_drift: drift });

/** A plan upon a weight that is another one in Route 53 than Terraform has left. */
const moved = (left: number | undefined, live: number | undefined, wanted: number | undefined): string =>
  plan(
    [change(AZURE, ["update"], record(live), record(wanted))],
    [change(AZURE, ["update"], record(left), record(live))],
  );

describe("the stack that moves users", () => {
  it("is the cutover of its environment, and no other stack", () => {
    expect(movedBy(STACK)).toBe(staging);
    expect(movedBy({ ...STACK, id: "staging-infra" })).toBeUndefined();
    expect(movedBy({ ...STACK, id: "production-cutover" })).toBeUndefined();
    expect(movedBy({ id: "staging-cutover", settings: bootstrap })).toBeUndefined();
  });
});

describe("weights that were changed past Terraform", () => {
  const NONE = new Map<string, number>();

  it("are those that a plan would change again, whether the step was written down before or after", () => {
    expect(movedByHand(moved(3, 0, 13), NONE)).toEqual([
      `${AZURE}: somebody made its weight 0, where Terraform left 3; this plan would make it 13`,
    ]);
    expect(movedByHand(moved(3, 0, 3), new Map([[AZURE, 0]]))).toEqual([
      `${AZURE}: somebody made its weight 0, where Terraform left 3; this plan would make it 3`,
    ]);
  });

  it("may be what the step before the last one says: a way back that was written down, and a step after it", () => {
    expect(movedByHand(moved(3, 0, 13), new Map([[AZURE, 0]]))).toEqual([]);
    expect(movedByHand(moved(64, 0, 13), new Map([[AZURE, 64]]))).toEqual([
      `${AZURE}: somebody made its weight 0, where Terraform left 64; this plan would make it 13`,
    ]);
  });

  it("are none when the plan has them as they are, or leaves the record alone", () => {
    expect(movedByHand(moved(3, 0, 0), NONE)).toEqual([]);
    const others = [[], [change(AWS, ["update"], record(255), record(242))]];
    for (const changes of others)
      expect(movedByHand(plan(changes, [change(AZURE, ["update"], record(3), record(0))]), NONE)).toEqual([]);
    expect(movedByHand(moved(3, 3, 13), NONE)).toEqual([]);
    expect(movedByHand(plan([change(AZURE, ["update"], record(3), record(13))]), NONE)).toEqual([]);
    expect(movedByHand(JSON.stringify({}), NONE)).toEqual([]);
  });

  it("are not in a drift of anything else, nor in another field", () => {
    const ttl = change(AZURE, ["update"], record(3), record(3, { ttl: 300 }));
    const other = change("aws_iam_role.cutover", ["update"], { name: "one" }, { name: "other" });
    expect(movedByHand(plan([change(AZURE, ["update"], record(3), record(13))], [ttl, other]), NONE)).toEqual([]);
  });

  it("are those of a record that was deleted, which the plan would make again", () => {
    const json = plan([change(AZURE, ["create"], null, record(13))], [change(AZURE, ["delete"], record(3), null)]);
    const said = `${AZURE}: it is not there any more, where Terraform left weight 3; this plan would make it 13 (deleted by hand, or by a conversion that failed: docs/cutover.md)`;
    expect([movedByHand(json, NONE), movedByHand(json, new Map([[AZURE, 0]]))]).toEqual([[said], [said]]);
    const deletes = plan([change(AZURE, ["delete"], null, null)], [change(AZURE, ["delete"], record(3), null)]);
    expect(movedByHand(deletes, NONE)).toEqual([]);
  });
});

/** The application `backend` after some steps, with its one name. */
function cutoversAfter(...places: readonly Place[]): Cutovers {
  const aws = { ...staging.aws, hostedZoneId: "Z0123456789ABC" };
  const component: Component = {
    names: [nameOf("api.staging.mmrv.invalid", { ...staging, aws })],
    steps: taken(places),
  };
  return new Cutovers({ staging: { components: { backend: component } } });
}
const READY: readonly Place[] = [{ stage: "adopt" }, { stage: "adopt", prepared: true }, { stage: "ready" }];
const CANARY: Place = { stage: "canary", percent: 1 };

describe("a plan that would move users on past somebody's way back", () => {
  it("is refused with what was changed, and how to write it down", () => {
    expect(() =>
      refuseMovedByHand(STACK, moved(3, 0, 13), cutoversAfter(...READY, CANARY, { stage: "canary", percent: 5 })),
    ).toThrow(
      [
        "staging-cutover: weights were changed past Terraform, nothing was touched",
        `  ${AZURE}: somebody made its weight 0, where Terraform left 3; this plan would make it 13`,
        "  next: npx mmrv cutover status staging; when users were sent back: npx mmrv cutover back staging, which writes it down",
      ].join("\n"),
    );
  });

  it("passes once the way back is a step before the last one", () => {
    const file = cutoversAfter(...READY, CANARY, { stage: "ready" }, { stage: "canary", percent: 5 });
    expect(() => refuseMovedByHand(STACK, moved(3, 0, 13), file)).not.toThrow();
    const awsToo = plan(
      [change(AWS, ["update"], record(255), record(242))],
      [change(AWS, ["update"], record(252), record(255))],
    );
    expect(() => refuseMovedByHand(STACK, awsToo, file)).not.toThrow();
  });

  it("is no matter of another stack, nor of a file that has no steps", () => {
    const file = cutoversAfter(...READY, CANARY);
    expect(() => refuseMovedByHand({ ...STACK, id: "staging-infra" }, moved(3, 0, 13), file)).not.toThrow();
    expect(() => refuseMovedByHand(STACK, plan([]), new Cutovers({}))).not.toThrow();
    expect(() => refuseMovedByHand(STACK, moved(3, 0, 13), new Cutovers({}))).toThrow("changed past Terraform");
  });
});

describe("a plan of several steps, of which some were never deployed", () => {
  const RAMP: Place = { stage: "ramp", percent: 50 };
  const merged = cutoversAfter(...READY, CANARY, RAMP, { stage: "full" });
  /** A change of both sides, with what Route 53 has and what the file wants. */
  const both = (aws: [number | undefined, number], azure: [number | undefined, number]): string =>
    plan([
      change(AWS, ["update"], record(aws[0]), record(aws[1])),
      change(
        AZURE,
        azure[0] === undefined ? ["create"] : ["update"],
        azure[0] === undefined ? null : record(azure[0]),
        record(azure[1]),
      ),
    ]);

  it("is refused with what Route 53 has and what the last two steps say", () => {
    expect(() => refuseMovedByHand(STACK, both([252, 0], [3, 255]), merged)).toThrow(
      new UserError(
        [
          "staging-cutover: a step was never deployed, and this plan would skip it; nothing was touched",
          `  ${AWS}: Route 53 has weight 252; by the last two steps it goes from 127 to 0`,
          `  ${AZURE}: Route 53 has weight 3; by the last two steps it goes from 128 to 255`,
          "  next: npx mmrv cutover status staging; then deploy each step by itself, from its own commit: git switch --detach COMMIT, deploy, then the next one",
        ].join("\n"),
      ),
    );
  });

  it("passes when the step before the last one is deployed, or the last one is half way", () => {
    expect(() => refuseMovedByHand(STACK, both([127, 0], [128, 255]), merged)).not.toThrow();
    expect(() => refuseMovedByHand(STACK, both([0, 0], [128, 255]), merged)).not.toThrow();
  });

  it("is refused when records without weights would lead users to Azure", () => {
    const file = cutoversAfter(...READY, CANARY);
    expect(() => refuseMovedByHand(STACK, both([undefined, 252], [undefined, 3]), file)).toThrow(
      `${AZURE}: Route 53 has weight none; by the last two steps it goes from 0 to 3`,
    );
  });

  it("is refused when it deletes a record of AWS that still leads users there", () => {
    const file = cutoversAfter(...READY, CANARY, RAMP, { stage: "full" }, { stage: "drained" }, { stage: "retired" });
    const deletes = (live: number) => plan([change(AWS, ["delete"], record(live), null)]);
    expect(() => refuseMovedByHand(STACK, deletes(127), file)).toThrow(
      `${AWS}: Route 53 has weight 127; by the last two steps it goes from 0 to none`,
    );
    expect(() => refuseMovedByHand(STACK, deletes(0), file)).not.toThrow();
  });

  it("is never refused when it leads everybody back to AWS, nor when weights begin with all of it there", () => {
    const back = cutoversAfter(...READY, CANARY, RAMP, { stage: "ready" });
    expect(() => refuseMovedByHand(STACK, both([252, 255], [3, 0]), back)).not.toThrow();
    expect(() =>
      refuseMovedByHand(STACK, both([undefined, 255], [undefined, 0]), cutoversAfter(...READY)),
    ).not.toThrow();
  });

  it("is no matter when Terraform forgets the records, nor of a record that no step knows", () => {
    const other = change("aws_route53_record.other_example_com-A-azure", ["update"], record(3), record(13));
    const forgets = change(AZURE, ["forget"], record(3), null);
    expect(() => refuseMovedByHand(STACK, plan([other, forgets]), merged)).not.toThrow();
  });
});

describe("the first deployment of an application", () => {
  const simple = record(undefined);
  const importing = (actions: readonly string[], after: unknown) => {
    const one = change(AWS, actions, simple, after);
    return { ...one, change: { ...one.change, importing: { id: "Z0123456789ABC_api_A" } } };
  };
  const imported = importing(["no-op"], simple);
  const another = change("aws_route53_record.other_example_com-A-aws", ["update"], record(3), record(13));

  it("may import its records and leave them as they are, whatever it does to others", () => {
    expect(() =>
      refuseMoreThanImports(STACK, plan([imported, another]), cutoversAfter({ stage: "adopt" })),
    ).not.toThrow();
  });

  it.each([[["update"]], [["create"]], [["delete"]], [["delete", "create"]]])(
    "is refused when a record of its own is not as it was found: %j",
    (actions) => {
      const changed = change(AWS, actions, simple, record(undefined, { ttl: 300 }));
      expect(() => refuseMoreThanImports(STACK, plan([changed, another]), cutoversAfter({ stage: "adopt" }))).toThrow(
        [
          "staging-cutover: adopting must change nothing, and this plan would; nothing was touched",
          `  ${AWS}: ${actions.join(", ")}`,
          "  next: npx mmrv cutover adopt staging, which looks at the zone again",
        ].join("\n"),
      );
    },
  );

  it.each([
    ["prepared", cutoversAfter(...READY.slice(0, 2))],
    ["ready", cutoversAfter(...READY)],
  ])("imports and leaves as it is, also when the file is at %s already", (_, file) => {
    expect(() => refuseMoreThanImports(STACK, plan([imported, another]), file)).not.toThrow();
    expect(() =>
      refuseMoreThanImports(STACK, plan([importing(["update"], record(undefined, { ttl: 300 }))]), file),
    ).toThrow(
      [
        "staging-cutover: adopting must change nothing, and this plan would; nothing was touched",
        `  ${AWS}: update`,
        "  next: deploy the step adopt by itself, from its own commit: git switch --detach COMMIT, deploy, then the next one; after a failed conversion: docs/cutover.md",
      ].join("\n"),
    );
  });

  it("is over when its records are prepared, and is no matter of another stack", () => {
    const changed = plan([change(AWS, ["update"], simple, record(undefined, { ttl: 60 }))]);
    const prepared = cutoversAfter({ stage: "adopt" }, { stage: "adopt", prepared: true });
    expect(() => refuseMoreThanImports(STACK, changed, prepared)).not.toThrow();
    expect(() =>
      refuseMoreThanImports({ ...STACK, id: "staging-infra" }, changed, cutoversAfter({ stage: "adopt" })),
    ).not.toThrow();
  });
});
