import type { Answer } from "dns-packet";
import { afterEach, describe, expect, it } from "vitest";
import { askAuthoritative, askResolvers } from "../../../../tools/cutover/measure/dns";
import { DnsServer } from "../../../support/dns-server";

const HOST = "api.mmrv.example.com";
const AZURE = "203.0.113.7";
const AWS = ["198.51.100.1", "198.51.100.2"];
const a = (data: string, ttl = 60): Answer => ({ type: "A", name: HOST, ttl, data });
const aaaa = (data: string): Answer => ({ type: "AAAA", name: HOST, ttl: 60, data });

const servers: DnsServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});
async function serve(...parameters: Parameters<typeof DnsServer.start>): Promise<DnsServer> {
  const server = await DnsServer.start(...parameters);
  servers.push(server);
  return server;
}
/** Azure's address to every fourth question of A, the load balancer's two to the others. */
const weighted = () => {
  let questions = 0;
  return serve((type) => {
    if (type !== "A") return [];
    questions += 1;
    return questions % 4 === 0 ? [a(AZURE)] : AWS.map((data) => a(data, 30));
  });
};

describe("what an authoritative server answers", () => {
  it("is counted by address, each question being one of its own, with the share of Azure and the TTL", async () => {
    const server = await weighted();
    expect(await askAuthoritative({ host: HOST, azure: [AZURE], times: 20 }, [server.at])).toEqual([
      {
        server: server.at,
        A: {
          answered: 20,
          replies: { [AZURE]: 5, "198.51.100.1": 15, "198.51.100.2": 15 },
          empty: 0,
          azureShare: 0.25,
          ttl: { lowest: 30, highest: 60 },
          failures: {},
        },
        AAAA: { answered: 20, replies: {}, empty: 20, failures: {} },
      },
    ]);
    // Nothing between us and the server remembers an answer.
    expect(server.asked.filter((question) => question === `A ${HOST}`)).toHaveLength(20);
  });

  it("is asked twenty times unless told, and never more than a hundred times", async () => {
    const server = await serve((type) => (type === "A" ? [a(AZURE)] : [aaaa("2001:db8::7")]));
    const [usual] = await askAuthoritative({ host: HOST, azure: [AZURE] }, [server.at]);
    expect(usual?.A).toMatchObject({ answered: 20, azureShare: 1 });
    const [bounded] = await askAuthoritative({ host: HOST, azure: [AZURE], times: 1e9 }, [server.at]);
    expect(bounded?.A).toMatchObject({ answered: 100 });
  });

  it("is Azure's in IPv6 however the address is written, and is not when another address stands beside it", async () => {
    const azure = ["2001:0db8:0000::0007"];
    const server = await serve((type) => (type === "AAAA" ? [aaaa("2001:db8::7")] : []));
    const [alone] = await askAuthoritative({ host: HOST, azure, times: 2 }, [server.at]);
    expect(alone?.AAAA).toMatchObject({ replies: { "2001:db8::7": 2 }, azureShare: 1 });
    const mixed = await serve((type) => (type === "AAAA" ? [aaaa("2001:db8::7"), aaaa("2001:db8::8")] : []));
    const [both] = await askAuthoritative({ host: HOST, azure, times: 2 }, [mixed.at]);
    expect(both?.AAAA).toMatchObject({ replies: { "2001:db8::7": 2, "2001:db8::8": 2 }, azureShare: 0 });
  });

  it("is the CNAME where it gives that alone, which is not followed out of its zone", async () => {
    const cname: Answer = { type: "CNAME", name: HOST, ttl: 500, data: "D1.cloudfront.net" };
    const server = await serve(() => [cname]);
    const [answers] = await askAuthoritative({ host: HOST, azure: [AZURE], times: 2 }, [server.at]);
    expect(answers?.A).toEqual({
      answered: 2,
      replies: { "CNAME d1.cloudfront.net": 2 },
      empty: 0,
      azureShare: 0,
      failures: {},
    });
  });

  it("is nothing for a name that is not there, which is an answer and no failure", async () => {
    const server = await serve(() => "NXDOMAIN");
    const [answers] = await askAuthoritative({ host: HOST, azure: [AZURE], times: 3 }, [server.at]);
    expect(answers?.A).toEqual({ answered: 3, replies: {}, empty: 3, failures: {} });
  });

  it("counts a question without an answer beside those that have one", async () => {
    let questions = 0;
    const server = await serve((type) => {
      if (type !== "A") return [];
      questions += 1;
      return questions === 2 ? "SERVFAIL" : [a(AZURE)];
    });
    const [answers] = await askAuthoritative({ host: HOST, azure: [AZURE], times: 4 }, [server.at]);
    expect(answers?.A).toMatchObject({ answered: 3, replies: { [AZURE]: 3 }, failures: { ESERVFAIL: 1 } });
  });

  it("is not measured of a server that is silent or refuses, which is not asked on; the others are", async () => {
    const [silent, refusing, good] = [await serve(() => "silence"), await serve(() => "REFUSED"), await weighted()];
    const all = [silent.at, refusing.at, good.at];
    const measured = await askAuthoritative({ host: HOST, azure: [AZURE], times: 20 }, all, { timeoutMs: 30 });
    const why = (server: DnsServer, code: string) => ({
      notMeasured: `${server.at} did not answer for ${HOST} (${code}); look whether UDP port 53 is open from here, then again`,
    });
    expect(measured.slice(0, 2)).toEqual([
      { server: silent.at, A: why(silent, "ETIMEOUT"), AAAA: why(silent, "ETIMEOUT") },
      { server: refusing.at, A: why(refusing, "EREFUSED"), AAAA: why(refusing, "EREFUSED") },
    ]);
    expect(measured[2]?.A).toMatchObject({ answered: 20 });
    // Two questions of two tries each; of the other type it is not asked at all.
    expect(silent.asked).toEqual(Array.from({ length: 4 }, () => `A ${HOST}`));
  });
});

