import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { PROBE } from "../../../model/delivery";
import { addressesInCluster } from "../../../model/handed-over";
import type { ReleaseStatus } from "../../../tools/handover/status";
import { EVERYTHING } from "../../support/chart-values";
import { type Identity, identitiesOf, recordsOf, timesOf, watchAvailability } from "../../support/flux/live";
import { HandoverTrip } from "../../support/handover-trip";
import { allMirrors } from "../../support/real-provider";
import { LOCAL_CLUSTER, PROVIDERS, requires } from "../../support/requires";

const mirrors = allMirrors();
const RELEASES = ["platform", "backend"] as const;

/** Its replicas, which the files of the fixtures say. */
const AVAILABLE = { backend: 2 };

describe(
  "the platform and the backend go from Terraform to Flux and back",
  requires("flux controllers", "helm", ...PROVIDERS, ...LOCAL_CLUSTER),
  goAndReturn,
);

/** Each test goes on from where the one before it left the cluster. */
function goAndReturn(): void {
  let trip: HandoverTrip;
  let before: Readonly<Record<string, Identity>>;
  let fewest: () => Promise<Readonly<Record<string, number>>>;

  const identities = () => identitiesOf(RELEASES, trip.live.kubectl, trip.helm);
  const records = async () =>
    (await Promise.all(RELEASES.map((release) => recordsOf(release, trip.live.kubectl)))).flat();
  const migrations = () => timesOf("SuccessfulCreate", "Job", "backend-migration", trip.live.kubectl);

  beforeAll(async () => {
    trip = await HandoverTrip.start(mirrors, (program) => {
      const file = "helm-values/backend/staging.yaml";
      program.write(file, `${program.read(file)}${stringify({ migration: EVERYTHING.migration })}`);
    });
    await trip.deployFlux();
    for (const release of RELEASES) await trip.deploy(release);
    await trip.live.untilApplied(PROBE, trip.commit);
    before = await identities();
    fewest = await watchAvailability(trip.cluster.kubeconfig);
  });
  afterAll(() => trip?.stop());

  /** What `status` says of both, which are as the file says. */
  async function status(): Promise<readonly Partial<ReleaseStatus>[]> {
    const said = JSON.parse(await trip.mmrv("handover", "status", "staging", "--json")) as {
      readonly releases: readonly ReleaseStatus[];
    };
    return RELEASES.map((name) => said.releases.find(({ release }) => release === name) ?? {});
  }
  const both = (one: object) => RELEASES.map((release) => ({ release, differences: [], ...one }));
  const untouched = (revision: number) => ({ revision, takenAt: expect.any(String), touched: [] });

  /** Takes one step with each; returns what was said of the conditions and what to know. */
  async function step(direction: "next" | "back"): Promise<Readonly<Record<string, string[]>>> {
    const said: Record<string, string[]> = {};
    for (const release of RELEASES) {
      const lines = (await trip.mmrv("handover", direction, "staging", release)).split("\n");
      expect(lines).toContainEqual(expect.stringMatching(/^wrote environments\/staging\.ts: /));
      said[release] = lines.filter((line) => /^(good|bad|unknown|note)/.test(line));
    }
    return said;
  }
  const conditions = (lines: readonly string[] = []) =>
    lines.flatMap((line) => /^(good +\w+|bad.*|unknown.*)/.exec(line)?.[1]?.replace(/ +/, " ") ?? []);

  /** What a plan would do, as Terraform says it of each address. */
  const doneTo = (planned: string) =>
    [...planned.matchAll(/^ +# (\S+) (will (?:be )?[^\n,]*)/gm)]
      .map(([, address, what]) => `${address} ${what}`)
      .sort();

  it("are forgotten by Terraform, and wait for Flux", async () => {
    const said = await step("next");
    const good = ["gitops", "probe", "plan", "values", "chart", "release", "pods", "labels"].map(
      (what) => `good ${what}`,
    );
    expect(RELEASES.map((release) => conditions(said[release]))).toEqual([good, good]);
    const commit = await trip.merge("Hand over");
    for (const release of RELEASES) {
      const planned = doneTo(await trip.deploy(release));
      expect(planned).toEqual(
        addressesInCluster(release).map((address) => `${address} will no longer be managed by Terraform`),
      );
    }
    await trip.deployFlux();
    for (const release of RELEASES) await trip.live.untilApplied(release, commit);
    expect(await status()).toMatchObject(
      both({ delivery: "handover", since: untouched(1), helmRelease: { isSuspended: true, isActing: false } }),
    );
    expect(await records()).toEqual(["mmrv v1 deployed", "mmrv v1 deployed"]);
    expect(await identities()).toEqual(before);
  });

  it("are adopted by one upgrade each, with which the migration runs once", async () => {
    const ran = await migrations();
    const said = await step("next");
    expect(RELEASES.map((release) => said[release]?.filter((line) => line.startsWith("note: ")))).toEqual([
      ["note: the adoption is one upgrade by Helm: revision 2, and no pod is replaced"],
      [
        "note: the adoption is one upgrade by Helm: revision 2, and no pod is replaced",
        "note: its migration runs once more, as in every upgrade",
      ],
    ]);
    const good = ["gitops", "state", "folder", "branch", "waiting", "values", "chart", "release", "pods", "labels"];
    expect(RELEASES.map((release) => conditions(said[release]))).toEqual(
      RELEASES.map(() => good.map((what) => `good ${what}`)),
    );
    const commit = await trip.merge("Flux delivers");
    for (const release of RELEASES) {
      await trip.live.untilApplied(release, commit);
      await trip.live.untilReady("HelmRelease", release, "True", /^UpgradeSucceeded$/);
    }
    expect(await status()).toMatchObject(
      both({ delivery: "flux", since: untouched(1), helmRelease: { isSuspended: false, isReady: true }, next: null }),
    );
    const series = ["mmrv v1 superseded", "mmrv v2 deployed"];
    expect(await records()).toEqual([...series, ...series]);
    expect((await migrations()) - ran).toBe(1);
    expect(await identities()).toEqual(before);
    // Terraform has nothing to do with them, now or then.
    for (const release of RELEASES) expect(doneTo(await trip.mmrv("plan", `staging-${release}`))).toEqual([]);
    // Its alerts learn who delivers.
    expect(doneTo(await trip.mmrv("plan", "staging-gitops"))).toContainEqual(
      expect.stringMatching(/flux-release-suspended\S* will be created$/),
    );
  });

  it("wait again", async () => {
    await step("back");
    const commit = await trip.merge("Flux waits");
    for (const release of RELEASES) {
      await trip.live.untilApplied(release, commit);
      await trip.live.until("HelmRelease", release, ({ spec }) => spec.suspend === true);
    }
    expect(await status()).toMatchObject(
      both({ delivery: "handover", since: untouched(2), helmRelease: { isSuspended: true, isActing: false } }),
    );
    expect(await identities()).toEqual(before);
  });

  it("do not lose the HelmRelease while Flux would make it again", async () => {
    await step("back");
    await trip.merge("Terraform delivers");
    const { code, stderr } = await trip.program.handover("back", "staging", "backend", "--auto-approve");
    expect([code, stderr]).toEqual([
      1,
      "backend: Flux still applies its folder, and would make the HelmRelease again; nothing was touched\n  next: npx mmrv deploy staging-gitops, then again\n",
    ]);
  });

  it("are Terraform's again by an import and an update in place of each object that it forgot", async () => {
    await trip.deployFlux();
    for (const release of RELEASES) {
      await trip.mmrv("handover", "back", "staging", release, "--auto-approve");
      const adopted = (await trip.mmrv("adopt", `staging-${release}`)).split("\n");
      const taken = addressesInCluster(release);
      expect(adopted.filter((line) => line.endsWith(": adopted")).sort()).toEqual(
        taken.map((address) => `${address}: adopted`),
      );
      expect(doneTo(await trip.deploy(release))).toEqual(taken.map((address) => `${address} will be updated in-place`));
    }
    expect(await status()).toMatchObject(both({ delivery: "terraform", since: untouched(2), helmRelease: null }));
    const series = ["mmrv v1 superseded", "mmrv v2 superseded", "mmrv v3 deployed"];
    expect(await records()).toEqual([...series, ...series]);
    for (const release of RELEASES) expect(doneTo(await trip.mmrv("plan", `staging-${release}`))).toEqual([]);
  });

  it("were never anything else, and never fewer", async () => {
    expect(await identities()).toEqual(before);
    expect(Object.keys(before["backend"] ?? {}).map((key) => key.split(" ")[0])).toEqual(
      expect.arrayContaining(["Deployment", "ReplicaSet", "Pod", "Pod"]),
    );
    expect(await fewest()).toEqual(AVAILABLE);
  });
}
