import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { weightsOf } from "../../../model/cutover/stages";
import { APP_CHART } from "../../support/chart-values";
import { type Clients, type Counts, SIDE_HEADER, type Stage, Users } from "../../support/cutover-users";
import { type BackendChange, backendPod, buildBackend } from "../../support/pod-backend";
import { PodBench } from "../../support/pod-bench";
import type { PodImage } from "../../support/pod-image";
import { freePort } from "../../support/pod-process";
import type { Rollout } from "../../support/pod-roll";
import { requires } from "../../support/requires";
import { SIDES, type Side, WeightedDns } from "../../support/weighted-dns";

const HOST = "api.mmrv.example.com";
/** A record of DNS has no port: so both sides have an address of their own, and the same port. */
const ADDRESSES = { aws: "127.0.0.2", azure: "127.0.0.1" };
/** The least that DNS can say but "not at all"; the records of a cutover say 60. */
const TTL_SECONDS = 1;
/** So much shorter is the chart's preStop sleep here, as the gateway hears after a second. The grace period is the chart's. */
const FASTER = 5;

const ALL_AWS = weightsOf(0);
const ALL_AZURE = weightsOf(100);

interface Step extends Stage {
  /** Who answers re-resolving clients after one TTL; absent where chance may leave out one side. */
  readonly seen?: readonly Side[];
  /** For how many of their requests it lasts, after one TTL. */
  readonly requests?: number;
  /** Whether the application is replaced meanwhile. */
  readonly isRolled?: true;
}

/**
 * Every stage that has users on a side, and the way back. A client sends at most 4 requests on one answer of DNS, so 1,600
 * come of 400 draws: that none is Azure's at 5 % has a chance of (242 / 255) ^ 400, less than 1 in 10⁹. The other two are safer.
 */
const PATH: readonly Step[] = [
  { name: "adopt", weights: ALL_AWS, seen: ["aws"] },
  { name: "ready", weights: ALL_AWS, seen: ["aws"] },
  { name: "canary 1 %", weights: weightsOf(1) },
  { name: "canary 5 %", weights: weightsOf(5), seen: ["aws", "azure"], requests: 1_600, isRolled: true },
  { name: "ramp 25 %", weights: weightsOf(25), seen: ["aws", "azure"], requests: 320 },
  { name: "ramp 50 %", weights: weightsOf(50), seen: ["aws", "azure"], requests: 320, isRolled: true },
  { name: "ramp 99 %", weights: weightsOf(99) },
  { name: "full", weights: ALL_AZURE, seen: ["azure"], isRolled: true },
  { name: "drained", weights: ALL_AZURE, seen: ["azure"] },
  { name: "back to ready", weights: ALL_AWS, seen: ["aws"], isRolled: true },
];
const ROLLS = PATH.filter(({ isRolled }) => isRolled).length;

const pages = (count: number): string[] => Array<string>(count).fill("/work?ms=5");
/** They outlast what is left of the preStop sleep when the gateway has heard, and differ, so that some are always in flight. */
const reports = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `/work?ms=${2_500 + (2_000 * index) / count}`);

const RESOLVING: Clients = {
  kind: "re-resolving",
  paths: [...pages(80), ...reports(40)],
  keepsConnection: false,
  pauseMs: 300,
};
const keepingSince = (stage: string): Clients => ({
  kind: `keeping since ${stage}`,
  paths: [...pages(4), ...reports(4)],
  keepsConnection: true,
  pauseMs: 50,
});
const KEEPERS = keepingSince("").paths.length;

/** In seconds, as in every cluster whose values say nothing else. */
function shutdownOfChart(): { readonly preStopSeconds: number; readonly graceSeconds: number } {
  return parse(readFileSync(join(APP_CHART, "values.yaml"), "utf8")).shutdown;
}

const seenIn = ({ aws, azure }: Counts["by"]): Side[] => SIDES.filter((side) => ({ aws, azure })[side] > 0);