describe("the name of an authoritative server", () => {
  it("is resolved first, by the resolver that is given, and may have a port", async () => {
    const server = await weighted();
    const resolver = await serve((type, name) => [{ type: "A", name, ttl: 60, data: type === "A" ? "127.0.0.1" : "" }]);
    const name = `ns-1.awsdns-01.com:${server.at.split(":")[1]}`;
    const [answers] = await askAuthoritative({ host: HOST, azure: [AZURE], times: 4 }, [name], {
      resolvers: [resolver.at],
    });
    expect(answers).toMatchObject({ server: name, A: { answered: 4, azureShare: 0.25 } });
    expect(resolver.asked).toEqual(["A ns-1.awsdns-01.com"]);
  });

  it("that nobody resolves is told, with what to look at", async () => {
    const resolver = await serve(() => "NXDOMAIN");
    const options = { resolvers: [resolver.at] };
    const why = {
      notMeasured:
        "the address of ns-1.awsdns-01.com is not to be had (ENOTFOUND); look whether the zone is delegated to it, and at this machine's resolver",
    };
    expect(await askAuthoritative({ host: HOST, azure: [AZURE] }, ["ns-1.awsdns-01.com"], options)).toEqual([
      { server: "ns-1.awsdns-01.com", A: why, AAAA: why },
    ]);
  });
});

describe("what resolvers answer", () => {
  it("is that of the system's, or of who stands in for it, and then that of each one that is given, with CNAMEs followed by themselves", async () => {
    const chain: Answer[] = [{ type: "CNAME", name: HOST, ttl: 500, data: "d1.cloudfront.net" }];
    const resolved = (data: string): Answer[] => [...chain, { type: "A", name: "d1.cloudfront.net", ttl: 60, data }];
    const system = await serve((type) => (type === "A" ? resolved("198.51.100.1") : chain));
    const moved = await serve((type) => (type === "A" ? [a(AZURE)] : []));
    const answers = await askResolvers({ host: HOST, azure: [AZURE] }, [moved.at], { resolvers: [system.at] });
    expect(answers).toMatchObject([
      { server: system.at, A: { answered: 5, replies: { "198.51.100.1": 5 }, azureShare: 0 }, AAAA: { empty: 5 } },
      { server: moved.at, A: { answered: 5, replies: { [AZURE]: 5 }, azureShare: 1 }, AAAA: { empty: 5 } },
    ]);
  });

  it("is not measured of what is no address", async () => {
    const system = await serve(() => []);
    const [, answers] = await askResolvers({ host: HOST, azure: [] }, ["one.one"], { resolvers: [system.at] });
    const why = {
      notMeasured: "one.one is no address of a DNS server; write it as 1.1.1.1, or as 127.0.0.1:5353 with a port",
    };
    expect(answers).toEqual({ server: "one.one", A: why, AAAA: why });
  });
});
