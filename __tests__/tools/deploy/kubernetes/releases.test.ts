import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { UserError } from "../../../../model/user-error";
import { Helm } from "../../../../tools/deploy/kubernetes/helm";
import { Kubectl } from "../../../../tools/deploy/kubernetes/kubectl";
import { deployedRevision, pendingRevisions, settle } from "../../../../tools/deploy/kubernetes/releases";

const RELEASE = { name: "backend", namespace: "mmrv" };
const [kubectl, helm] = [new Kubectl(), new Helm()];
/** What was asked and done, in order. */
let done: string[] = [];
/** The status of each revision of the release, the first one first. */
let revisions: string[] = [];

beforeEach(() => {
  done = [];
  vi.spyOn(kubectl, "run").mockImplementation(async ([...args]) => {
    done.push(`kubectl ${args.join(" ")}`);
    const [, statuses] = /status(?: in |=)\(?([\w,-]+)/.exec(args.join(" ")) ?? [];
    const items = revisions.flatMap((status, index) =>
      statuses?.split(",").includes(status)
        ? [
            {
              metadata: {
                name: `sh.helm.release.v1.backend.v${index + 1}`,
                labels: { owner: "helm", name: "backend", status, version: String(index + 1) },
                creationTimestamp: "2026-12-01T08:00:00Z",
              },
            },
          ]
        : [],
    );
    return JSON.stringify({ items });
  });
  vi.spyOn(helm, "run").mockImplementation(async (args) => {
    done.push(`helm ${args.join(" ")}`);
    return "";
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** The pending revisions of a release with these, as `unlock` finds them. */
async function pendingOf(...statuses: string[]) {
  revisions = statuses;
  const pending = await pendingRevisions(kubectl, RELEASE);
  done = [];
  return pending;
}
/** Settles the only one; what runs then. */
async function settled(...statuses: string[]) {
  const [pending, ...others] = await pendingOf(...statuses);
  if (!pending || others.length > 0) throw new Error("one is to be pending");
  return settle(kubectl, helm, pending);
}

describe("the pending revisions of a release", () => {
  it("are those whose run died, each with its Secret, its number and since when", async () => {
    expect(await pendingOf("superseded", "deployed", "failed", "pending-upgrade", "pending-rollback")).toEqual([
      {
        ...RELEASE,
        secret: "sh.helm.release.v1.backend.v4",
        status: "pending-upgrade",
        revision: 4,
        since: new Date("2026-12-01T08:00:00Z"),
      },
      {
        ...RELEASE,
        secret: "sh.helm.release.v1.backend.v5",
        status: "pending-rollback",
        revision: 5,
        since: new Date("2026-12-01T08:00:00Z"),
      },
    ]);
    expect(await pendingOf("superseded", "failed", "deployed")).toEqual([]);
  });
});

describe("a pending upgrade", () => {
  it.each([
    ["the one before it", ["superseded", "deployed", "pending-upgrade"], 2, 3],
    ["an older one, when the one before it failed", ["deployed", "failed", "pending-upgrade"], 1, 3],
    ["the newest, when two say that they are deployed", ["deployed", "deployed", "failed", "pending-rollback"], 2, 4],
  ])("is rolled back to the last revision that was deployed to its end: %s", async (_, statuses, runs, pending) => {
    expect(await settled(...statuses)).toBe(runs);
    expect(done).toEqual([
      "kubectl get secrets --namespace mmrv --selector owner=helm,name=backend,status=deployed --output json",
      `helm rollback backend ${runs} --namespace mmrv --wait --timeout 15m`,
      `kubectl delete secret sh.helm.release.v1.backend.v${pending} --namespace mmrv`,
    ]);
  });

  it("stays locked when Helm cannot roll it back, so that somebody looks at it again", async () => {
    vi.mocked(helm.run).mockRejectedValue(new UserError("helm rollback: timed out waiting for the condition"));
    await expect(settled("deployed", "pending-upgrade")).rejects.toThrow(
      /^helm rollback: timed out waiting for the condition$/,
    );
    expect(done.filter((line) => line.includes("delete"))).toEqual([]);
  });
});

describe("a pending installation", () => {
  it("is forgotten, and nothing is rolled back: no revision ran before it", async () => {
    expect(await settled("pending-install")).toBeUndefined();
    expect(done.slice(1)).toEqual(["kubectl delete secret sh.helm.release.v1.backend.v1 --namespace mmrv"]);
  });

  it("after one that failed has none either", async () => {
    revisions = ["failed", "pending-install"];
    expect(await deployedRevision(kubectl, RELEASE)).toBeUndefined();
  });
});
