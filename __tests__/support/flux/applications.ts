import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { SUBSTITUTES } from "../../../model/delivery";
import { chartFolder } from "../../../model/helm-values";
import { applicationValues } from "../../../stacks/application-values";
import { digestOf } from "../chart-values";
import { HELM_VALUES } from "../fixtures/environments/all";
import { staging } from "../fixtures/environments/staging";
import type { FluxStage } from "../flux-stage";
import { type GitRelease, writeRelease } from "./releases";

/** What Azure would say of the application. */
const FOUND = { clientId: "33333333-3333-4333-8333-333333333333", tenantId: "55555555-5555-4555-8555-555555555555" };

/** What the Kustomization of an application is told. */
export const TOLD = { [SUBSTITUTES.clientId]: FOUND.clientId, [SUBSTITUTES.tenantId]: FOUND.tenantId };

const variable = (name: string) => `\${${name}}`;
const AS_VARIABLES = { clientId: variable(SUBSTITUTES.clientId), tenantId: variable(SUBSTITUTES.tenantId) };

/** An application of the fixtures in Git and on the cluster. */
export class StageApplication {
  /** Where a digest is written. */
  readonly digests: string;

  constructor(
    private readonly stage: FluxStage,
    readonly name: string,
    private readonly like: "backend" | "frontend" = "backend",
    private readonly shape: { readonly isWorker?: boolean } = {},
  ) {
    this.digests = `helm-values/${name}/${staging.name}.yaml`;
  }

  /** Charts and values, with the digest of a pipeline; commits nothing. */
  write(more: object = {}): void {
    const { repository } = this.stage;
    repository.copy(chartFolder("mmrv-app"), "charts/mmrv-app");
    if (!this.shape.isWorker) repository.copy(join(HELM_VALUES, this.like), `helm-values/${this.name}`);
    else repository.write(`helm-values/${this.name}/values.yaml`, "# A worker.\n");
    repository.write(this.digests, stringify({ image: { digest: digestOf("a") }, ...more }));
  }

  /** @param more over what is rendered */
  render(more: Partial<GitRelease> = {}): void {
    writeRelease(this.stage.repository, {
      name: this.name,
      chart: "mmrv-app",
      computed: this.computed(AS_VARIABLES),
      ...more,
    });
  }

  /** By Helm, as Terraform does it: whole or not at all. */
  async install(args: readonly string[] = []): Promise<void> {
    const computed = join(this.stage.folder, `${this.name}-computed.json`);
    writeFileSync(computed, JSON.stringify(this.computed(FOUND)));
    const { repository } = this.stage;
    const files = [repository.path(`helm-values/${this.name}/values.yaml`), repository.path(this.digests), computed];
    await this.stage.helm.run([
      ...["upgrade", "--install", this.name, repository.path("charts/mmrv-app")],
      ...["--atomic", "--cleanup-on-fail", "--wait", "--wait-for-jobs", "--history-max", "10", "--timeout", "5m"],
      ...files.flatMap((file) => ["--values", file]),
      ...args,
    ]);
  }

  private computed(found: typeof FOUND): object {
    const { host, ...others } = applicationValues(staging, this.like, found);
    return this.shape.isWorker ? others : { host, ...others };
  }
}
