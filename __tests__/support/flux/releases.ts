import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument, stringify } from "yaml";
import { Cutover, Cutovers } from "../../../model/cutover/files";
import { deployedBranch, gitOpsFolder, PLATFORM, SUBSTITUTES } from "../../../model/delivery";
import type { Environment } from "../../../model/environment";
import { chartFolder, HelmValues } from "../../../model/helm-values";
import { ownRelease } from "../../../model/releases";
import type { Delivery } from "../../../model/schema/git-ops";
import { ThirdParty } from "../../../model/third-party";
import { applicationValues } from "../../../stacks/application-values";
import { platformValues } from "../../../stacks/platform-values";
import { gitOpsFiles } from "../../../tools/render/gitops";
import { digestOf } from "../chart-values";
import { HELM_VALUES, thirdParty } from "../fixtures/environments/all";
import { staging } from "../fixtures/environments/staging";
import { REPORTS } from "../fixtures/reports";
import type { Helm } from "../helm";
import type { Repository } from "./repository";

/** What Azure would say of an application. */
const FOUND = { clientId: "33333333-3333-4333-8333-333333333333", tenantId: "55555555-5555-4555-8555-555555555555" };

/** What the Kustomization of a release is told. */
export const told = (release: string): Readonly<Record<string, string>> =>
  release === PLATFORM
    ? { [SUBSTITUTES.environment]: staging.name }
    : { [SUBSTITUTES.clientId]: FOUND.clientId, [SUBSTITUTES.tenantId]: FOUND.tenantId };

/** The branch that Flux reads. */
export const BRANCH = deployedBranch(staging);

/** The file into which a pipeline writes a digest. */
export const digestsOf = (release: string): string => `helm-values/${release}/${staging.name}.yaml`;

/** A HelmRelease's file, as far as a test breaks it. */
export const releaseFile = (release: string): string => `${gitOpsFolder(staging, release)}/release.yaml`;

/** The releases of the fixtures, as this program renders them into Git and as Helm installs them. */
export class Releases {
  readonly #environment: Environment;

  /** @param workers applications that there are beside backend and frontend: no server, one consumer */
  constructor(
    private readonly repository: Repository,
    private readonly helm: Helm,
    private readonly workers: readonly string[],
  ) {
    const repositories = Object.fromEntries(workers.map((name) => [name, { repository: name }]));
    const { applications, gitHub } = staging;
    this.#environment = {
      ...staging,
      applications: [...applications, ...workers.map((name) => ({ ...REPORTS, name }))],
      gitHub: { ...gitHub, applications: { ...gitHub.applications, ...repositories } },
    };
  }

  /** A release's chart and values; nothing is committed. */
  write(release: string, values: object = {}): void {
    const { chart } = ownRelease(release);
    this.repository.copy(chartFolder(chart), `charts/${chart}`);
    if (this.workers.includes(release)) this.repository.write(`helm-values/${release}/values.yaml`, "# A worker.\n");
    else this.repository.copy(join(HELM_VALUES, release), `helm-values/${release}`);
    if (release !== PLATFORM)
      this.repository.write(digestsOf(release), stringify({ image: { digest: digestOf("a") }, ...values }));
  }

  /** Renders gitops/ for these releases, and leaves the others out; nothing is committed. */
  deliver(delivery: Readonly<Record<string, Delivery>>): void {
    const environment: Environment = { ...this.#environment, gitOps: { via: "deployKey", delivery } };
    const sources = {
      cutovers: new Cutovers({}),
      helmValues: new HelmValues(this.repository.path("helm-values")),
      thirdParty: new ThirdParty(thirdParty),
    };
    for (const { file, text } of gitOpsFiles(this.repository.path("."), [environment], sources)) {
      const isOfOne = Object.keys(delivery).some((release) =>
        file.startsWith(`${gitOpsFolder(environment, release)}/`),
      );
      if (isOfOne && text !== undefined) this.repository.write(file, text);
    }
  }

  /** Sets fields of a HelmRelease, as somebody would who breaks a rule; undefined takes one away. */
  edit(release: string, fields: Readonly<Record<string, unknown>>): void {
    const document = parseDocument(this.repository.read(releaseFile(release)));
    for (const [path, value] of Object.entries(fields)) {
      if (value === undefined) document.deleteIn(path.split("."));
      else document.setIn(path.split("."), value);
    }
    this.repository.write(releaseFile(release), document.toString({ lineWidth: 0 }));
  }

  /** By Helm, as Terraform does it: whole or not at all. */
  async install(release: string, args: readonly string[] = []): Promise<void> {
    const { chart } = ownRelease(release);
    const computed = this.repository.path(`../${release}-computed.json`);
    writeFileSync(computed, JSON.stringify(this.computed(release)));
    const { layers } = new HelmValues(this.repository.path("helm-values")).of(release, this.#environment);
    const written = layers.filter(({ values }) => Object.keys(values).length > 0);
    const files = [...written.map(({ file }) => this.repository.path(file)), computed];
    await this.helm.run([
      ...["upgrade", "--install", release, this.repository.path(`charts/${chart}`)],
      ...["--atomic", "--cleanup-on-fail", "--wait", "--wait-for-jobs", "--history-max", "10", "--timeout", "5m"],
      ...files.flatMap((file) => ["--values", file]),
      ...args,
    ]);
  }

  private computed(release: string): object {
    return release === PLATFORM
      ? platformValues(this.#environment, new ThirdParty(thirdParty), new Cutover())
      : applicationValues(this.#environment, release, FOUND);
  }
}
