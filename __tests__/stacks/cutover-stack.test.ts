import { describe, expect, it } from "vitest";
import type { Step } from "../../model/cutover/schema";
import type { Environment } from "../../model/environment";
import { wayTo } from "../support/cutover";
import { APEX, API, MOVED, movedBy, PLACES, WWW } from "../support/cutover-names";
import { ENVIRONMENTS } from "../support/fixtures/environments/all";
import { production } from "../support/fixtures/environments/production";
import { issuesOf } from "../support/issues";
import { alone } from "../support/provider-stack";
import { type Block, reviewed, type Synthesized, synthCutover, synthProgram } from "../support/synth";

type Bare = Omit<Step, "since" | "evidence">;

/** The stack after steps of both applications. */
const stackAfter = (steps: readonly Bare[], environment: Environment = MOVED): Synthesized =>
  synthCutover(environment, movedBy(steps, environment));

const known = new Map<string, Synthesized>();

function stackAt(place: string): Synthesized {
  const stack = known.get(place) ?? stackAfter(PLACES[place] ?? []);
  known.set(place, stack);
  return stack;
}

const records = ({ json }: Synthesized): Record<string, Block> => json.resource?.aws_route53_record ?? {};

/** All that Terraform reads of a stack, without what is taken out. */
function without(stack: Synthesized, ...taken: readonly ("import" | "weight")[]): Block {
  return JSON.parse(
    JSON.stringify(stack.json, (key, value) => {
      if (key === "//" || taken.includes(key as "import" | "weight")) return undefined;
      return value;
    }),
  );
}

/** What is on the way from ready to drained and back, with both edges of each stage, and the weights of AWS and Azure. */
const MOVES: readonly (readonly [title: string, steps: readonly Bare[], aws: number, azure: number])[] = [
  ["ready", wayTo("ready"), 255, 0],
  ["canary with 1 %", wayTo("canary"), 252, 3],
  ["canary with 5 %", [...wayTo("canary"), { stage: "canary", percent: 5, egress: "loadBalancer" }], 242, 13],
  ["ramp with 5 %", wayTo("ramp"), 242, 13],
  ["ramp with 50 %", [...wayTo("ramp"), { stage: "ramp", percent: 50 }], 127, 128],
  ["ramp with 99 %", [...wayTo("ramp"), { stage: "ramp", percent: 99 }], 3, 252],
  ["full", wayTo("full"), 0, 255],
  ["drained", wayTo("drained"), 0, 255],
  ["ready again", [...wayTo("drained"), { stage: "ready" }], 255, 0],
];

describe("the cutover stack", () => {
  it.each(Object.keys(PLACES))("synthesizes as reviewed at %s", async (place) => {
    await expect(reviewed(stackAt(place))).toMatchFileSnapshot(`__snapshots__/staging-cutover-${place}.json`);
  });

  it("is the same among all stacks of the program", () => {
    for (const place of ["ready", "given-up"]) {
      const all = synthProgram({ environments: [MOVED], cutovers: movedBy(PLACES[place] ?? []) });
      expect(all["staging-cutover"]?.json).toEqual(stackAt(place).json);
    }
  });

  it("is empty before anything is adopted, and plans all the same", () => {
    for (const stack of [stackAt("off"), synthProgram()["production-cutover"] as Synthesized]) {
      expect([stack.json.resource, stack.json.import, stack.json.removed]).toEqual([undefined, undefined, undefined]);
      expect(Object.keys(stack.json.provider)).toEqual(["aws"]);
    }
  });
});

