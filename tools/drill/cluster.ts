import { PLATFORM } from "../../model/delivery";
import { APPLICATION_NAMESPACE, namesOf, stackName } from "../../model/naming";
import { makeCluster, seedInfra } from "../rehearsal/seed-ground";
import { StackRun } from "../rehearsal/stack-run";
import { type Contents, contentsOf, expectContents } from "./cluster-contents";
import { FluxOfDrill } from "./flux";
import { type DrillAzure, startDrillAzure } from "./local-azure";
import type { Ground, LocalDrill, Walked } from "./local-drill";
import { type LocalServer, startServer } from "./local-server";
import { nowAndThen } from "./now-and-then";
import { type Delivered, whoDelivers } from "./who-delivers";

/** Wipes the namespace of a real API server, and then the whole server; the releases come back. */
export const clusterDrill: LocalDrill = {
  steps: [
    "start a Kubernetes API server on this machine, and a local Azure whose cluster it is",
    "deploy every release with Terraform's real providers, or with Flux's real controllers where Flux delivers it; count all objects",
    "delete the namespace; deploy again, and count the same",
    "end the server, with all that it has; start an empty one, and make the cluster anew in Azure; deploy again, and count the same",
  ],
  walk: async (ground) => {
    const { environment } = ground;
    const { flux, releases } = whoDelivers(ground);
    const kinds = [...releases, ...(flux.length > 0 ? ["gitops"] : [])];
    const stage = await startDrillAzure(environment, kinds);
    const walk = new Walk(ground, stage, { releases, flux });
    try {
      seedInfra(stage.azure.arm, environment);
      return await walk.toItsEnd();
    } finally {
      await walk.stop();
      await stage.stop();
    }
  },
};

class Walk {
  private server: LocalServer | undefined;
  private delivery: FluxOfDrill | undefined;
  private count = 0;

  constructor(
    private readonly ground: Ground,
    private readonly stage: DrillAzure,
    private readonly delivered: Delivered,
  ) {}

  async toItsEnd(): Promise<Walked> {
    const { environment, tell } = this.ground;
    if (this.delivered.flux.length > 0) this.delivery = await FluxOfDrill.create(environment, this.stage);
    const first = await this.startServer();
    await this.deploy(first);
    const before = await contentsOf(first.cluster.kubectl);
    tell(`before: ${inWords(before)}`);

    await first.cluster.kubectl.run(["delete", "namespace", APPLICATION_NAMESPACE]);
    tell(`the namespace ${APPLICATION_NAMESPACE} is gone`);
    await this.deploy(first);
    const afterNamespace = await expectContents(first.cluster.kubectl, before);
    tell("the namespace is back, with as much as before");

    await this.stopServer();
    makeCluster(this.stage.azure.arm, environment);
    const second = await this.startServer();
    tell("the cluster is gone, and there is an empty one");
    await this.deploy(second);
    const afterCluster = await expectContents(second.cluster.kubectl, before);
    tell("the releases are back, with as much as before");
    return this.walked(before, afterNamespace, afterCluster);
  }

  /** Ends whatever runs. */
  async stop(): Promise<void> {
    await this.stopServer();
    await this.delivery?.stop();
  }

  private async startServer(): Promise<LocalServer> {
    this.count += 1;
    this.server = await startServer(this.stage, `server-${this.count}`);
    await this.delivery?.attach(this.server);
    return this.server;
  }

  private async stopServer(): Promise<void> {
    await this.delivery?.detach();
    await this.server?.stop();
    this.server = undefined;
  }

  /** Each release by whoever delivers it, in the order in which they need each other. */
  private async deploy(server: LocalServer): Promise<void> {
    const { flux, releases } = this.delivered;
    if (this.delivery) {
      await this.apply("gitops", server);
      await this.delivery.configure();
    }
    // A release alone, without the platform, has no namespace to go to.
    if (!releases.includes(PLATFORM)) await namespaceOn(server);
    for (const release of releases) {
      await this.apply(release, server);
      if (flux.includes(release)) await this.delivery?.deliver(release);
      this.ground.tell(`${release}: ${flux.includes(release) ? "delivered by Flux" : "released by Terraform"}`);
    }
  }

  private async apply(kind: string, { sandbox }: LocalServer): Promise<void> {
    const stack = this.stage.stacks.find(({ id }) => id === stackName(this.ground.environment.name, kind));
    if (!stack) throw new Error(`no stack ${kind}`);
    const run = new StackRun(
      stack,
      sandbox,
      nowAndThen((line) => this.ground.tell(`${stack.id}: ${line}`)),
    );
    await run.init();
    await run.apply();
  }

  private walked(before: Contents, afterNamespace: Contents, afterCluster: Contents): Walked {
    const { flux, releases } = this.delivered;
    const byTerraform = releases.filter((release) => !flux.includes(release));
    const counted = (when: string, after: Contents) =>
      Object.entries(before).map(([kind, count]) => [`${kind}, ${when}`, { before: count, after: after[kind] ?? 0 }]);
    return {
      lost: [
        `the namespace ${APPLICATION_NAMESPACE} with ${releases.join(", ")}`,
        `then the whole cluster ${namesOf(this.ground.environment).cluster}, with all of its objects`,
      ],
      done: [
        ...(byTerraform.length > 0 ? [`applied again by Terraform, twice: ${byTerraform.join(", ")}`] : []),
        ...(flux.length > 0 ? [`delivered again by Flux, twice: ${flux.join(", ")}`] : []),
        "between the two, made the cluster anew, with an empty API server",
      ],
      back: ["every release, with as many objects of each kind and as many ready pods as before, both times"],
      counts: Object.fromEntries([
        ...counted("after the namespace", afterNamespace),
        ...counted("after the cluster", afterCluster),
      ]),
    };
  }
}

async function namespaceOn({ cluster }: LocalServer): Promise<void> {
  const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: APPLICATION_NAMESPACE } };
  await cluster.kubectl.run(["apply", "--server-side", "--filename", "-"], JSON.stringify(namespace));
}

const inWords = (contents: Contents): string =>
  Object.entries(contents)
    .sort(([one], [other]) => one.localeCompare(other))
    .map(([kind, count]) => `${count} ${kind}`)
    .join(", ");
