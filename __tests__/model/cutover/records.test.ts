import { describe, expect, it } from "vitest";
import { type RecordSet, recordsAfter } from "../../../model/cutover/record-set";
import {
  batchesBetween,
  CUTOVER_TTL,
  givenUpResources,
  isZoned,
  type Member,
  membersOf,
  type ZonedName,
} from "../../../model/cutover/records";
import { wayTo } from "../../support/cutover";
import { APEX, API, PLACES, positionAfter, WWW, ZONE } from "../../support/cutover-names";

type Steps = Parameters<typeof positionAfter>[0];

const at = (place: string) => positionAfter(PLACES[place] ?? []);
const membersAt = (name: ZonedName, place: string) => membersOf(name, at(place));
const membersAfter = (name: ZonedName, steps: Steps) => membersOf(name, positionAfter(steps));

/** A record set of a name, as Route 53 has it. */
const aliasTo = (DNSName: string, HostedZoneId: string, EvaluateTargetHealth = false) => ({
  AliasTarget: { HostedZoneId, DNSName, EvaluateTargetHealth },
});
const BALANCER = ["main-123.us-east-1.elb.amazonaws.com", "Z35SXDOTRQ7X7K"] as const;
const values = (TTL: number, ...all: string[]) => ({ TTL, ResourceRecords: all.map((Value) => ({ Value })) });
const weighted = (SetIdentifier: string, Weight: number) => ({ SetIdentifier, Weight });

/** What a test expects of one member. */
const member = (resource: string, set: RecordSet, importId?: string): Member => ({
  resource,
  side: resource.endsWith("aws") ? "aws" : "azure",
  zone: ZONE.id,
  set,
  ...(importId !== undefined && { importId }),
});

const NAMES = [API, APEX, WWW];

describe("a name with aliases of both families", () => {
  const Name = "api.example.com";
  const [A, AAAA] = ["api_example_com-A", "api_example_com-AAAA"];
  const imports = { A: `${ZONE.id}_${Name}_A`, AAAA: `${ZONE.id}_${Name}_AAAA` };
  const azure = (weight: number, all: readonly Member[]) => [
    ...all.slice(0, 1),
    member(`${A}-azure`, { Name, Type: "A", ...values(60, "203.0.113.7"), ...weighted("azure", weight) }),
    ...all.slice(1),
    member(`${AAAA}-azure`, { Name, Type: "AAAA", ...values(60, "2001:db8::7"), ...weighted("azure", weight) }),
  ];
  /** AWS's members with a weight. */
  const aws = (weight: number, ids: { readonly A?: string; readonly AAAA?: string } = {}) => [
    member(`${A}-aws`, { Name, Type: "A", ...aliasTo(...BALANCER), ...weighted("aws", weight) }, ids.A),
    member(`${AAAA}-aws`, { Name, Type: "AAAA", ...aliasTo(...BALANCER), ...weighted("aws", weight) }, ids.AAAA),
  ];

  it("is nobody's before it is adopted", () => {
    expect(membersAt(API, "off")).toEqual([]);
  });

  it("is adopted as it was found, health check and all", () => {
    expect(membersAt(API, "adopt")).toEqual([
      member(`${A}-aws`, { Name, Type: "A", ...aliasTo(...BALANCER, true) }, imports.A),
      member(`${AAAA}-aws`, { Name, Type: "AAAA", ...aliasTo(...BALANCER, true) }, imports.AAAA),
    ]);
  });

  it("is prepared without the health check, by which an ill load balancer would send everybody to Azure", () => {
    expect(membersAt(API, "prepared")).toEqual([
      member(`${A}-aws`, { Name, Type: "A", ...aliasTo(...BALANCER) }, imports.A),
      member(`${AAAA}-aws`, { Name, Type: "AAAA", ...aliasTo(...BALANCER) }, imports.AAAA),
    ]);
  });

  it("has a member of each side and family from ready on, Azure's with nobody at first", () => {
    expect(membersAt(API, "ready")).toEqual(azure(0, aws(255, imports)));
  });

  it.each([
    ["canary", 252, 3],
    ["ramp", 242, 13],
    ["full", 0, 255],
    ["drained", 0, 255],
  ])("at %s has the weights %i and %i, the same in both families", (place, ofAws, ofAzure) => {
    expect(membersAt(API, place)).toEqual(azure(ofAzure, aws(ofAws)));
  });

  it("keeps Azure's members when AWS's are retired, weighted and alone", () => {
    expect(membersAt(API, "retired")).toEqual(azure(255, []));
  });

  it("is nobody's again when it is given up", () => {
    expect(membersAt(API, "given-up")).toEqual([]);
  });

  it("keeps its health check where somebody said why", () => {
    const kept: ZonedName = {
      ...API,
      aws: API.aws.map((found) => ({ ...found, keepsTargetHealth: "a second region stands behind it" })),
    };
    expect(membersAt(kept, "ready").map(({ set }) => set.AliasTarget?.EvaluateTargetHealth)).toEqual([
      true,
      undefined,
      true,
      undefined,
    ]);
    const never: ZonedName = {
      ...API,
      aws: [
        {
          type: "A",
          alias: { name: BALANCER[0], zone: BALANCER[1], evaluateTargetHealth: false },
          keepsTargetHealth: "x",
        },
      ],
    };
    expect(
      ["adopt", "ready"].map((place) => membersAt(never, place)[0]?.set.AliasTarget?.EvaluateTargetHealth),
    ).toEqual([false, false]);
  });
});