describe("two consecutive syntheses", () => {
  const stacks = MOVES.map(([title, steps, aws, azure]) => ({ title, stack: stackAfter(steps), aws, azure }));
  const pairs = stacks.slice(1).map((after, index) => ({ before: stacks[index] ?? after, after }));

  it.each(pairs.map(({ after, before }) => [before.title, after.title, before, after] as const))(
    "from %s to %s differ in weights alone, and at the first canary in the import blocks that leave",
    (_, title, before, after) => {
      const isFirstUser = title === "canary with 1 %";
      expect(without(before.stack, "weight", ...(isFirstUser ? (["import"] as const) : []))).toEqual(
        without(after.stack, "weight"),
      );
      if (isFirstUser) expect([before.stack.json.import.length, after.stack.json.import]).toEqual([4, undefined]);
    },
  );

  it.each(stacks.map((one) => [one.title, one] as const))(
    "have the same weights in every record of a side: %s",
    (_, { aws, azure, stack }) => {
      const weights = Object.values(records(stack)).map((record) => [
        record.set_identifier,
        record.weighted_routing_policy.weight,
      ]);
      expect(weights).toEqual(
        [0, 1, 2, 3].flatMap(() => [
          ["aws", aws],
          ["azure", azure],
        ]),
      );
    },
  );

  it("never have a name and type whose weights are all 0", () => {
    for (const { stack } of stacks) {
      const sums = new Map<string, number>();
      for (const { name, type, weighted_routing_policy } of Object.values(records(stack)))
        sums.set(`${name} ${type}`, (sums.get(`${name} ${type}`) ?? 0) + weighted_routing_policy.weight);
      expect(Object.fromEntries(sums)).toEqual({
        "api.example.com A": 255,
        "api.example.com AAAA": 255,
        "www.example.com A": 255,
        "example.com A": 255,
      });
    }
  });
});

describe("addresses in the state", () => {
  const addressesAt = (place: string) => Object.keys(records(stackAt(place))).sort();
  const AWS = ["api_example_com-A-aws", "api_example_com-AAAA-aws", "example_com-A-aws", "www_example_com-A-aws"];
  const AZURE = AWS.map((address) => address.replace(/aws$/, "azure"));

  it("are the same from adopt to drained, but for an AAAA that leaves and Azure's that come", () => {
    expect(addressesAt("adopt")).toEqual([...AWS, "example_com-AAAA-aws"].sort());
    expect(addressesAt("prepared")).toEqual(AWS);
    for (const place of ["ready", "canary", "ramp", "full", "drained"])
      expect(addressesAt(place)).toEqual([...AWS, ...AZURE].sort());
  });

  it("are Azure's alone after retirement, and none when they are given up", () => {
    expect([addressesAt("retired"), addressesAt("given-up")]).toEqual([AZURE, []]);
  });
});

describe("what is imported", () => {
  it("is what was found, by the ids that it has in the zone, until the first user is on Azure", () => {
    const imported = (place: string) =>
      Object.fromEntries((stackAt(place).json.import ?? []).map(({ id, to }: Block) => [to, id]));
    const ids = {
      "aws_route53_record.api_example_com-A-aws": "Z0123456789ABC_api.example.com_A",
      "aws_route53_record.api_example_com-AAAA-aws": "Z0123456789ABC_api.example.com_AAAA",
      "aws_route53_record.example_com-A-aws": "Z0123456789ABC_example.com_A",
      "aws_route53_record.www_example_com-A-aws": "Z0123456789ABC_www.example.com_CNAME",
    };
    const leaving = { "aws_route53_record.example_com-AAAA-aws": "Z0123456789ABC_example.com_AAAA" };
    expect(imported("adopt")).toEqual({ ...ids, ...leaving });
    expect([imported("prepared"), imported("ready")]).toEqual([ids, ids]);
    for (const place of ["canary", "ramp", "full", "drained", "retired"]) expect(imported(place)).toEqual({});
  });
});

