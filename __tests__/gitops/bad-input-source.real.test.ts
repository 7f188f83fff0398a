import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CLUSTER_NAMES } from "../../model/naming";
import { sourceStanding } from "../../tools/handover/flux-conditions";
import { gitRepositorySchema } from "../../tools/handover/flux-objects";
import { digestOf } from "../support/chart-values";
import { staging } from "../support/fixtures/environments/staging";
import { REPORTS_VALUES } from "../support/fixtures/reports";
import { type ReleaseState, stateOf } from "../support/flux/live";
import { conditionOf } from "../support/flux/objects";
import { FluxStage } from "../support/flux-stage";
import { LOCAL_CLUSTER, requires } from "../support/requires";

const { gitOpsConfiguration: SOURCE, gitOpsNamespace: NAMESPACE, gitOpsSecret: SECRET } = CLUSTER_NAMES;

describe("a repository that Flux cannot read", requires("flux controllers", "helm", ...LOCAL_CLUSTER), cannotRead);

/** Each test leaves Flux with what it can read again. */
function cannotRead(): void {
  let stage: FluxStage;
  let before: ReleaseState;
  let commit: string;

  const state = () => stateOf("reports", stage.kubectl, stage.helm);
  /** Flux looks at no Secret that changes: it tries again after as long as it has failed, or when it is asked. */
  const key = async (password: string) => {
    await stage.apply([
      {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: SECRET, namespace: NAMESPACE },
        stringData: { username: "flux", password },
      },
    ]);
    await stage.reconcile("GitRepository", SOURCE);
  };

  /** What the source says, and handover status of it; what is delivered goes on with what was read last. */
  async function expectUnread(reason: string, says: string): Promise<void> {
    const isSo = (type: string, object: Awaited<ReturnType<FluxStage["get"]>>) => {
      const condition = conditionOf(object, type);
      return condition?.reason === reason && condition.message.includes(says);
    };
    const source = await stage.until("GitRepository", SOURCE, (object) => isSo("Ready", object));
    expect(conditionOf(source)?.status).toBe("False");
    expect(isSo("FetchFailed", source)).toBe(true);
    expect(source.status?.artifact?.revision).toContain(commit);
    expect(sourceStanding(staging, gitRepositorySchema.parse(source))).toMatchObject({
      isGood: false,
      text: `Flux cannot read this repository: ${reason}: ${conditionOf(source)?.message.trim()}`,
    });
    await stage.reconcile("Kustomization", "mmrv-reports");
    await stage.untilApplied("reports", commit);
    await stage.untilReady("HelmRelease", "reports", "True", /^InstallSucceeded$/);
    expect(await state()).toEqual(before);
  }

  beforeAll(async () => {
    stage = await FluxStage.start();
    stage.releases.write("reports", REPORTS_VALUES);
    stage.releases.deliver({ reports: "flux" });
    commit = await stage.repository.push("Flux delivers");
    await stage.hand(["reports"]);
    await stage.untilReady("HelmRelease", "reports", "True", /^InstallSucceeded$/);
    before = await state();
  });
  afterAll(() => stage?.stop());

  it("because its server is away: is read again by itself when it is back", async () => {
    await stage.git.away();
    await expectUnread("GitOperationFailed", "connect: connection refused");
    await stage.git.start();
    await stage.untilReady("GitRepository", SOURCE, "True", /^Succeeded$/);
  });

  it("because the branch is not there: is read when somebody moves it there", async () => {
    await stage.repository.hide();
    await expectUnread("GitOperationFailed", "couldn't find remote ref");
    await stage.repository.show();
    await stage.untilReady("GitRepository", SOURCE, "True", /^Succeeded$/);
  });

  it("because it asks for a credential, the Secret is missing, or its key is wrong: is read with the right one, when asked", async () => {
    stage.git.credential = "flux:right";
    await expectUnread("GitOperationFailed", "authentication required: ");
    await stage.login(SECRET);
    await expectUnread("AuthenticationFailed", `secrets "${SECRET}" not found`);
    await key("wrong");
    await expectUnread("GitOperationFailed", "authentication required: ");
    await key("right");
    await stage.untilReady("GitRepository", SOURCE, "True", /^Succeeded$/);
  });

  it("once it is read again, brings what was pushed meanwhile", async () => {
    await stage.git.away();
    await stage.until("GitRepository", SOURCE, (object) => conditionOf(object)?.status === "False");
    stage.releases.write("reports", { ...REPORTS_VALUES, image: { digest: digestOf("b") } });
    await stage.repository.push("A new image, while Git is away");
    expect(await state()).toEqual(before);
    await stage.git.start();
    await stage.untilReady("HelmRelease", "reports", "True", /^UpgradeSucceeded$/);
    expect((await state()).records).toEqual(["mmrv v1 superseded", "mmrv v2 deployed"]);
  });
}
