import { expect, it } from "vitest";
import { warningsOf } from "../../model/warnings";
import { bootstrap } from "../support/fixtures/environments/all";
import { production } from "../support/fixtures/environments/production";
import { staging } from "../support/fixtures/environments/staging";

it("warns of releases that nobody delivers, between Terraform and Flux, and of no other", () => {
  const delivery = { platform: "flux", backend: "handover", frontend: "terraform" } as const;
  expect(warningsOf(bootstrap, [{ ...staging, gitOps: { via: "deployKey", delivery } }, production])).toEqual([
    'staging.gitOps.delivery.backend: got "handover", should not stay so (nobody releases it meanwhile; next: npx mmrv handover status staging backend)',
  ]);
});
