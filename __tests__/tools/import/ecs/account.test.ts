import { expect, test } from "vitest";
import { At, isRecord } from "../../../../tools/import/at";
import type { EcsInputs } from "../../../../tools/import/ecs/inputs";
import { chooseService } from "../../../../tools/import/service/choose-service";
import { rolePoliciesIn } from "../../../../tools/import/service/unwrap-role";
import { schedulesIn } from "../../../../tools/import/service/unwrap-schedules";
import {
  attributesIn,
  RULES,
  SCALABLE_TARGETS,
  SCALING_POLICIES,
  SCHEDULED_ACTIONS,
  TARGET_GROUPS,
  unwrap,
} from "../../../../tools/import/service/unwrap-service";
import { corpus, corpusText, importService } from "../../../support/import-service";

/** Each file of the corpus that converts, and where its values go. */
const INPUTS: readonly (readonly [of: string, all: () => readonly At[], key: keyof EcsInputs])[] = [
  [
    "s01",
    () => [chooseService(corpus("s01-describe-services-two-plus-failure.json"), "s", "orders").service],
    "service",
  ],
  [
    "s02",
    () => [chooseService(corpus("s02-create-service-input-cloudmap-unknown-field.json"), "s").service],
    "service",
  ],
  ["s03", () => [chooseService(corpus("s03-service-connect-only-under-deployments.json"), "s").service], "service"],
  [
    "s06",
    () => [chooseService(corpus("s06-singleton-and-daemon.json"), "s", "scheduler-singleton").service],
    "service",
  ],
  ["t01", () => unwrap(corpus("t01-describe-target-groups.json"), "t", TARGET_GROUPS), "targetGroups"],
  [
    "t02",
    () => [attributesIn(corpus("t02-describe-target-group-attributes.json"), "t", "targetGroup")],
    "targetGroupAttributes",
  ],
  [
    "t03",
    () => [attributesIn(corpus("t03-describe-load-balancer-attributes.json"), "t", "loadBalancer")],
    "loadBalancerAttributes",
  ],
  ["t04", () => unwrap(corpus("t04-describe-rules.json"), "t", RULES), "rules"],
  ["a01", () => unwrap(corpus("a01-scalable-targets.json"), "a", SCALABLE_TARGETS), "scalableTargets"],
  ["a02", () => unwrap(corpus("a02-scaling-policies.json"), "a", SCALING_POLICIES), "scalingPolicies"],
  ["a03", () => unwrap(corpus("a03-scheduled-actions.json"), "a", SCHEDULED_ACTIONS), "scheduledActions"],
  [
    "e02",
    () =>
      schedulesIn([
        {
          file: "e",
          content: JSON.parse(corpusText("e02-scheduler-trailing-comma.json").replace(/,(\s*[\]}])/g, "$1")),
        },
      ]),
    "schedules",
  ],
  ["p01", () => rolePoliciesIn(corpus("p01-task-role-policies.json"), "p"), "rolePolicies"],
];

/** Copies of a value, each with one change somewhere in it. */
function changed(value: unknown, change: (record: Readonly<Record<string, unknown>>) => readonly unknown[]): unknown[] {
  if (Array.isArray(value))
    return value.flatMap((one, index) => changed(one, change).map((other) => value.with(index, other)));
  if (!isRecord(value)) return [];
  return [
    ...change(value),
    ...Object.entries(value).flatMap(([key, one]) => changed(one, change).map((other) => ({ ...value, [key]: other }))),
  ];
}

const without = (record: Readonly<Record<string, unknown>>): unknown[] =>
  Object.keys(record).map((key) => Object.fromEntries(Object.entries(record).filter(([other]) => other !== key)));
const withUnknown = (record: Readonly<Record<string, unknown>>): unknown[] => [{ ...record, ofTomorrow: "x" }];

const given = (key: keyof EcsInputs, at: At): Partial<EcsInputs> => ({ [key]: key === "service" ? at : [at] });

const variants = (change: typeof without) =>
  INPUTS.flatMap(([of, all, key]) =>
    all().flatMap((at) =>
      changed(at.value, change).map((value) => ({
        of,
        imported: importService(given(key, At.root(at.source, value))),
      })),
    ),
  );

test("whatever is missing of an input, the rest has exactly one row a value", () => {
  const wrong = variants(without).filter(({ imported: { leaves, rows } }) => {
    const present = rows.filter(({ isAbsent }) => !isAbsent);
    return present.length !== leaves.length || new Set(rows.map(({ path }) => path)).size !== rows.length;
  });
  expect(wrong.map(({ of }) => of)).toEqual([]);
});

test("a field of tomorrow is a question wherever it stands, but in a trust, which goes as a whole", () => {
  const quiet = variants(withUnknown).flatMap(({ imported: { rows }, of }) =>
    rows
      .filter(
        ({ fate, path }) =>
          path.endsWith("ofTomorrow") && !path.startsWith("AssumeRolePolicyDocument") && fate.kind !== "decision",
      )
      .map(({ fate, path }) => `${of} ${path}: ${fate.kind}`),
  );
  expect(quiet).toEqual([]);
});
