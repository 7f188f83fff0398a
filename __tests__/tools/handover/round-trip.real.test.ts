import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ReleaseStatus } from "../../../tools/handover/status";
import { HandoverTrip } from "../../support/handover-trip";
import { allMirrors } from "../../support/real-provider";
import { LOCAL_CLUSTER, PROVIDERS, requires } from "../../support/requires";

const mirrors = allMirrors();

/** As the local Azure has them. */
const TOLD = {
  backend: {
    client_id: "33333333-3333-4333-8333-333333333333",
    tenant_id: "55555555-5555-4555-8555-555555555555",
    environment: "staging",
  },
  platform: { environment: "staging" },
};

describe(
  "a release goes from Terraform to Flux and back, and nothing of it is touched:",
  requires("flux controllers", "helm", ...PROVIDERS, ...LOCAL_CLUSTER),
  () => {
    let trip: HandoverTrip;

    beforeAll(async () => {
      trip = await HandoverTrip.start(mirrors);
      await trip.deploy("platform");
      await trip.deploy("backend");
    });
    afterAll(() => trip?.stop());

    /** What the command says, and how it ends. */
    async function status(release: string): Promise<{ readonly code: number | null } & ReleaseStatus> {
      const { code, stderr, stdout } = await trip.program.handover("status", "staging", release, "--json");
      if (stdout === "") throw new Error(stderr);
      const { releases } = JSON.parse(stdout) as { releases: ReleaseStatus[] };
      return { code, ...(releases[0] as ReleaseStatus) };
    }
    const untouched = (revision: number) => ({ revision, takenAt: expect.any(String), touched: [] });

    async function step(direction: "next" | "back", release: string, ...more: readonly string[]): Promise<string> {
      const { code, stderr, stdout } = await trip.program.handover(direction, "staging", release, ...more);
      expect(`${stderr}${code === 0 ? "" : stdout}`).toBe("");
      return stdout;
    }

    /** Merged, and applied by Flux. */
    async function applied(release: string, message: string): Promise<void> {
      const commit = await trip.merge(message);
      await expect.poll(() => trip.hasApplied(release, commit), { interval: 300 }).toBe(true);
    }

    describe.each(["platform", "backend"] as const)("%s", (release) => {
      it("waits for Flux, which Terraform forgets it for", async () => {
        const said = await step("next", release);
        expect(said.split("\n").filter((line) => /^(bad|unknown)/.test(line))).toEqual([]);
        const planned = await trip.deploy(release);
        expect(planned).toMatch(/will no longer be managed by Terraform/);
        await trip.tell(release, TOLD[release]);
        await applied(release, "Hand over");
        expect(await status(release)).toMatchObject({
          ...{ code: 0, delivery: "handover", differences: [], since: untouched(1) },
          record: { namespace: "mmrv", revision: 1, status: "deployed" },
          helmRelease: { isSuspended: true, isActing: false },
        });
      });

      it("is adopted by one upgrade", async () => {
        await step("next", release);
        await applied(release, "Flux delivers");
        expect(await status(release)).toMatchObject({
          ...{ code: 0, delivery: "flux", differences: [], since: untouched(1), next: null },
          record: { namespace: "mmrv", revision: 2, status: "deployed" },
          helmRelease: { isSuspended: false, isReady: true },
        });
        // Terraform has nothing more to do with it, now or then.
        expect((await trip.program.mmrv("plan", `staging-${release}`)).code).toBe(0);
      });

      it("waits again", async () => {
        await step("back", release);
        await applied(release, "Flux waits");
        expect(await status(release)).toMatchObject({
          ...{ code: 0, delivery: "handover", differences: [], since: untouched(2) },
          helmRelease: { isSuspended: true, isActing: false },
        });
      });

      it("is Terraform's again by imports, and by updates in place", async () => {
        await step("back", release);
        await trip.merge("Terraform delivers");
        const early = await trip.program.handover("back", "staging", release, "--auto-approve");
        expect([early.code, early.stderr]).toEqual([
          1,
          `${release}: Flux still applies its folder, and would make the HelmRelease again; nothing was touched\n  next: npx mmrv deploy staging-gitops, then again\n`,
        ]);
        await trip.tell(release);
        expect((await status(release)).differences).toEqual([
          `its HelmRelease is left over, suspended: npx mmrv handover back staging ${release} takes it away`,
        ]);
        await step("back", release, "--auto-approve");
        const adopted = await trip.program.mmrv("adopt", `staging-${release}`);
        expect(adopted.code).toBe(0);
        const planned = await trip.deploy(release);
        expect(planned).toMatch(
          release === "platform" ? /0 to add, 2 to change, 0 to destroy/ : /0 to add, 1 to change, 0 to destroy/,
        );
        expect(await status(release)).toMatchObject({
          ...{ code: 0, delivery: "terraform", differences: [], since: untouched(2), helmRelease: null },
          record: { namespace: "mmrv", revision: 3, status: "deployed" },
        });
        expect((await trip.program.mmrv("plan", `staging-${release}`)).code).toBe(0);
      });
    });
  },
);
