import { describe, expect, it } from "vitest";
import { checkEnvironments } from "../../model/check";
import type { Environment } from "../../model/environment";
import { UserError } from "../../model/user-error";
import { bootstrap } from "../support/fixtures/environments/bootstrap";
import { production } from "../support/fixtures/environments/production";
import { staging } from "../support/fixtures/environments/staging";
import { standby } from "../support/fixtures/environments/standby";

/** What is wrong with a standby that differs so, beside these. */
function issues(more: Partial<Environment>, others: readonly Environment[] = [staging, production]): string[] {
  try {
    checkEnvironments([...others, { ...standby, ...more }], bootstrap);
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.message
      .split("\n")
      .slice(1)
      .map((line) => line.trim());
  }
}

describe("a standby", () => {
  it("is good as it is, under the domains of the environment that it stands by for", () => {
    expect(issues({})).toEqual([]);
    expect(standby.domains).toBe(production.domains);
  });

  it("may not have the domains of any other", () => {
    expect(issues({ domains: staging.domains })).toEqual([
      'standby.domains.backend: got "api.staging.mmrv.invalid", must be another host than staging.domains.backend (a host leads to one gateway)',
      'standby.domains.frontend: got "staging.mmrv.invalid", must be another host than staging.domains.frontend (a host leads to one gateway)',
    ]);
  });

  it.each<[string, Partial<Environment>, string[]]>([
    [
      "stands by for nobody",
      { standbyOf: "producton", registry: { ...standby.registry, of: "producton" } as Environment["registry"] },
      [
        'standby.domains.backend: got "api.mmrv.invalid", must be another host than production.domains.backend (a host leads to one gateway)',
        'standby.domains.frontend: got "app.mmrv.invalid", must be another host than production.domains.frontend (a host leads to one gateway)',
        'standby.standbyOf: got "producton", must be an environment with users of its own: staging, production (did you mean production?)',
        'standby.registry.of: got "producton", must be an environment with a Premium registry: production (did you mean production?)',
      ],
    ],
    [
      "is where no image is",
      { region: "westus3", zones: ["1"], logs: { ...standby.logs, auditArchive: { to: "none" } } },
      [
        'standby.region: got "westus3", must be centralus, the pairedRegion of production (its images are in that region, and in no other)',
      ],
    ],
    [
      "has a registry of its own",
      { registry: production.registry },
      [
        'standby.registry.tier: got "Premium", must be replica with standbyOf (what runs there is in that registry, whose replica serves here)',
      ],
    ],
    [
      "names the registry by another code",
      { registry: { tier: "replica", of: "production", code: "prod", suffix: "k3m7" } },
      ['standby.registry.code: got "prod", must be prd, the code of production'],
    ],
    [
      "takes images from elsewhere",
      { images: { from: "promotion", of: "staging" } },
      ['standby.images.from: got "promotion", must be replica with standbyOf (nothing is built or copied)'],
    ],
    [
      "is delivered to by Flux",
      { gitOps: { via: "deployKey", delivery: {} } },
      ['standby.gitOps.via: got "deployKey", must be none with standbyOf (Terraform releases what runs on a standby)'],
    ],
  ])("is refused when it %s, each in its own line", (_, more, expected) => {
    expect(issues(more)).toEqual(expected);
  });

  it("is one for an environment, and the registry there one that has replicas", () => {
    expect(issues({ name: "second", code: "sec" }, [staging, production, standby])).toContain(
      'second.standbyOf: got "production", must be another one than standby\'s (users go to one of them)',
    );
    const { access, runner } = staging;
    const small: Environment = { ...production, access, runner, registry: { tier: "Standard" } };
    expect(issues({}, [staging, small])).toEqual([
      'standby.registry.of: got "production", must be an environment with a Premium registry (no other has a replica)',
    ]);
  });
});

describe("an environment that stands by for nobody", () => {
  it("has a registry of its own, and images that come from somewhere", () => {
    const { standbyOf: _, ...alone } = standby;
    expect(
      issues({ ...alone, standbyOf: undefined, domains: { backend: "a.mmrv.invalid", frontend: "b.mmrv.invalid" } }),
    ).toEqual([
      'standby.registry.tier: got "replica", must be Standard or Premium without standbyOf (it would have no registry)',
      'standby.images.from: got "replica", must be build or promotion without standbyOf (nothing would bring images)',
    ]);
  });
});