describe("every record", () => {
  it("is kept from being destroyed, also where the deletion guard is off", () => {
    expect([MOVED.deletionGuard, production.deletionGuard]).toEqual([false, true]);
    const aws = { ...production.aws, hostedZoneId: MOVED.aws.hostedZoneId };
    const guarded = alone({ ...production, aws, domains: MOVED.domains });
    const steps = wayTo("ramp").map((step) => (step.egress ? { ...step, egress: "natGateway" as const } : step));
    const all = [...Object.keys(PLACES).map(stackAt), stackAfter(steps, guarded)].flatMap((stack) =>
      Object.values(records(stack)),
    );
    expect(all.length).toBeGreaterThan(50);
    expect(all.filter(({ lifecycle }) => lifecycle.prevent_destroy !== true)).toEqual([]);
  });

  it("of Azure's comes after AWS's of its name and type, which is weighted by then", () => {
    const after = Object.entries(records(stackAt("ready"))).map(([name, { depends_on }]) => [name, depends_on]);
    expect(Object.fromEntries(after)).toEqual({
      "api_example_com-A-aws": undefined,
      "api_example_com-A-azure": ["aws_route53_record.api_example_com-A-aws"],
      "api_example_com-AAAA-aws": undefined,
      "api_example_com-AAAA-azure": ["aws_route53_record.api_example_com-AAAA-aws"],
      "www_example_com-A-aws": undefined,
      "www_example_com-A-azure": ["aws_route53_record.www_example_com-A-aws"],
      "example_com-A-aws": undefined,
      "example_com-A-azure": ["aws_route53_record.example_com-A-aws"],
    });
  });
});

describe("records that are given up", () => {
  it("stay in Route 53 while Terraform forgets them", () => {
    const { json } = stackAt("given-up");
    expect(json.removed).toEqual(
      ["api_example_com-A", "api_example_com-AAAA", "www_example_com-A", "example_com-A"].map((name) => ({
        from: `aws_route53_record.${name}-azure`,
        lifecycle: { destroy: false },
      })),
    );
    expect(json.resource).toBeUndefined();
  });

  it("are nobody's at any other place", () => {
    const others = Object.keys(PLACES).filter((place) => place !== "given-up");
    expect(others.filter((place) => stackAt(place).json.removed !== undefined)).toEqual([]);
  });
});

describe("while Azure is away", () => {
  it.each(Object.keys(PLACES))("the stack plans at %s: AWS alone, and nothing that is looked up", (place) => {
    const { json } = stackAt(place);
    expect(Object.keys(json.provider)).toEqual(["aws"]);
    expect(Object.keys(json.terraform.required_providers)).toEqual(["aws"]);
    expect([json.data, json.output]).toEqual([undefined, undefined]);
    expect(Object.keys(json.resource ?? {})).toEqual(
      Object.keys(records(stackAt(place))).length > 0 ? ["aws_route53_record"] : [],
    );
    const references = JSON.stringify(without(stackAt(place)).resource ?? {}).match(/\$\{[^}]*\}/g);
    expect(references).toBeNull();
  });

  it("nobody who is logged in to another account changes anything", () => {
    expect(stackAt("ramp").json.provider.aws).toEqual([
      { region: "us-east-1", allowed_account_ids: [MOVED.aws.accountId] },
    ]);
  });
});

describe("the way back", () => {
  it("is Azure 0 in every record at once, from wherever users are, without the import blocks of before", () => {
    for (const from of ["canary", "ramp", "full", "drained"] as const) {
      const back = stackAfter([...wayTo(from), { stage: "ready" }]);
      expect(back.json.import).toBeUndefined();
      expect(without(back)).toEqual(without(stackAt("ready"), "import"));
    }
  });
});

const NAMES = {
  backend: [API].map(({ zone: _, ...name }) => name),
  frontend: [WWW, APEX].map(({ zone: _, ...name }) => name),
};

