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
    expect([got.decisions.map(({ id, risk }) => [id, risk]), got.part.values.routes]).toEqual([
      [["rule:1:login", "access lost"]],
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
    const ids = ["port:3001", "rule:2:port"];
    expect(routed({})).toEqual([ids, [{ path: "/web" }]]);
    expect(routed({ "rule:2:port": "accepted" })).toEqual([ids, [{ path: "/web" }, { path: "/admin" }]]);
  });

  test("that does what nobody has heard of routes nothing", () => {
    const { ids, part } = imported({ Conditions: [paths("/x/*")], Actions: [{ Type: "teleport" }] });
    expect([ids, part.values.routes]).toEqual([["rule:1:action"], []]);
  });

  test("of a second listener has questions of its own", () => {
    const login = { Type: "authenticate-oidc", AuthenticateOidcConfig: { ClientId: "c" } };
    const both = ["a", "b"].map((RuleArn) => ({ RuleArn, Priority: "7", Actions: [login, forward] }));
    expect(imported(...both).ids).toEqual(["rule:7:login", "rule:7-2:login"]);
  });

  test.each([
    ["what nobody has heard of", [{ Field: "moon-phase", Values: ["full"] }], ["rule:1:moon-phase"]],
    [
      "a pattern of hosts, as it was said before",
      [{ Field: "host-header", Values: ["*.example.com"] }],
      ["rule:1:host-header:pattern"],
    ],
    ["a pattern of hosts", [hosts("*.example.com")], ["rule:1:host-header:pattern"]],
    [
      "a regular expression",
      [{ Field: "path-pattern", PathPatternConfig: { RegexValues: ["^/v[12]"] } }],
      ["rule:1:path-pattern:pattern"],
    ],
    [
      "a query",
      [{ Field: "query-string", QueryStringConfig: { Values: [{ Key: "v", Value: "2" }] } }],
      ["rule:1:query-string"],
    ],
    [
      "a method",
      [{ Field: "http-request-method", HttpRequestMethodConfig: { Values: ["GET"] } }],
      ["rule:1:http-request-method"],
    ],
  ])("by %s is asked about", (_, Conditions, ids) => {
    const got = imported({ Conditions, Actions: [forward] });
    expect([got.ids, got.part.values.routes, got.rows.length]).toEqual([ids, [], got.leaves.length]);
  });
});
