import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Checkout } from "../../../tools/gitops/checkout";
import { type Deployment, deployReleases, gitOpsDifference } from "../../../tools/gitops/deploy";
import { staging } from "../../support/fixtures/environments/staging";
import { GitOpsRepository } from "../../support/gitops-repository";
import { requires } from "../../support/requires";
import { answered } from "../../support/small-stack";

const environment = { ...answered(staging), gitOps: { via: "deployKey", delivery: {} } } as const;
const BRANCH = "deployed/staging";

let repository: GitOpsRepository;
let printed: string[];
let first = "";
beforeEach(() => {
  repository = new GitOpsRepository();
  printed = [];
  for (const method of ["log", "error"] as const)
    vi.spyOn(console, method).mockImplementation((line) => void printed.push(String(line)));
  repository.releases({ backend: { delivery: "flux" } });
  first = repository.merge();
});
afterEach(() => {
  vi.restoreAllMocks();
  repository.remove();
});

const checkout = () => new Checkout(repository.folder);
/** Deploys what the difference to a commit says, or with another sum. */
async function deploy(options: Partial<Deployment> = {}): Promise<number> {
  const { sha256 } = await gitOpsDifference(checkout(), environment, { ref: options.ref });
  return deployReleases(checkout(), environment, { expect: sha256, ...options });
}
function second(): string {
  repository.releases({ backend: { delivery: "flux", values: "replicas: 3\n" } });
  return repository.merge();
}

describe("mmrv gitops deploy", requires("helm"), () => {
  it("makes the branch the first time, moves it forward after that, and says when it is there already", async () => {
    expect(await deploy()).toBe(0);
    expect(repository.at(BRANCH)).toBe(first);
    const next = second();
    expect(await deploy()).toBe(0);
    expect(repository.at(BRANCH)).toBe(next);
    expect(await deploy()).toBe(0);
    expect(printed).toEqual([
      `${BRANCH}: moved to ${first}; Flux looks once a minute`,
      `${BRANCH}: moved to ${next}; Flux looks once a minute`,
      `${BRANCH}: is at ${next} already`,
    ]);
  });

  it("moves nothing in a dry run, nor when the difference is not the one that was approved", async () => {
    expect(await deploy({ dryRun: true })).toBe(0);
    const { sha256 } = await gitOpsDifference(checkout(), environment, {});
    const next = second();
    expect(await deployReleases(checkout(), environment, { expect: sha256 })).toBe(1);
    expect(repository.at(BRANCH)).toBeUndefined();
    expect(printed).toEqual([
      `${BRANCH}: would move to ${first}`,
      expect.stringMatching(
        new RegExp(
          `^${BRANCH}: this is no longer the difference that was approved: that was sha256:${sha256}, this is sha256:[0-9a-f]{64}; nothing was moved\\\\n {2}next: compare again`,
        ),
      ),
    ]);
    expect(repository.at("main")).toBe(next);
    await expect(deploy({ expect: "abc" })).rejects.toThrow("--expect abc: must be the 64 digits");
  });

  it("deploys nothing that is not on main", async () => {
    repository.git("switch", "--quiet", "--create", "mine");
    repository.releases({ backend: { delivery: "flux", values: "replicas: 9\n" } });
    const mine = repository.commit();
    await expect(deploy({ ref: mine })).rejects.toThrow(
      `${mine}: is not on main, so nobody reviewed it and no check passed, nothing was touched`,
    );
    expect(repository.at(BRANCH)).toBeUndefined();
  });

  it("goes back only when it is told to, and forward only when it is not", async () => {
    const next = second();
    await deploy();
    await expect(deploy({ ref: first })).rejects.toThrow(
      `${BRANCH}: ${first} is not ahead of what is deployed (${next}), so this would take back what came after it, nothing was touched\n  next: revert on main and deploy that, or, to go back at once, --back`,
    );
    expect(await deploy({ ref: first, back: true })).toBe(0);
    expect(repository.at(BRANCH)).toBe(first);
    await expect(deploy({ back: true })).rejects.toThrow(`--back: ${next} is ahead of what ${BRANCH} is at (${first})`);
    expect(repository.at(BRANCH)).toBe(first);
  });

  it.each([
    ["handover", "flux", "flux"],
    ["terraform", "flux", "flux"],
    ["flux", "handover", "handover"],
    ["flux", "flux", "terraform"],
  ] as const)("does not go back to %s when %s is deployed and main says %s", async (target, deployed, main) => {
    repository.releases({ backend: { delivery: target, values: "replicas: 3\n" } });
    const to = repository.merge();
    repository.releases({ backend: { delivery: deployed } });
    const from = repository.merge();
    await deploy();
    repository.releases({ backend: { delivery: main } });
    repository.merge();
    const fault = (said: string, name: string) =>
      said === target ? [] : [`${target} of backend, and ${name} says ${said}`];
    const faults = [...fault(deployed, "what is deployed"), ...fault(main, "main")];
    const newest = deployed === "flux" && main === "flux" ? first : undefined;
    await expect(deploy({ ref: to, back: true })).rejects.toThrow(
      `${BRANCH}: --back would cross a step of a handover, which Git alone cannot take back: ${to} says ${faults.join("; ")}; nothing was touched\n  next: ${
        newest === undefined
          ? "there is no commit to go back to; suspend the release, then helm rollback (docs/gitops.md, At night), then revert on main"
          : `the newest commit that can be gone back to is ${newest}; for an older one suspend the release, then helm rollback (docs/gitops.md, At night)`
      }`,
    );
    expect(repository.at(BRANCH)).toBe(from);
    await expect(gitOpsDifference(checkout(), environment, { ref: to, back: true })).rejects.toThrow(
      "--back would cross",
    );
  });

  it("goes back from a commit that nobody can parse, and past commits that change nothing that Flux reads", async () => {
    repository.write("README.md", "a word\n");
    repository.merge();
    repository.write("gitops/staging/backend/kustomization.yaml", "kind: [\n");
    repository.git("push", "--quiet", "origin", `${repository.merge()}:refs/heads/${BRANCH}`);
    expect(await deploy({ ref: first, back: true })).toBe(0);
    expect(repository.at(BRANCH)).toBe(first);
  });

  it.each([
    ["made", () => undefined],
    ["moved", () => deploy()],
  ])("loses nothing that somebody %s in between, of which this copy knows nothing", async (_, before) => {
    await before();
    const next = second();
    const { sha256 } = await gitOpsDifference(checkout(), environment, {});
    repository.git("switch", "--quiet", "--create", "theirs");
    const theirs = repository.commit();
    const racing = checkout();
    const push = racing.push.bind(racing);
    vi.spyOn(racing, "push").mockImplementation(async (...args) => {
      repository.git("push", "--quiet", "--force", "origin", `${theirs}:refs/heads/${BRANCH}`);
      return push(...args);
    });
    await expect(deployReleases(racing, environment, { expect: sha256, ref: next })).rejects.toThrow(
      /^deployed\/staging: origin refuses it, nothing was moved: .*stale info.*\n {2}next: somebody moved it in between/,
    );
    expect(repository.at(BRANCH)).toBe(theirs);
  });

  it("says who may move it when the remote refuses", async () => {
    writeFileSync(join(repository.remote, "hooks/update"), "#!/bin/sh\necho GH013: protected >&2\nexit 1\n", {
      mode: 0o755,
    });
    await expect(deploy()).rejects.toThrow(
      /^deployed\/staging: origin refuses it, nothing was moved: .*GH013: protected.*\n {2}next: the workflow deploy\.yml moves it, after an approval/,
    );
  });
});
