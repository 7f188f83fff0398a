import { describe, expect, it } from "vitest";
import { namesOf } from "../../model/naming";
import { ThirdParty, type ThirdPartyPins } from "../../model/third-party";
import { thirdParty } from "../support/fixtures/environments/all";
import { staging } from "../support/fixtures/environments/staging";

const told = (pins: unknown): string => {
  try {
    new ThirdParty(pins as ThirdPartyPins);
    return "";
  } catch (error) {
    return (error as Error).message;
  }
};
const withEnvoy = (change: object) => ({
  ...thirdParty,
  images: { ...thirdParty.images, envoy: { ...thirdParty.images.envoy, ...change } },
});

describe("environments/third-party.ts", () => {
  it("is taken as it is in the fixtures", () => {
    expect(told(thirdParty)).toBe("");
  });

  it("is told all that is malformed in it, at once", () => {
    const { message } = { message: told(withEnvoy({ digest: "sha25:12", version: "1 2", tag: "x" })) };
    expect(message.split("\n")).toEqual([
      "environments/third-party.ts: malformed, nothing was touched",
      expect.stringMatching(/^ {2}images\.envoy\.version: got 1 2, must be a tag such as v1\.2\.3$/),
      expect.stringMatching(/^ {2}images\.envoy\.digest: got "sha25:12", must be sha256: and 64 hex digits$/),
      expect.stringMatching(/^ {2}images\.envoy\.tag: got "x", must be absent/),
    ]);
  });

  it("has images of sidecars, which are copied and never pulled from their makers", () => {
    const sidecars = {
      proxy: { repository: "public.ecr.aws/proxies/proxy", version: "1.2", digest: `sha256:${"a".repeat(64)}` },
    } as const;
    const [plain, all] = [new ThirdParty(thirdParty), new ThirdParty({ ...thirdParty, sidecars })];
    const { registryHost } = namesOf(staging);
    const copy = {
      ...sidecars.proxy,
      kind: "image",
      place: `${registryHost}/third-party/proxies/proxy`,
    };
    const upstream = { ...staging, thirdPartyFrom: "upstream" } as const;
    const ours = { ...staging, thirdPartyFrom: "ownRegistry" } as const;
    expect([plain.copied(upstream), all.copied(upstream)]).toEqual([[], [copy]]);
    expect(all.copied(ours)).toEqual([...plain.copied(ours), copy]);
    expect(all.hosts(upstream)).toEqual(plain.hosts(upstream));
    expect(all.upstreamHosts()).toEqual([...plain.upstreamHosts(), "public.ecr.aws"]);
    expect(told({ ...thirdParty, sidecars: { proxy: { ...sidecars.proxy, digest: "latest" } } })).toContain(
      'sidecars.proxy.digest: got "latest", must be sha256: and 64 hex digits',
    );
  });

  it.each([null, [], "text"])("is no list and no text, nor nothing: %j", (pins) => {
    expect(told(pins)).toMatch(/^environments\/third-party\.ts: malformed, nothing was touched\n {2}.*must be/);
  });
});