describe.each(ENVIRONMENTS.map((environment) => [environment.name, environment] as const))("%s", (name, shipped) => {
  const inRoute53: Environment = alone({
    ...shipped,
    aws: { ...shipped.aws, hostedZoneId: MOVED.aws.hostedZoneId },
    domains: MOVED.domains,
  });
  const elsewhere: Environment = { ...inRoute53, dns: { via: "other", challenges: "acme.example.com" } };
  const egress = inRoute53.egress.via;
  const steps = wayTo("ramp").map((step) => (step.egress ? { ...step, egress } : step));
  const own = synthProgram({ environments: [inRoute53], cutovers: movedBy(steps, inRoute53) });
  const other = synthProgram({ environments: [elsewhere], cutovers: movedBy(steps, elsewhere, NAMES) });

  const policiesOf = (stacks: Record<string, Synthesized>) =>
    (stacks[`${name}-aws-access`]?.all("aws_iam_role_policy") ?? []).map((policy) => ({
      name: policy.name,
      last: JSON.parse(policy.policy).Statement.at(-1),
    }));
  const dns01Of = (stacks: Record<string, Synthesized>) => {
    const [release] = stacks[`${name}-platform`]?.all("helm_release") ?? [];
    return JSON.parse(release.values.at(-1)).certificates.dns01;
  };
  const mayChange = (types: readonly string[], names: readonly string[]) => ({
    Effect: "Allow",
    Action: ["route53:ChangeResourceRecordSets"],
    Resource: ["arn:aws:route53:::hostedzone/Z0123456789ABC"],
    Condition: {
      "ForAllValues:StringEquals": {
        "route53:ChangeResourceRecordSetsRecordTypes": types,
        "route53:ChangeResourceRecordSetsNormalizedRecordNames": names,
      },
    },
  });
  const hosts = ["api.example.com", "www.example.com", "example.com"];

  it("with DNS in Route 53 has a stack with its records, and a role that changes them alone", () => {
    expect(Object.keys(records(own[`${name}-cutover`] as Synthesized))).toHaveLength(8);
    // Beside its own names the two of a proof.
    const proven = ["cutover-proof.api.example.com", "cutover-proof-alias.api.example.com"];
    const types = ["A", "AAAA", "CNAME"];
    const weights = mayChange(types, [...hosts, ...proven]);
    const Null = {
      "route53:ChangeResourceRecordSetsNormalizedRecordNames": "false",
      "route53:ChangeResourceRecordSetsRecordTypes": "false",
    };
    expect(policiesOf(own)).toContainEqual({
      name: "weights",
      last: { ...weights, Condition: { ...weights.Condition, Null } },
    });
    expect(policiesOf(own)).toContainEqual({
      name: "permissions",
      last: mayChange(
        ["TXT"],
        hosts.map((host) => `_acme-challenge.${host}`),
      ),
    });
    expect(dns01Of(own)).not.toHaveProperty("followsCname");
  });

  it("with DNS elsewhere stands at the same stage with every other stack, and has neither", () => {
    expect(Object.keys(other)).toEqual(Object.keys(own).filter((stack) => stack !== `${name}-cutover`));
    expect(policiesOf(other).filter((policy) => policy.name === "weights")).toEqual([]);
  });

  it("with DNS elsewhere is proven below the zone that is ours, where the CNAME of each challenge leads", () => {
    expect(policiesOf(other)).toContainEqual({
      name: "permissions",
      last: mayChange(
        ["TXT"],
        hosts.map((host) => `${host}.acme.example.com`),
      ),
    });
    expect(dns01Of(other)).toMatchObject({ hostedZoneId: "Z0123456789ABC", followsCname: true });
  });

  it("with DNS elsewhere is said to be at any place, as with Route 53", () => {
    for (const place of Object.keys(PLACES)) {
      const there = (PLACES[place] ?? []).map((step) => (step.egress ? { ...step, egress } : step));
      expect(issuesOf([elsewhere], undefined, { cutovers: movedBy(there, elsewhere, NAMES) })).toEqual([]);
      expect(issuesOf([inRoute53], undefined, { cutovers: movedBy(there, inRoute53) })).toEqual([]);
    }
  });
});