describe("an apex with plain addresses", () => {
  const Name = "example.com";
  const A = "example_com-A";
  const found = ["198.51.100.1", "198.51.100.2"] as const;

  it("is adopted with its TTL, and with the AAAA that will leave", () => {
    expect(membersAt(APEX, "adopt")).toEqual([
      member(`${A}-aws`, { Name, Type: "A", ...values(300, ...found) }, `${ZONE.id}_example.com_A`),
      member(
        "example_com-AAAA-aws",
        { Name, Type: "AAAA", ...values(3600, "2001:db8:a::1") },
        `${ZONE.id}_example.com_AAAA`,
      ),
    ]);
  });

  it("is prepared with the TTL of a cutover, and without the AAAA that Azure has no address for", () => {
    expect(CUTOVER_TTL).toBe(60);
    expect(membersAt(APEX, "prepared")).toEqual([
      member(`${A}-aws`, { Name, Type: "A", ...values(60, ...found) }, `${ZONE.id}_example.com_A`),
    ]);
  });

  it("has both sides in one family from then on", () => {
    expect(membersAt(APEX, "ramp")).toEqual([
      member(`${A}-aws`, { Name, Type: "A", ...values(60, ...found), ...weighted("aws", 242) }),
      member(`${A}-azure`, { Name, Type: "A", ...values(60, "203.0.113.7"), ...weighted("azure", 13) }),
    ]);
  });
});

describe("a CNAME", () => {
  const Name = "www.example.com";
  const A = "www_example_com-A";
  const CLOUDFRONT = ["d111111abcdef8.cloudfront.net", "Z2FDTNDATAQYW2"] as const;
  const importId = `${ZONE.id}_www.example.com_CNAME`;

  it("is adopted in the place of the A that it becomes", () => {
    expect(membersAt(WWW, "adopt")).toEqual([
      member(`${A}-aws`, { Name, Type: "CNAME", ...values(500, CLOUDFRONT[0]) }, importId),
    ]);
  });

  it("becomes an alias when it is prepared; a lost state still imports the CNAME", () => {
    expect(membersAt(WWW, "prepared")).toEqual([
      member(`${A}-aws`, { Name, Type: "A", ...aliasTo(...CLOUDFRONT) }, importId),
    ]);
  });

  it("has both sides as A from ready on", () => {
    expect(membersAt(WWW, "canary")).toEqual([
      member(`${A}-aws`, { Name, Type: "A", ...aliasTo(...CLOUDFRONT), ...weighted("aws", 252) }),
      member(`${A}-azure`, { Name, Type: "A", ...values(60, "203.0.113.7"), ...weighted("azure", 3) }),
    ]);
  });
});

