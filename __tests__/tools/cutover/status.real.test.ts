import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { CutoverFile } from "../../../model/cutover/schema";
import type { Stage } from "../../../model/cutover/stages";
import { fileAt, longAgo, place } from "../../support/cutover-ramp";
import { CutoverStage, type Ended } from "../../support/cutover-stage";
import { DnsServer } from "../../support/dns-server";
import { requires } from "../../support/requires";

const API = "api.example.com";
/** Nobody is logged in, whatever this machine knows of its user. */
const NO_LOGIN = {
  AWS_ACCESS_KEY_ID: "",
  AWS_SECRET_ACCESS_KEY: "",
  AWS_PROFILE: "",
  AWS_CONFIG_FILE: "/dev/null",
  AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
};

/** What is told of a side without a listener differs from machine to machine. */
const unseen = { notMeasured: expect.stringMatching(/^(aws at main\.elb\.invalid|azure at 127\.0\.0\.7) /) };

describe("status", requires("moto_server"), () => {
  let stage: CutoverStage;
  beforeAll(async () => {
    stage = await CutoverStage.start();
  });
  afterAll(() => stage?.stop());
  beforeEach(() => {
    stage.answer = () => undefined;
  });

  const status = (...more: readonly string[]): Promise<Ended> => stage.cutover("status", "staging", ...more);

  /** The backend alone, with an AWS side that leads nobody out of this machine. */
  function backendAt(at: Stage): CutoverFile {
    const { components, ...file } = fileAt(at, stage.zone);
    const backend = JSON.parse(
      JSON.stringify(components["backend"]).replaceAll(/[\w.-]+\.elb\.amazonaws\.com/g, "main.elb.invalid"),
    );
    return { ...file, components: { backend } };
  }

  it("says where users are by the file, by Route 53 and by resolvers, and what nobody could measure, as JSON", async () => {
    await place(stage, backendAt("ramp"));
    let asked = 0;
    stage.answer = (type, name) => {
      if (type !== "A" || name !== API) return undefined;
      asked += 1;
      return [{ type: "A", name, ttl: 60, data: asked % 5 === 0 ? "127.0.0.7" : "198.51.100.1" }];
    };
    const { code, stderr, stdout } = await status("backend", "--json");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const silent = (server: string) => {
      const why = {
        notMeasured: `${server} did not answer for ${API} (ECONNREFUSED); look whether UDP port 53 is open from here, then again`,
      };
      return { server, A: why, AAAA: why };
    };
    const unmeasured =
      "not measured: environments/staging.ts has prometheus: false, so nothing counts at the gateway; look at its log, and answer yourself";
    expect(JSON.parse(stdout)).toEqual({
      environment: "staging",
      applications: [
        {
          application: "backend",
          place: "ramp with 5 %",
          percent: 5,
          isWeighted: true,
          since: "2026-01-01T08:00:00.000Z",
          differences: [],
          names: [
            {
              host: API,
              records: [
                "A aws weight 242 → main.elb.invalid",
                "A azure weight 13 → 127.0.0.7 (60 s)",
                "AAAA aws weight 242 → main.elb.invalid",
                "AAAA azure weight 13 → 2001:db8::7 (60 s)",
              ],
              servers: (await stage.front.nameServers(stage.zone)).map(silent),
              resolvers: [
                {
                  server: stage.dns.at,
                  A: {
                    answered: 5,
                    replies: { "198.51.100.1": 4, "127.0.0.7": 1 },
                    empty: 0,
                    azureShare: 0.2,
                    ttl: { lowest: 60, highest: 60 },
                    failures: {},
                  },
                  AAAA: { answered: 5, replies: {}, empty: 5, failures: {} },
                },
              ],
              sides: [
                {
                  side: { name: "aws", at: "main.elb.invalid" },
                  certificate: unseen,
                  paths: [{ path: "/", ...unseen }],
                },
                { side: { name: "azure", at: "127.0.0.7" }, certificate: unseen, paths: [{ path: "/", ...unseen }] },
              ],
              comparison: {
                differences: [],
                notMeasured: [
                  { path: "/", ...unseen },
                  { path: "/", ...unseen },
                ],
              },
            },
          ],
          twins: [],
          gates: [
            { gate: "errors", text: unmeasured, isGood: null },
            { gate: "latency", text: unmeasured, isGood: null },
          ],
          nextPlace: "ramp with 25 %",
        },
      ],
    });
  });

  it("ends with 1 where Route 53 has something else than the file says, and names it", async () => {
    await place(stage, backendAt("ramp"));
    const [aws, azure] = await stage.front.records(stage.zone);
    await stage.front.changePast(stage.zone, [
      { Action: "UPSERT", ResourceRecordSet: { ...(aws as typeof aws & object), Weight: 255 } },
      { Action: "UPSERT", ResourceRecordSet: { ...(azure as typeof azure & object), Weight: 0 } },
      {
        Action: "CREATE",
        ResourceRecordSet: { Name: API, Type: "CAA", TTL: 60, ResourceRecords: [{ Value: '0 issue "amazon.com"' }] },
      },
    ]);
    const { code, stderr, stdout } = await status();
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `  differs: ${API}: A aws weight 242 → main.elb.invalid by the file, A aws weight 255 → main.elb.invalid in Route 53
  differs: ${API}: A azure weight 13 → 127.0.0.7 (60 s) by the file, A azure weight 0 → 127.0.0.7 (60 s) in Route 53
`,
    });
    expect(
      stdout
        .split("\n")
        .filter((line) => !/^ {4}(aws|azure|open) /.test(line))
        .join("\n"),
    ).toBe(`backend: ramp with 5 % since 2026-01-01T08:00:00.000Z
  ${API}
    record    A aws weight 255 → main.elb.invalid
    record    A azure weight 0 → 127.0.0.7 (60 s)
    record    AAAA aws weight 242 → main.elb.invalid
    record    AAAA azure weight 13 → 2001:db8::7 (60 s)
    server    none of the 4: not measured: ns-2048.awsdns-64.com did not answer for ${API} (ECONNREFUSED); look whether UDP port 53 is open from here, then again
    resolver  ${stage.dns.at}: nothing
  expected: Azure in 5.1 % of the answers of each server
  next: ramp with 25 %
frontend: off
  next: adopt
`);
  });

  it("answers without a login what needs none: name servers are found by DNS, gates say what is missing", async () => {
    const file = backendAt("adopt");
    await place(stage, {
      ...file,
      components: {
        backend: {
          ...file.components?.["backend"],
          steps: longAgo([{ stage: "adopt" }, { stage: "adopt", prepared: true }]),
        },
      },
    });
    const why = "you are not logged in to AWS, or not any more (CredentialsProviderError)";
    const args = ["cutover", "status", "staging", "backend", "--resolver", stage.dns.at];
    const { code, stderr, stdout } = await stage.mmrv([...args, "--json"], NO_LOGIN);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const [{ gates, names, differences }] = JSON.parse(stdout).applications;
    expect(differences).toEqual([]);
    expect(gates).toEqual([
      { gate: "zone", text: `not measured: ${why}`, isGood: null },
      { gate: "certificates", text: expect.stringMatching(/^not measured: aws at main\.elb\.invalid /), isGood: null },
    ]);
    const servers = [...(await stage.front.nameServers(stage.zone))].sort();
    expect(names).toMatchObject([
      { host: API, records: [`not measured: ${why}`], servers: servers.map((server) => ({ server })) },
    ]);
    expect(stage.dns.asked).toContain("NS example.com");
  });

  it("asks nobody about what has not begun", async () => {
    const { length } = stage.dns.asked;
    expect(await stage.cutover("status", "production")).toEqual({
      code: 0,
      stdout: "backend: off\n  next: adopt\nfrontend: off\n  next: adopt\n",
      stderr: "",
    });
    expect(stage.dns.asked.length).toBe(length);
  });

  it("ends within a minute where everybody is silent, with everything not measured", async () => {
    await place(stage, backendAt("full"));
    const aws = createServer(() => {}).listen(0, "127.0.0.1");
    await once(aws, "listening");
    const dns = await DnsServer.start(() => "silence");
    const began = Date.now();
    const { code, stderr, stdout } = await stage.mmrv(
      ["cutover", "status", "staging", "backend", "--resolver", dns.at],
      { AWS_ENDPOINT_URL: `http://127.0.0.1:${(aws.address() as AddressInfo).port}` },
    );
    expect(Date.now() - began).toBeLessThan(60_000);
    aws.close();
    await dns.stop();
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(
      stdout
        // Two questions at once, and two clocks of the SDK: whichever was first.
        .replace(/to (list the records of|look at) zone \w+ \((ETIMEDOUT|TimeoutError)\)/, "to look (no answer)")
        .split("\n")
        .filter((line) => !/^ {4}(aws|azure) /.test(line))
        .join("\n"),
    ).toBe(`backend: full since 2026-01-01T10:00:00.000Z
  ${API}
    record    not measured: AWS cannot be reached to look (no answer)
    server    not measured: NS of example.com: the resolver did not answer (ETIMEOUT); look at this machine's resolver and network, then again
    resolver  not measured: ${dns.at} did not answer for ${API} (ETIMEOUT); look whether UDP port 53 is open from here, then again
  expected: Azure in 100.0 % of the answers of each server
  next: drained
    open  requests-left: not measured: ${API}: main.elb.invalid is neither a load balancer nor CloudFront; count the requests of ${API} where it is logged, and answer yourself
`);
  });
});
