import { describe, expect, it } from "vitest";
import type { Environment } from "../../model/environment";
import { REGION_NAMES, regionOf } from "../../model/regions";
import type { Subscription } from "../../model/subscription";
import { warningsOf } from "../../model/warnings";
import { bootstrap } from "../support/fixtures/environments/bootstrap";
import { production } from "../support/fixtures/environments/production";
import { staging } from "../support/fixtures/environments/staging";
import { issuesOf } from "../support/issues";

const issues = (change: Partial<Environment>) => issuesOf([{ ...production, images: { from: "build" }, ...change }]);
const ofBootstrap = (region: string, replication: Subscription["state"]["replication"]) =>
  issuesOf([], { ...bootstrap, region, state: { ...bootstrap.state, replication } });

describe("the table of regions", () => {
  it("lists every region's pair too", () => {
    const pairs = REGION_NAMES.flatMap((name) => regionOf(name)?.pair ?? []);
    expect(pairs.filter((pair) => regionOf(pair) === undefined)).toEqual([]);
  });

  it("has GZRS only where there are zones and a pair, which is what GZRS is made of", () => {
    const odd = REGION_NAMES.filter((name) => {
      const { gzrs, pair, zones } = regionOf(name) ?? {};
      return gzrs && !(zones && pair);
    });
    expect(odd).toEqual([]);
  });

  it("takes no name of JavaScript's own for a region", () => {
    expect(regionOf("constructor")).toBeUndefined();
  });
});

describe("a region's name", () => {
  const told = (path: string, got: string, meant: string) =>
    `${path}: got "${got}", must be a region of Azure (model/regions.ts lists those of November 2026; one that is newer belongs there) (did you mean ${meant}?)`;

  it("is refused when it is near one that exists", () => {
    expect(issues({ region: "eastuss2" })).toEqual([told("production.region", "eastuss2", "eastus2")]);
    expect(issues({ pairedRegion: "centralsu" })).toEqual([told("production.pairedRegion", "centralsu", "centralus")]);
    expect(ofBootstrap("westeuropa", "GZRS")).toEqual([told("bootstrap.region", "westeuropa", "westeurope")]);
  });

  it("passes with a warning when it is near none: Azure may have opened it since", () => {
    const unknown = "atlantisnorthwest";
    expect(issues({ region: unknown, pairedRegion: "eastus2euap" })).toEqual([]);
    expect(ofBootstrap(unknown, "GZRS")).toEqual([]);
    const why =
      "should be in model/regions.ts (its zones, pair and GZRS are not known; az account list-locations says whether Azure has it)";
    expect(
      warningsOf({ ...bootstrap, region: unknown }, [
        { ...staging, region: unknown },
        { ...production, pairedRegion: "eastus2euap" },
      ]),
    ).toEqual([
      `bootstrap.region: got "${unknown}", ${why}`,
      `staging.region: got "${unknown}", ${why}`,
      `production.pairedRegion: got "eastus2euap", ${why}`,
    ]);
  });

  it("passes with a warning when Microsoft has to open the region first", () => {
    expect(warningsOf(bootstrap, [{ ...staging, pairedRegion: "francesouth" }])).toEqual([
      'staging.pairedRegion: got "francesouth", should be one that Microsoft has opened to this subscription (access is restricted: learn.microsoft.com/troubleshoot/azure/general/region-access-request-process)',
    ]);
  });

  it("needs no warning in the environments that ship", () => {
    expect(warningsOf(bootstrap, [staging, production])).toEqual([]);
  });
});

describe("a region without availability zones", () => {
  const standard: Partial<Environment> = { ...staging, region: "westus", zones: [] };

  it("takes an environment that asks for none", () => {
    expect(issuesOf([{ ...staging, ...standard }])).toEqual([]);
  });

  it("refuses zones for nodes and addresses", () => {
    expect(issuesOf([{ ...staging, ...standard, zones: ["1", "2"] }])).toEqual([
      'staging.zones: got ["1","2"], must be [] (westus has no availability zones)',
    ]);
  });

  it("refuses a Premium registry, and the archive that is GZRS", () => {
    expect(issues({ region: "westus", zones: [] })).toEqual([
      'production.registry.tier: got "Premium", must be Standard, or region one with availability zones (Premium is zone-redundant here, and westus has none)',
      'production.logs.auditArchive.to: got "storage", must be none, or region one with GZRS storage, which the archive is (westus has none)',
    ]);
  });

  it("refuses a replica of the registry, and nothing else when it is the pair", () => {
    expect(issues({ region: "eastus", pairedRegion: "westus" })).toEqual([
      "production.registry.replica: got true, must be false, or pairedRegion one with availability zones (the replica is zone-redundant, and westus has none)",
    ]);
    const alone = { ...production.registry, replica: false } as Environment["registry"];
    expect(issues({ region: "eastus", pairedRegion: "westus", registry: alone })).toEqual([]);
  });
});

describe("a region with zones, but without GZRS", () => {
  it("refuses the archive alone", () => {
    expect(issues({ region: "italynorth" })).toEqual([
      'production.logs.auditArchive.to: got "storage", must be none, or region one with GZRS storage, which the archive is (italynorth has none)',
    ]);
    expect(issues({ region: "italynorth", logs: { ...production.logs, auditArchive: { to: "none" } } })).toEqual([]);
  });
});

describe("the redundancy of the states", () => {
  it.each<[string, string, Subscription["state"]["replication"], string?]>([
    ["all four where a region has zones, pair and GZRS", "eastus2", "GZRS"],
    ["GRS where a region has a pair", "westus", "GRS"],
    ["ZRS where a region has zones", "italynorth", "ZRS"],
    ["LRS anywhere", "westus", "LRS"],
    ["no GZRS without it", "japanwest", "GZRS", "LRS or ZRS or GRS"],
    ["no GRS without a pair", "italynorth", "GRS", "LRS or ZRS"],
    ["no ZRS without zones", "westus", "ZRS", "LRS or GRS"],
  ])("may be %s", (_, region, replication, others) => {
    expect(ofBootstrap(region, replication)).toEqual(
      others === undefined
        ? []
        : [
            `bootstrap.state.replication: got "${replication}", must be ${others}, or region another one (${region} has no ${replication} storage)`,
          ],
    );
  });
});