describe("the resources of a name", () => {
  const resourcesAt = (name: ZonedName, place: string) => membersAt(name, place).map(({ resource }) => resource);

  it("have the same names from adopt to drained, and Azure's beyond", () => {
    const moving = ["ready", "canary", "ramp", "full", "drained"];
    for (const name of NAMES) {
      const whole = resourcesAt(name, "ready");
      expect(moving.map((place) => resourcesAt(name, place))).toEqual(moving.map(() => whole));
      const ofAws = whole.filter((resource) => resource.endsWith("-aws"));
      expect(resourcesAt(name, "prepared")).toEqual(ofAws);
      expect(resourcesAt(name, "adopt").filter((resource) => whole.includes(resource))).toEqual(ofAws);
      expect(resourcesAt(name, "retired")).toEqual(whole.filter((resource) => resource.endsWith("-azure")));
    }
  });

  it("have names that Terraform takes, and no two hosts the same", () => {
    const hosts = ["a-b.c.com", "a.b-c.com", "a.b.c.com", "a-b-c.com", "1a.example.com", "123.example.com"];
    const resources = hosts.map((host) => resourcesAt({ ...WWW, host }, "ready"));
    expect(resources.map(([aws]) => aws)).toEqual([
      "a-b_c_com-A-aws",
      "a_b-c_com-A-aws",
      "a_b_c_com-A-aws",
      "a-b-c_com-A-aws",
      "_1a_example_com-A-aws",
      "_123_example_com-A-aws",
    ]);
    // developer.hashicorp.com/terraform/language/syntax/configuration#identifiers
    for (const resource of resources.flat()) expect(resource).toMatch(/^[A-Za-z_][A-Za-z0-9_-]*$/);
    expect(new Set(resources.flat()).size).toBe(2 * hosts.length);
  });
});

describe("the ids by which records are imported", () => {
  const idsAfter = (name: ZonedName, steps: Steps) => membersAfter(name, steps).map(({ importId }) => importId);

  it("are those of the records that were found, until the first user is on Azure", () => {
    expect(["adopt", "prepared", "ready"].map((place) => idsAfter(API, PLACES[place] ?? []))).toEqual([
      [`${ZONE.id}_api.example.com_A`, `${ZONE.id}_api.example.com_AAAA`],
      [`${ZONE.id}_api.example.com_A`, `${ZONE.id}_api.example.com_AAAA`],
      [`${ZONE.id}_api.example.com_A`, undefined, `${ZONE.id}_api.example.com_AAAA`, undefined],
    ]);
  });

  it.each(["canary", "ramp", "full", "drained", "retired"])("are gone at %s", (place) => {
    for (const name of NAMES) expect(idsAfter(name, PLACES[place] ?? []).filter(Boolean)).toEqual([]);
  });

  it("stay gone after a way back: the record that was found is no more", () => {
    for (const name of NAMES)
      expect(idsAfter(name, [...wayTo("canary"), { stage: "ready" }]).filter(Boolean)).toEqual([]);
  });
});

describe("the resources of a name that is given up", () => {
  it("are those that were there until then, and none at any other place", () => {
    expect(givenUpResources(API, at("given-up"))).toEqual(["api_example_com-A-azure", "api_example_com-AAAA-azure"]);
    const others = Object.keys(PLACES).filter((place) => place !== "given-up");
    expect(others.flatMap((place) => NAMES.flatMap((name) => givenUpResources(name, at(place))))).toEqual([]);
  });
});

