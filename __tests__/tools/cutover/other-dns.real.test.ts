import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { gatesOf } from "../../../model/cutover/gates";
import { CutoverStage, type Ended } from "../../support/cutover-stage";
import { requires } from "../../support/requires";

const API = "api.example.com";
/** Where the challenge of the name must lead. */
const CHALLENGE = `${API}.acme.example.com`;
const AZURE = "mmrv-staging-k3m7.eastus2.cloudapp.azure.com";
/** Whoever has DNS elsewhere needs no login for any of this. */
const NO_LOGIN = {
  AWS_ACCESS_KEY_ID: "",
  AWS_SECRET_ACCESS_KEY: "",
  AWS_PROFILE: "",
  AWS_CONFIG_FILE: "/dev/null",
  AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
};

/** The steps of an application whose DNS is at another provider than Route 53, one after the other, by the commands. */
describe("a cutover with DNS elsewhere", requires("moto_server"), () => {
  let stage: CutoverStage;
  /** Whether the challenge leads where it must. */
  let isDelegated = false;

  beforeAll(async () => {
    stage = await CutoverStage.start([]);
    stage.edit("environments/staging.ts", [
      'dns: { via: "route53" }',
      'dns: { via: "other", challenges: "acme.example.com" }',
    ]);
  });
  afterAll(() => stage?.stop());
  beforeEach(() => {
    stage.answer = (type, name) => {
      if (name === API && type === "A")
        return ["127.0.0.6", "127.0.0.5"].map((data) => ({ type: "A", name, ttl: 17, data }) as const);
      if (name === API && type === "AAAA") return [{ type: "AAAA", name, ttl: 17, data: "2001:db8::1" }];
      if (name === "www.example.com") return [{ type: "CNAME", name, ttl: 17, data: "main.invalid" }];
      if (name === `_acme-challenge.${API}` && type === "CNAME" && isDelegated)
        return [{ type: "CNAME", name, ttl: 17, data: CHALLENGE }];
      return undefined;
    };
  });

  const cutover = (...args: readonly string[]): Promise<Ended> =>
    stage.mmrv(["cutover", ...args, "--resolver", stage.dns.at], NO_LOGIN);

  /** What the step writes besides, which the test before may have written. */
  const pages = /^wrote docs\/.*\n/gm;
  const plain = ({ stdout, ...ended }: Ended): Ended => ({ ...ended, stdout: stdout.replaceAll(pages, "") });

  /** As if the last step were of the year before, so that no TTL is waited for. */
  function backdate(day: number): void {
    const since = stage.file.components?.["backend"]?.steps.at(-1)?.since ?? "";
    stage.write(stage.text.replaceAll(since, `2026-01-0${day}T00:00:00Z`));
  }

  it("is adopted by DNS alone, once somebody says what no resolver tells", async () => {
    const asked = `${API}: records of type HTTPS or SVCB lead past the weights, and a resolver is not asked for them here: are there none at your provider, and does it have weights at all?`;
    expect(await cutover("adopt", "staging", "backend")).toEqual({
      code: 1,
      stdout: `backend: ${API}
  r3 ask: ${asked}
next: mend what says stop, and give a reason for what says ask: --accept RULE=WHY --by NAME
`,
      stderr: "",
    });
    expect(() => stage.text).toThrow("ENOENT");
    const reason = "r3=none, and it has weights";
    expect(plain(await cutover("adopt", "staging", "backend", "--accept", reason, "--by", "Ops"))).toMatchObject({
      code: 0,
      stderr: "",
    });
    expect(stage.file).toEqual({
      components: {
        backend: {
          names: [
            {
              host: API,
              aws: [
                // What is left of a TTL says nothing, so it is waited for the longest.
                { type: "A", ttl: 3600, values: ["127.0.0.5", "127.0.0.6"] },
                { type: "AAAA", ttl: 3600, values: ["2001:db8::1"], leaves: true },
              ],
              azure: { A: ["127.0.0.7"] },
              accepted: [
                {
                  rule: "r3",
                  why: "none, and it has weights",
                  by: "Ops",
                  date: new Date().toISOString().slice(0, 10),
                },
              ],
            },
          ],
          steps: [{ stage: "adopt", since: expect.any(String) }],
        },
      },
    });
    backdate(1);
  });

  it("stops at a name that leads nowhere, and where nobody could be asked", async () => {
    stage.answer = (_, name) => (name === "www.example.com" ? "SERVFAIL" : undefined);
    const { code, stdout } = await cutover("adopt", "staging", "frontend", "--json");
    expect(code).toBe(1);
    const [{ findings }] = JSON.parse(stdout).applications;
    expect(findings.filter(({ rule }: { readonly rule: string }) => rule !== "r3")).toEqual([
      {
        host: "example.com",
        rule: "r7",
        weight: "stop",
        text: "example.com has no address: nobody is led anywhere; mend the name in domains, or the record",
      },
      {
        host: "www.example.com",
        rule: "r7",
        weight: "stop",
        text: "www.example.com: where it leads could not be asked: CNAME of www.example.com: the resolver did not answer (ESERVFAIL); look at this machine's resolver and network, then again",
      },
      {
        host: "www.example.com",
        rule: "r10",
        weight: "stop",
        text: "www.example.com: who may issue its certificate could not be asked: CAA of www.example.com: the resolver did not answer (ESERVFAIL); look at this machine's resolver and network, then again",
      },
    ]);
  });

  it("is prepared by records that somebody sets, without what leaves", async () => {
    expect(plain(await cutover("next", "staging", "backend"))).toEqual({
      code: 0,
      stdout: `wrote cutover/staging.yaml: backend adopt → adopt, prepared
set these records at your provider:
  ${API} 60 A 127.0.0.5, 127.0.0.6
`,
      stderr: "",
    });
  });

  it("waits for the old TTL, and for a challenge that leads to where we may write", async () => {
    const early = await cutover("next", "staging", "backend", "--by", "Ops", ...yes("zone", "certificates"));
    expect(early).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /since: got .*, must be .* or later \(resolvers keep the old answer for its TTL, 3600 s\)/,
      ),
    });
    backdate(2);
    const astray = await cutover("next", "staging", "backend", "--by", "Ops", ...yes("certificates"));
    expect(astray).toEqual({
      code: 1,
      stdout: "",
      stderr: `1 gate is open, nothing was touched:
  zone: the zone answers as it was adopted, after the old TTL: _acme-challenge.${API} leads to nothing, and must be a CNAME to ${CHALLENGE}; not good enough; why may it go on?
  next: --by NAME --answer zone=WHY
`,
    });
    stage.answer = (_, name) => (name.startsWith("_acme-challenge") ? "SERVFAIL" : undefined);
    const unasked = await cutover("next", "staging", "backend", "--dry-run", "--json");
    expect(JSON.parse(unasked.stdout).gates[0]).toMatchObject({
      gate: "zone",
      isOpen: true,
      text: `not measured: CNAME of _acme-challenge.${API}: the resolver did not answer (ESERVFAIL); look at this machine's resolver and network, then again`,
    });
  });

  it("is ready, without a proof of a provider that it does not have", async () => {
    isDelegated = true;
    const { code, stderr, stdout } = plain(
      await cutover("next", "staging", "backend", "--by", "Ops", ...yes("certificates")),
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout.split("\n").filter((line) => !line.startsWith("answered  certificates"))).toEqual([
      `good      zone: _acme-challenge.${API} leads to ${CHALLENGE}`,
      "wrote cutover/staging.yaml: backend adopt, prepared → ready",
      "set these records at your provider:",
      `  ${API} 60 A 127.0.0.5, 127.0.0.6  weight 255 of 255 (aws)`,
      `  ${API} 60 A 127.0.0.7  weight 0 of 255 (azure)`,
      "",
    ]);
    backdate(3);
    expect(await stage.mmrv(["cutover", "prove", "staging"], NO_LOGIN)).toEqual({
      code: 1,
      stdout: "",
      stderr: "staging: dns.via is other, so there is no provider to prove; nothing was touched\n",
    });
  });

  it("sends the first users by weights that somebody sets, said as JSON too", async () => {
    const gates = gatesOf({ from: "ecs" }, { stage: "ready" }, { stage: "canary", percent: 1 });
    const { code, stdout } = await cutover(
      "next",
      "staging",
      "backend",
      "--json",
      "--by",
      "Ops",
      ...yes(...gates.map(({ name }) => name)),
    );
    expect({ code, taken: JSON.parse(stdout) }).toMatchObject({
      code: 0,
      taken: {
        environment: "staging",
        dryRun: false,
        application: "backend",
        from: "ready",
        to: "canary with 1 %",
        notes: [
          "set these records at your provider:",
          `  ${API} 60 A 127.0.0.5, 127.0.0.6  weight 252 of 255 (aws)`,
          `  ${API} 60 A 127.0.0.7  weight 3 of 255 (azure)`,
        ],
      },
    });
  });

  it("is looked at by DNS, at whoever answers for the zone", async () => {
    stage.answer = (type, name) => {
      if (type === "NS" && name === "example.com") return [{ type: "NS", name, ttl: 60, data: "ns1.provider.example" }];
      if (type === "A" && name === "ns1.provider.example") return [{ type: "A", name, ttl: 60, data: "127.0.0.1" }];
      return type === "A" && name === API ? [{ type: "A", name, ttl: 60, data: "127.0.0.7" }] : undefined;
    };
    const { code, stdout } = await cutover("status", "staging", "backend", "--json");
    const [{ differences, names, place }] = JSON.parse(stdout).applications;
    expect({ code, differences, place }).toEqual({ code: 0, differences: [], place: "canary with 1 %" });
    expect(names).toMatchObject([
      {
        host: API,
        records: [
          `${API} 60 A 127.0.0.5, 127.0.0.6  weight 252 of 255 (aws)`,
          `${API} 60 A 127.0.0.7  weight 3 of 255 (azure)`,
        ],
        servers: [{ server: "ns1.provider.example", A: { notMeasured: expect.stringContaining("ECONNREFUSED") } }],
        resolvers: [{ server: stage.dns.at, A: { azureShare: 1 } }],
      },
    ]);
  });

  it("goes back by hand: at once nobody here can, and the file is written when it is done", async () => {
    const before = stage.text;
    const records = [
      `  ${API} 60 A 127.0.0.5, 127.0.0.6  weight 255 of 255 (aws)`,
      `  ${API} 60 A 127.0.0.7  weight 0 of 255 (azure)`,
    ].join("\n");
    expect(await cutover("back", "staging", "--now")).toEqual({
      code: 1,
      stdout: "",
      stderr: `dns.via is other: nobody here may change those records; nothing was touched. Set them at that provider:
${records}
  then: npx mmrv cutover back staging backend
`,
    });
    expect(stage.text).toBe(before);
    expect(plain(await cutover("back", "staging", "backend"))).toEqual({
      code: 0,
      stdout: `backend: from canary with 1 %: back on AWS in the file; set these records at your provider:
wrote cutover/staging.yaml; commit it
`,
      stderr: `${records}\n`,
    });
    expect(stage.file.components?.["backend"]?.steps.at(-1)).toMatchObject({ stage: "ready", percent: 0 });
    expect(stage.front.batches).toEqual([]);
  });

  it("leads from a CNAME to a CNAME, beside which no address may stand", async () => {
    stage.write(
      `components:
  frontend:
    names:
      - host: example.com
        aws: [{ type: A, ttl: 3600, values: [127.0.0.5] }]
        azure: { A: [127.0.0.7] }
      - host: www.example.com
        aws: [{ type: CNAME, ttl: 3600, values: [main.invalid] }]
        azure: { A: [127.0.0.7] }
    steps:
      - { stage: adopt, since: 2026-01-01T00:00:00Z }
      - { stage: adopt, prepared: true, since: 2026-01-02T00:00:00Z }
      - { stage: ready, since: 2026-01-03T00:00:00Z }
`,
    );
    const { stdout } = await cutover("status", "staging", "frontend", "--json");
    const [{ names }] = JSON.parse(stdout).applications;
    expect(names.map(({ records }: { readonly records: unknown }) => records)).toEqual([
      ["example.com 60 A 127.0.0.5  weight 255 of 255 (aws)", "example.com 60 A 127.0.0.7  weight 0 of 255 (azure)"],
      [
        "www.example.com 60 CNAME main.invalid  weight 255 of 255 (aws)",
        `www.example.com 60 CNAME ${AZURE}  weight 0 of 255 (azure)`,
      ],
    ]);
  });
});

const yes = (...gates: readonly string[]): string[] => gates.flatMap((gate) => ["--answer", `${gate}=yes`]);
