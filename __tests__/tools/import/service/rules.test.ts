import { describe, expect, test } from "vitest";
import { chooseService } from "../../../../tools/import/service/choose-service";
import { prefixOf } from "../../../../tools/import/service/path-pattern";
import { RULES, unwrap } from "../../../../tools/import/service/unwrap-service";
import { importService } from "../../../support/import-service";

const OWN = "api.staging.mmrv.invalid";
const paths = (...Values: string[]) => ({ Field: "path-pattern", PathPatternConfig: { Values } });
const hosts = (...Values: string[]) => ({ Field: "host-header", HostHeaderConfig: { Values } });
const forward = { Type: "forward", TargetGroupArn: "arn:x:targetgroup/web/1" };
const imported = (...rules: object[]) =>
  importService({
    rules: unwrap(
      rules.map((rule, index) => ({ RuleArn: `a${index}`, Priority: `${index + 1}`, ...rule })),
      "r.json",
      RULES,
    ),
  });
/** Questions of rules without the eight characters that tell rules apart. */
const bare = (ids: readonly string[]): string[] => ids.map((id) => id.replace(/(?<=^rule:.*):[0-9a-f]{8}(?=:)/, ""));

test.each([
  ["/v1/*", [], { path: "/v1", note: "/v1/* did not match /v1 itself; the prefix /v1 does." }],
  ["/v1/*", ["/v1"], { path: "/v1" }],
  ["/v1", ["/v1/*"], { path: "/v1" }],
  ["/*", [], { path: "/" }],
  ["*", [], { path: "/" }],
  ["/v1", [], { why: "it is one path, and a prefix is also all below it" }],
  ["/admin*", [], { why: "a prefix ends between two slashes, and has no * or ? in it" }],
  ["/*/edit", [], { why: "a prefix ends between two slashes, and has no * or ? in it" }],
  ["/v?/*", [], { why: "a prefix ends between two slashes, and has no * or ? in it" }],
  ["*.php", [], { why: "a prefix ends between two slashes, and has no * or ? in it" }],
])("%s beside %j", (pattern, among, prefix) => {
  expect(prefixOf(pattern, [pattern, ...among])).toEqual(prefix);
});

