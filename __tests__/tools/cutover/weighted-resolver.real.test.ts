import { Resolver } from "node:dns/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { CachingResolver } from "../../support/caching-resolver";
import { type BySide, WeightedDns } from "../../support/weighted-dns";

const HOST = "api.mmrv.example.com";
const ADDRESSES = { aws: "127.0.0.2", azure: "127.0.0.1" };
const ALL_AWS = { aws: 255, azure: 0 };
const ALL_AZURE = { aws: 0, azure: 255 };

describe("the weighted resolver", () => {
  const dns = async (ttlSeconds: number) => {
    const server = await WeightedDns.start({ host: HOST, ttlSeconds, addresses: ADDRESSES });
    onTestFinished(() => server.stop());
    const resolver = new Resolver();
    resolver.setServers([server.server]);
    return { server, resolver };
  };

  it("gives one address an answer, with its TTL, drawn by weight and never one of weight 0", async () => {
    const { server, resolver } = await dns(60);
    const given = async (weights: BySide<number>) => {
      server.weigh(weights);
      const answers = await Promise.all(Array.from({ length: 100 }, () => resolver.resolve4(HOST, { ttl: true })));
      return new Set(answers.map((records) => records.map(({ address, ttl }) => `${address} ${ttl}`).join()));
    };
    const [aws, azure] = [`${ADDRESSES.aws} 60`, `${ADDRESSES.azure} 60`];
    expect(await given(ALL_AWS)).toEqual(new Set([aws]));
    expect(await given({ aws: 127, azure: 128 })).toEqual(new Set([aws, azure]));
    expect(await given(ALL_AZURE)).toEqual(new Set([azure]));
    expect(() => server.weigh({ aws: 0, azure: 0 })).toThrow("both weights are 0");
  });

  it.each([
    ["keeps", 60, "aws"],
    ["does not keep", 0, "azure"],
  ] as const)("is of clients each of which %s an answer whose TTL is %i s", async (_, ttlSeconds, side) => {
    const { server, resolver } = await dns(ttlSeconds);
    const { lookup } = new CachingResolver(resolver);
    const address = () => new Promise((resolve) => lookup(HOST, {}, (error, found) => resolve(error ?? found)));
    expect(await address()).toBe(ADDRESSES.aws);
    server.weigh(ALL_AZURE);
    expect(await address()).toBe(ADDRESSES[side]);
  });
});
