import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isTimeZone } from "../../model/schema/time-zone";
import { Kubectl } from "../../tools/deploy/kubernetes/kubectl";
import { ControlPlane } from "../../tools/local-cluster/control-plane";
import { run } from "../../tools/processes";
import { established } from "../../tools/rehearsal/established";
import { definitionsOfOthers } from "../../tools/rehearsal/published-definitions";
import { GOOD_ROUTES, ROUTES_OF_OTHERS } from "../support/fixtures/routes";
import { NO_SCHEDULES, SCHEDULES } from "../support/fixtures/schedules";
import { LOCAL_CLUSTER, requires } from "../support/requires";

const ZONES = [
  "America/Guatemala",
  "America/Argentina/Buenos_Aires",
  "Asia/Calcutta",
  "Etc/UTC",
  "UTC",
  "US/Eastern",
  "Etc/GMT+5",
  "GMT",
  "SystemV/AST4",
  "US/Pacific-New",
  "America/Guatemalaa",
  "America/guatemala",
  "Local",
];

const metadata = (index: number) => ({ name: `case-${index}`, namespace: "default" });

const cronJob = (schedule: string, timeZone: string, index: number) => ({
  apiVersion: "batch/v1",
  kind: "CronJob",
  metadata: metadata(index),
  spec: {
    schedule,
    timeZone,
    jobTemplate: {
      spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "job", image: "job" }] } } },
    },
  },
});

const route = (paths: readonly string[], index: number) => ({
  apiVersion: "gateway.networking.k8s.io/v1",
  kind: "HTTPRoute",
  metadata: metadata(index),
  spec: {
    parentRefs: [{ name: "mmrv" }],
    rules: paths.map((value) => ({
      matches: [{ path: { type: "PathPrefix", value } }],
      backendRefs: [{ name: "backend", port: 80 }],
    })),
  },
});

// What synthesis refuses because the API server does, asked of the API server with the definitions of their makers.
describe("a real API server", requires(...LOCAL_CLUSTER), () => {
  let plane: ControlPlane;
  beforeAll(async () => {
    plane = await ControlPlane.start();
    const kubectl = new Kubectl(plane.kubeconfig);
    const { definitions, missing } = await definitionsOfOthers();
    expect(missing).toEqual([]);
    await kubectl.run(
      ["apply", "--server-side", "--filename", "-"],
      JSON.stringify({ apiVersion: "v1", kind: "List", items: definitions }),
    );
    await established(kubectl, ["--all"]);
  });
  afterAll(() => plane?.stop());

  /** Whether it would take each of some objects, in their order. */
  async function takes(items: readonly { readonly metadata: { readonly name: string } }[]): Promise<boolean[]> {
    const list = JSON.stringify({ apiVersion: "v1", kind: "List", items });
    const args = ["create", "--dry-run=server", "--output=name", "--filename=-"];
    const { stdout } = await run("kubectl", ["--kubeconfig", plane.kubeconfig, ...args], { input: list });
    const made = stdout.split("\n").map((line) => line.split("/").at(-1));
    return items.map(({ metadata: { name } }) => made.includes(name));
  }

  it("takes the paths that we take, and refuses the others but for a star, which is a letter to it", async () => {
    const all = [...GOOD_ROUTES, ...ROUTES_OF_OTHERS.map(([path]) => path)];
    const taken = await takes(all.map((path, index) => route([path], index)));
    expect(all.filter((_, index) => taken[index])).toEqual([...GOOD_ROUTES, "/api/*", "/*"]);
  });

  it("takes sixteen rules of a route, and no more", async () => {
    const paths = (count: number) => Array.from({ length: count }, (_, index) => `/${index}`);
    expect(await takes([route(paths(16), 1), route(paths(17), 2)])).toEqual([true, false]);
  });

  it("takes the schedules that we take, and of the others those that mean another day elsewhere", async () => {
    const all = [...SCHEDULES, ...NO_SCHEDULES.map(([schedule]) => schedule)];
    const taken = await takes(all.map((schedule, index) => cronJob(schedule, "Etc/UTC", index)));
    expect(all.filter((_, index) => taken[index])).toEqual([
      ...SCHEDULES,
      "@daily",
      "0 12 ? * 2",
      "0 12 1 * ?",
      "0 12 ? * 0",
    ]);
  });

  it("knows the time zones that we know", async () => {
    const taken = await takes(ZONES.map((zone, index) => cronJob("0 3 * * *", zone, index)));
    expect(ZONES.filter((_, index) => taken[index])).toEqual(ZONES.filter(isTimeZone));
  });
});