describe("a name", () => {
  it("has records of ours where its zone is in Route 53", () => {
    const { zone: _, ...elsewhere } = API;
    expect([isZoned(API), isZoned(elsewhere)]).toEqual([true, false]);
  });

  it("cannot be made of an address that Azure does not have", () => {
    const broken: ZonedName = { ...API, azure: { A: ["203.0.113.7"] } };
    expect(() => membersAt(broken, "ready")).toThrow(new Error("Azure has no address of type AAAA"));
  });
});

describe("what a batch leaves", () => {
  it("is what the next one finds: through every place, the members of that place", () => {
    for (const name of NAMES) {
      const places = Object.values(PLACES).slice(0, -1);
      let records: readonly RecordSet[] = [];
      for (const [index, steps] of places.entries()) {
        const [before, after] = [membersAfter(name, places[index - 1] ?? []), membersAfter(name, steps)];
        for (const batch of batchesBetween(before, after)) records = recordsAfter(records, batch);
        const byValue = (sets: readonly RecordSet[]) => sets.map((set) => JSON.stringify(set)).sort();
        expect(byValue(records)).toEqual(byValue(after.map(({ set }) => set)));
      }
    }
  });
});

describe("what Terraform sends between two places", () => {
  const between = (name: ZonedName, before: string, after: string) =>
    batchesBetween(membersAt(name, before), membersAt(name, after));
  const setOf = (name: ZonedName, place: string, resource: string): RecordSet => {
    const set = membersAt(name, place).find((one) => one.resource === resource)?.set;
    if (set === undefined) throw new Error(`no ${resource} at ${place}`);
    return set;
  };
  const act = (Action: "CREATE" | "DELETE" | "UPSERT", ResourceRecordSet: RecordSet) => ({ Action, ResourceRecordSet });

  it("is nothing where nothing differs", () => {
    expect(between(API, "full", "drained")).toEqual([]);
    expect(between(API, "off", "off")).toEqual([]);
    expect(between(API, "ready", "ready")).toEqual([]);
  });

  it("is one UPSERT where TTL or health flag differ", () => {
    expect(between(API, "adopt", "prepared")).toEqual([
      [act("UPSERT", setOf(API, "prepared", "api_example_com-A-aws"))],
      [act("UPSERT", setOf(API, "prepared", "api_example_com-AAAA-aws"))],
    ]);
  });

  it("is a lone DELETE of the AAAA that leaves", () => {
    expect(between(APEX, "adopt", "prepared")).toEqual([
      [act("UPSERT", setOf(APEX, "prepared", "example_com-A-aws"))],
      [act("DELETE", setOf(APEX, "adopt", "example_com-AAAA-aws"))],
    ]);
  });

  it("is DELETE and CREATE in one batch where the type changes: nobody finds the name empty", () => {
    expect(between(WWW, "adopt", "prepared")).toEqual([
      [
        act("DELETE", setOf(WWW, "adopt", "www_example_com-A-aws")),
        act("CREATE", setOf(WWW, "prepared", "www_example_com-A-aws")),
      ],
    ]);
  });

  it("is the same where a record becomes weighted, and only then Azure's CREATE", () => {
    expect(between(WWW, "prepared", "ready")).toEqual([
      [
        act("DELETE", setOf(WWW, "prepared", "www_example_com-A-aws")),
        act("CREATE", setOf(WWW, "ready", "www_example_com-A-aws")),
      ],
      [act("CREATE", setOf(WWW, "ready", "www_example_com-A-azure"))],
    ]);
  });

  it("is an UPSERT of each member where weights move, on and back", () => {
    for (const [before, after] of [
      ["ready", "canary"],
      ["ramp", "full"],
      ["drained", "ready"],
    ] as const)
      expect(between(API, before, after)).toEqual(membersAt(API, after).map(({ set }) => [act("UPSERT", set)]));
  });

  it("is a DELETE of AWS's members when they are retired, and of nothing else", () => {
    expect(between(APEX, "drained", "retired")).toEqual([[act("DELETE", setOf(APEX, "drained", "example_com-A-aws"))]]);
  });
});