describe("a rule", () => {
  test("of the application's own host needs no host, another domain of the environment does", () => {
    const { ids, notes, part } = imported(
      { Conditions: [hosts(OWN), paths("/v1", "/v1/*")], Actions: [forward] },
      { Conditions: [hosts("staging.mmrv.invalid"), paths("/api", "/api/*")], Actions: [forward] },
    );
    expect({ ids, notes, routes: part.values.routes, callers: part.callers }).toEqual({
      ids: [],
      notes: [],
      routes: [{ path: "/v1" }, { host: "staging.mmrv.invalid", path: "/api" }],
      callers: [],
    });
  });

  test("that is the listener's last takes every path", () => {
    expect(imported({ Priority: "default", Conditions: [], Actions: [forward] }).part.values.routes).toEqual([
      { path: "/" },
    ]);
  });

  test("that only redirects to HTTPS is what the gateway does anyway", () => {
    const redirect = {
      Protocol: "HTTPS",
      Port: "443",
      Host: "#{host}",
      Path: "/#{path}",
      Query: "#{query}",
      StatusCode: "HTTP_301",
    };
    const { ids, part } = imported({ Actions: [{ Type: "redirect", RedirectConfig: redirect }] });
    expect([ids, part.values.routes]).toEqual([[], []]);
  });

  test("that shares between target groups, all but one without weight, is one of one", () => {
    const TargetGroups = [
      { TargetGroupArn: "a", Weight: 1 },
      { TargetGroupArn: "b", Weight: 0 },
    ];
    const { ids, part } = imported({
      Conditions: [paths("/*")],
      Actions: [{ Type: "forward", ForwardConfig: { TargetGroups } }],
    });
    expect([ids, part.values.routes]).toEqual([[], [{ path: "/" }]]);
  });

  test.each([
    [
      "authenticate-oidc",
      { Type: "authenticate-oidc", AuthenticateOidcConfig: { ClientId: "c", ClientSecret: "s3cr3t" } },
    ],
    ["jwt-validation", { Type: "jwt-validation", JwtValidationConfig: { Issuer: "i" } }],
  ])("with %s is of the worst risk, and routes nothing meanwhile", (_, login) => {
    const got = imported({ Conditions: [paths("/admin/*")], Actions: [login, forward] });
    expect([got.decisions.map(({ id, risk }) => [...bare([id]), risk]), got.part.values.routes]).toEqual([
      [["rule:/admin/-:login", "access lost"]],
      [],
    ]);
    expect(JSON.stringify(got)).not.toContain("s3cr3t");
  });

  test("counts by the service's target groups: one of another goes, one of the second port is asked about", () => {
    const group = (name: string) => `arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/${name}/1`;
    const entry = (name: string, containerPort: number) => ({
      targetGroupArn: group(name),
      containerName: "web",
      containerPort,
    });
    const { service } = chooseService(
      {
        serviceName: "web",
        cluster: "main",
        desiredCount: 1,
        loadBalancers: [entry("web", 3000), entry("admin", 3001)],
      },
      "s.json",
    );
    const to = (name: string) => ({
      Conditions: [paths(`/${name}`, `/${name}/*`)],
      // Made anew it has another number, and the same name.
      Actions: [{ Type: "forward", TargetGroupArn: group(name).replace("/1", "/2") }],
    });
    const all = ["web", "admin", "other"].map((name, index) => ({
      RuleArn: name,
      Priority: `${index + 1}`,
      ...to(name),
    }));
    const routed = (answers: Readonly<Record<string, string>>) => {
      const { ids, part } = importService({ service, rules: unwrap(all, "r.json", RULES) }, answers);
      return [ids, part.values.routes];
    };
    const ids = ["port:3001", "target-group:admin:port"];
    expect(routed({})).toEqual([ids, [{ path: "/web" }]]);
    expect(routed({ "target-group:admin:port": "accepted" })).toEqual([ids, [{ path: "/web" }, { path: "/admin" }]]);
  });

  test("that does what nobody has heard of routes nothing", () => {
    const { ids, part } = imported({ Conditions: [paths("/x/*")], Actions: [{ Type: "teleport" }] });
    expect([bare(ids), part.values.routes]).toEqual([["rule:/x/-:action"], []]);
  });

  test("of a second listener has questions of its own", () => {
    const login = { Type: "authenticate-oidc", AuthenticateOidcConfig: { ClientId: "c" } };
    const both = ["a", "b"].map((RuleArn) => ({ RuleArn, Priority: "7", Actions: [login, forward] }));
    const { ids } = imported(...both);
    expect([bare(ids), new Set(ids).size]).toEqual([["rule:all:login", "rule:all:login"], 2]);
  });

  test.each([
    ["what nobody has heard of", [{ Field: "moon-phase", Values: ["full"] }], ["rule:all:moon-phase"]],
    [
      "a pattern of hosts, as it was said before",
      [{ Field: "host-header", Values: ["*.example.com"] }],
      ["rule:all:host-header:pattern"],
    ],
    ["a pattern of hosts", [hosts("*.example.com")], ["rule:all:host-header:pattern"]],
    [
      "a regular expression",
      [{ Field: "path-pattern", PathPatternConfig: { RegexValues: ["^/v[12]"] } }],
      ["rule:all:path-pattern:pattern"],
    ],
    [
      "a query",
      [{ Field: "query-string", QueryStringConfig: { Values: [{ Key: "v", Value: "2" }] } }],
      ["rule:all:query-string"],
    ],
    [
      "a method",
      [{ Field: "http-request-method", HttpRequestMethodConfig: { Values: ["GET"] } }],
      ["rule:all:http-request-method"],
    ],
  ])("by %s is asked about", (_, Conditions, ids) => {
    const got = imported({ Conditions, Actions: [forward] });
    expect([bare(got.ids), got.part.values.routes, got.rows.length]).toEqual([ids, [], got.leaves.length]);
  });
});

describe("an answer about a rule", () => {
  const inside = { Field: "source-ip", SourceIpConfig: { Values: ["10.0.0.0/8"] } };
  const ops = { RuleArn: "x/1", Priority: "3", Conditions: [inside, paths("/ops", "/ops/*")], Actions: [forward] };
  const idOf = (rule: object) => imported(rule).ids;

  test("holds when its priority changes, or AWS says its conditions in another order", () => {
    const moved = { ...ops, Priority: "9", Conditions: [paths("/ops/*", "/ops"), inside] };
    expect([idOf(moved), bare(idOf(moved))]).toEqual([idOf(ops), ["rule:/ops:source-ip"]]);
  });

  test.each([
    ["another rule that takes its priority", { ...ops, RuleArn: "x/2" }],
    ["the same rule for another path", { ...ops, Conditions: [inside, paths("/admin", "/admin/*")] }],
    [
      "the same rule for other addresses",
      { ...ops, Conditions: [{ ...inside, SourceIpConfig: { Values: ["10.1.0.0/16"] } }, paths("/ops", "/ops/*")] },
    ],
  ])("is none about %s", (_, other) => {
    const [answered = ""] = idOf(ops);
    const accepted = (rule: object) =>
      importService({ rules: unwrap([rule], "r.json", RULES) }, { [answered]: "accepted" }).part.values.routes;
    expect([accepted(ops), accepted(other)]).toEqual([[{ path: "/ops" }], []]);
  });
});