describe("users of an application, while DNS moves them from AWS to Azure and back,", requires("pod sandbox"), () => {
  let folder = "";
  let image: PodImage;
  const bench = new PodBench();
  const cleanups: (() => void | Promise<void>)[] = [];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "mmrv-cutover-"));
    image = buildBackend(folder);
  });
  afterEach(async () => {
    for (const clean of cleanups.splice(0)) await clean();
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /**
   * The same application on both sides, and DNS that knows both. On AWS's the gateway stands for an ALB, which does the same
   * for a client: round robin, a connection kept for 60 s of silence, an end that is announced.
   */
  async function start(change: BackendChange = {}): Promise<{ aws: Rollout; azure: Rollout; users: Users }> {
    const { preStopSeconds, graceSeconds } = shutdownOfChart();
    const pod = backendPod(image, { preStopSeconds: preStopSeconds / FASTER, graceSeconds, ...change });
    const port = await freePort();
    const serve = (side: Side) =>
      bench.serve(pod, { address: ADDRESSES[side], port, headers: { [SIDE_HEADER]: side } });
    const [aws, azure] = await Promise.all([serve("aws"), serve("azure")]);
    const dns = await WeightedDns.start({ host: HOST, ttlSeconds: TTL_SECONDS, addresses: ADDRESSES });
    const users = new Users(dns, port);
    cleanups.push(
      () => users.stop(),
      () => dns.stop(),
    );
    return { aws, azure, users };
  }

  it("lose no request in any stage, though the application is replaced in four of them", async () => {
    const { azure, users } = await start();
    const exitCodes: number[] = [];
    const roll = async () => exitCodes.push(...(await azure.roll()).map(({ code }) => code));
    for (const step of PATH) {
      users.enter(step);
      if (step.name === "adopt") users.join(RESOLVING);
      if (["adopt", "full"].includes(step.name)) users.join(keepingSince(step.name));
      await Promise.all([users.settle(RESOLVING.kind, step.requests ?? 100), step.isRolled && roll()]);
    }
    await users.stop();
    console.info(`${users}\n${azure.inFlightAtSigterm} in flight at SIGTERM`);

    expect(users.losses).toEqual([]);
    expect(exitCodes).toEqual(Array(2 * ROLLS).fill(0));
    expect(azure.inFlightAtSigterm).toBeGreaterThan(0);

    // Who connects anew follows the weights.
    const certain = PATH.filter((step) => step.seen);
    expect(
      certain.map(({ name, ...step }) => ({
        name,
        ...step,
        seen: seenIn(users.counts(name, RESOLVING.kind).afterTtl),
      })),
    ).toEqual(certain);

    // Who keeps a connection does not, neither forward nor back.
    const [sinceAdopt, sinceFull] = [keepingSince("adopt").kind, keepingSince("full").kind];
    const seen = (kind: string) => PATH.map(({ name }) => seenIn(users.counts(name, kind).by));
    const full = PATH.findIndex(({ name }) => name === "full");
    expect(seen(sinceAdopt)).toEqual(PATH.map(() => ["aws"]));
    expect(seen(sinceFull)).toEqual(PATH.map((_, index) => (index < full ? [] : ["azure"])));
    expect([sinceAdopt, sinceFull].map((kind) => users.total(kind, "connections"))).toEqual([KEEPERS, KEEPERS]);
  });

  it("sit on AWS after drained until it ends their connections, and then lose none when it goes", async () => {
    const { aws, users } = await start();
    const keeping = keepingSince("ready");
    const enter = (name: string, weights: Stage["weights"]) => users.enter({ name, weights });
    const seen = (stage: string) => seenIn(users.counts(stage, keeping.kind).by);

    enter("ready", ALL_AWS);
    for (const clients of [RESOLVING, keeping]) users.join(clients);
    await users.settle(RESOLVING.kind, 100);
    enter("drained", ALL_AZURE);
    await users.settle(RESOLVING.kind, 100);
    enter("drained, AWS ends connections", ALL_AZURE);
    await aws.gateway.drain();
    aws.gateway.stop();
    enter("drained, AWS is gone", ALL_AZURE);
    await users.settle(RESOLVING.kind, 100);
    await users.stop();
    console.info(`${users}`);

    expect(users.losses).toEqual([]);
    // One TTL is over, and yet AWS has requests: drained is judged by their count.
    expect(seenIn(users.counts("drained", RESOLVING.kind).afterTtl)).toEqual(["azure"]);
    expect([seen("drained"), seen("drained, AWS is gone")]).toEqual([["aws"], ["azure"]]);
    expect(users.total(keeping.kind, "connections")).toBe(2 * KEEPERS);
  });

  it("do lose some without preStop, and when AWS dies while it has weight: the tests above can fail", async () => {
    const { aws, azure, users } = await start({ preStopSeconds: 0 });
    const keeping = keepingSince("ready");
    const half = weightsOf(50);

    users.enter({ name: "ready", weights: ALL_AWS });
    for (const clients of [RESOLVING, keeping]) users.join(clients);
    await users.settle(RESOLVING.kind, 100);
    const lost = ({ kind }: Clients) => users.total(kind, "lost");
    users.enter({ name: "ramp, rolled without preStop", weights: half });
    // Once is enough, unless the machine stands still just then.
    for (let rolls = 0; rolls < 5 && lost(RESOLVING) === 0; rolls++) await azure.roll();
    const byRoll = { resolving: lost(RESOLVING), keeping: lost(keeping) };
    users.enter({ name: "ramp, AWS dies", weights: half });
    aws.gateway.stop();
    await expect.poll(() => lost(RESOLVING) > byRoll.resolving && lost(keeping) > byRoll.keeping).toBe(true);
    await users.stop();
    console.info(`${users}\n${byRoll.resolving} lost by the roll`);

    expect(byRoll.resolving).toBeGreaterThan(0);
    // Who keeps a connection has it with AWS, where nobody was replaced.
    expect(byRoll.keeping).toBe(0);
  });
});
