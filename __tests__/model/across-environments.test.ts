import { describe, expect, it } from "vitest";
import type { Environment } from "../../model/environment";
import { production } from "../support/fixtures/environments/production";
import { staging } from "../support/fixtures/environments/staging";
import { issuesOf } from "../support/issues";

describe("a host of two environments", () => {
  const domains = { backend: "api.staging.mmrv.invalid", frontend: "app.mmrv.invalid" };

  it("is told of the later, with where it is taken", () => {
    expect(issuesOf([staging, { ...production, domains }])).toEqual([
      'production.domains.backend: got "api.staging.mmrv.invalid", must be another host than staging.domains.backend (a host leads to one gateway)',
    ]);
  });

  it("is found whichever application has it", () => {
    const swapped = { backend: staging.domains.frontend ?? "", frontend: "app.mmrv.invalid" };
    expect(issuesOf([staging, { ...production, domains: swapped }])).toEqual([
      'production.domains.backend: got "staging.mmrv.invalid", must be another host than staging.domains.frontend (a host leads to one gateway)',
    ]);
  });

  it("is no second mistake beside a name that both have", () => {
    expect(issuesOf([staging, { ...production, name: "staging", domains }])).toEqual([
      'staging.name: got "staging", must be a name that no other environment has (it names the stacks)',
    ]);
  });
});

describe("networks of two environments", () => {
  const peered = (name: string, resourceGroup = "rg-data"): Pick<Environment, "database"> => ({
    database: {
      via: "peering",
      server: { kind: "mysqlFlexible", resourceGroup, name: "db" },
      network: { resourceGroup, name, cidrs: ["10.60.0.0/16"] },
      privateDnsZone: { resourceGroup, name: "zone" },
    },
  });
  const first = { ...staging, ...peered("vnet-data") };
  /** With the addresses of staging. */
  const second: Environment = {
    ...production,
    addressPlan: staging.addressPlan,
    runner: { kind: "agent", addressPrefix: "10.40.6.0/26" },
  };

  it("may overlap while nothing joins them", () => {
    expect(issuesOf([staging, second])).toEqual([]);
  });

  it("may not while both are peered with one network, however its name is written", () => {
    expect(issuesOf([first, { ...second, ...peered("VNet-Data", "RG-data") }])).toEqual([
      'production.addressPlan.network: got "10.40.0.0/16", must be apart from staging.addressPlan.network 10.40.0.0/16 (both are peered with the database\'s network, which Azure refuses of networks that overlap)',
    ]);
  });

  it("may while each is peered with a network of its own", () => {
    expect(issuesOf([first, { ...second, ...peered("vnet-other") }])).toEqual([]);
  });

  it("are good while they are apart, also when the pods have the same range", () => {
    const addressPlan = { ...production.addressPlan, pods: staging.addressPlan.pods };
    expect(issuesOf([first, { ...production, ...peered("vnet-data"), addressPlan }])).toEqual([]);
  });
});