describe("what a rule keeps from the application", () => {
  const group = (name: string) => `arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/${name}/1`;
  const { service } = chooseService(
    {
      serviceName: "web",
      cluster: "main",
      desiredCount: 1,
      loadBalancers: [{ targetGroupArn: group("web"), containerName: "web", containerPort: 3000 }],
    },
    "s.json",
  );
  const to = (name: string) => [{ Type: "forward", TargetGroupArn: group(name) }];
  const answer = (StatusCode: string) => [{ Type: "fixed-response", FixedResponseConfig: { StatusCode } }];
  type Told = readonly [Priority: string, Conditions: readonly object[], Actions: readonly object[]];
  const asked = (...rules: readonly Told[]) => {
    const all = rules.map(([Priority, Conditions, Actions]) => ({
      ...{ RuleArn: `listener-rule/app/main/l/${Priority}`, Priority, Conditions, Actions },
    }));
    const { decisions, leaves, rows } = importService({ service, rules: unwrap(all, "r.json", RULES) });
    expect(rows.filter(({ isAbsent, source }) => !isAbsent && source.startsWith("rule:"))).toHaveLength(
      leaves.filter((source) => source.startsWith("rule:")).length,
    );
    return decisions.map(({ asks, id, risk }) => [...bare([id]), risk, asks]);
  };

  test("by an answer of its own is open where a route takes it, and of the worst risk", () => {
    expect(asked(["5", [paths("/api/internal/*")], answer("403")], ["default", [], to("web")])).toEqual([
      [
        "rule:/api/internal/-:refused",
        "access lost",
        "The load balancer refuses /api/internal/* by itself with 403. Here the route / takes it, too, and the gateway refuses nothing. Does the application refuse it by itself?",
      ],
    ]);
  });

  test("for another service comes here where a route takes it", () => {
    expect(asked(["6", [paths("/api/v2/*")], to("other")], ["7", [paths("/api", "/api/*")], to("web")])).toEqual([
      [
        "rule:/api/v2/-:elsewhere",
        "unreachable",
        "The load balancer sends /api/v2/* to another service (other). Here the route /api takes it, too, unless that service has a longer one. Has it?",
      ],
    ]);
  });

  test.each<[what: string, id: string, risk: string, rules: readonly Told[]]>([
    [
      "is refused to the rest of the listener",
      "rule:default:fixed-response",
      "unreachable",
      [
        ["1", [paths("/api", "/api/*")], to("web")],
        ["default", [], answer("403")],
      ],
    ],
    [
      "is refused below another prefix",
      "rule:/apis/-:fixed-response",
      "unreachable",
      [
        ["1", [paths("/apis/*")], answer("403")],
        ["2", [paths("/api", "/api/*")], to("web")],
      ],
    ],
    [
      "is refused on another host",
      "rule:/api/-:fixed-response",
      "unreachable",
      [
        ["1", [hosts("other.example.com"), paths("/api/*")], answer("403")],
        ["2", [hosts(OWN), paths("/api", "/api/*")], to("web")],
      ],
    ],
    [
      "never gets as far, because another rule comes before",
      "rule:/api/internal/-:fixed-response",
      "unreachable",
      [
        ["1", [paths("/api", "/api/*")], to("web")],
        ["2", [paths("/api/internal/*")], answer("403")],
      ],
    ],
    [
      "is refused by a pattern that a route's paths fit",
      "rule:/-/secret:refused",
      "access lost",
      [
        ["1", [paths("/*/secret")], answer("401")],
        ["2", [paths("/api", "/api/*")], to("web")],
      ],
    ],
  ])("%s", (_, id, risk, rules) => {
    expect(asked(...rules).map((one) => one.slice(0, 2))).toEqual([[id, risk]]);
  });
});
