import type { Answer } from "dns-packet";
import { afterEach, describe, expect, it } from "vitest";
import { caaOf, delegatedServers, mayIssue } from "../../../../tools/cutover/measure/dns-records";
import { isMeasured } from "../../../../tools/cutover/measure/not-measured";
import { type DnsReply, DnsServer } from "../../../support/dns-server";

let server: DnsServer | undefined;
afterEach(() => server?.stop());

/** The options of a resolver that knows some names, and says of all others that they are not there. */
async function resolving(known: Readonly<Record<string, DnsReply>>): Promise<{ resolvers: string[] }> {
  server = await DnsServer.start((type, name) => known[`${type} ${name}`] ?? "NXDOMAIN");
  return { resolvers: [server.at] };
}
const caa = (name: string, value: string, { tag = "issue", flags = 0 } = {}): Answer => ({
  type: "CAA",
  name,
  ttl: 60,
  data: { flags, tag, value } as never,
});
const cname = (name: string, data: string): Answer => ({ type: "CNAME", name, ttl: 60, data });
const HOST = "api.mmrv.example.com";

describe("the servers that a zone is delegated to", () => {
  it("are names in lower case, sorted, without a dot at the end", async () => {
    const ns = (data: string): Answer => ({ type: "NS", name: "example.com", ttl: 60, data });
    const options = await resolving({ "NS example.com": [ns("ns-2.AWSDNS-02.net"), ns("ns-1.awsdns-01.com")] });
    expect(await delegatedServers("example.com", options)).toEqual(["ns-1.awsdns-01.com", "ns-2.awsdns-02.net"]);
  });

  it("are none of a zone that nobody delegated", async () => {
    expect(await delegatedServers("example.com", await resolving({}))).toEqual([]);
  });

  it("are not known when the resolver fails", async () => {
    expect(await delegatedServers("example.com", await resolving({ "NS example.com": "SERVFAIL" }))).toEqual({
      notMeasured:
        "NS of example.com: the resolver did not answer (ESERVFAIL); look at this machine's resolver and network, then again",
    });
  });
});

describe("who may issue certificates", () => {
  /** Whether the two authorities of a cutover may: that of the certificates here, and that of AWS. */
  const both = async (known: Readonly<Record<string, DnsReply>>) => {
    const found = await caaOf(HOST, await resolving(known));
    if (!isMeasured(found)) throw new Error(found.notMeasured);
    return { found, may: [mayIssue(found, "letsencrypt.org", "dns-01"), mayIssue(found, "amazon.com")] };
  };

  it("is everybody where no name has a CAA, up to the top", async () => {
    expect(await both({})).toEqual({
      found: { issuers: [], isRestricted: false, critical: [] },
      may: [true, true],
    });
    expect(server?.asked).toEqual([`CAA ${HOST}`, "CAA mmrv.example.com", "CAA example.com", "CAA com"]);
  });

  it("is what the closest name above says, and what is further above does not count", async () => {
    const { found, may } = await both({
      "CAA mmrv.example.com": [caa("mmrv.example.com", "amazon.com")],
      "CAA example.com": [caa("example.com", "letsencrypt.org")],
    });
    expect(found).toEqual({
      at: "mmrv.example.com",
      issuers: [{ authority: "amazon.com", parameters: {} }],
      isRestricted: true,
      critical: [],
    });
    expect(may).toEqual([false, true]);
  });

  it("is what stands at the target of a CNAME, in another's zone, before anything above the host", async () => {
    const target = "d1.cloudfront.net";
    const { found, may } = await both({
      [`CAA ${HOST}`]: [cname(HOST, target), caa(target, "amazon.com")],
      [`CNAME ${HOST}`]: [cname(HOST, target)],
      "CAA example.com": [caa("example.com", "letsencrypt.org")],
    });
    expect(found).toMatchObject({ at: HOST, through: target });
    expect(may).toEqual([false, true]);
  });

  it("climbs from the host and not from the target of its CNAME when the target itself has none", async () => {
    const { found, may } = await both({
      [`CAA ${HOST}`]: [cname(HOST, "d1.cloudfront.net")],
      "CAA cloudfront.net": [caa("cloudfront.net", "amazon.com")],
      "CAA mmrv.example.com": [caa("mmrv.example.com", "letsencrypt.org")],
    });
    expect(found.at).toBe("mmrv.example.com");
    expect(may).toEqual([true, false]);
  });

  it.each([
    ["letsencrypt.org; validationmethods=dns-01", [true, false]],
    ["letsencrypt.org;validationmethods=http-01,dns-01", [true, false]],
    ["letsencrypt.org; validationmethods=http-01", [false, false]],
    ["LetsEncrypt.org", [true, false]],
    [";", [false, false]],
  ])("is read from %s", async (value, expected) => {
    expect((await both({ [`CAA ${HOST}`]: [caa(HOST, value)] })).may).toEqual(expected);
  });

  it("is nobody new where a record is critical that no authority knows, and everybody where all are of other kinds", async () => {
    const unknown = caa(HOST, "x", { tag: "tbs", flags: 128 });
    const mailTo = caa(HOST, "mailto:security@example.com", { tag: "iodef" });
    expect((await both({ [`CAA ${HOST}`]: [unknown, caa(HOST, "letsencrypt.org")] })).may).toEqual([false, false]);
    await server?.stop();
    expect((await both({ [`CAA ${HOST}`]: [mailTo] })).may).toEqual([true, true]);
  });

  it("is not known when a question fails: an authority issues nothing then", async () => {
    const known = {
      "CAA mmrv.example.com": "SERVFAIL",
      "CAA example.com": [caa("example.com", "amazon.com")],
    } as const;
    expect(await caaOf(HOST, await resolving(known))).toEqual({
      notMeasured:
        "CAA of mmrv.example.com: the resolver did not answer (ESERVFAIL); look at this machine's resolver and network, then again",
    });
  });
});
