import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { backBatches } from "../../model/cutover/batches";
import { positionOf } from "../../model/cutover/position";
import { PROOF_WAY, type ProofPlace, proofComponent, proofNames, proofPlaceOf } from "../../model/cutover/proof";
import { isZoned, membersOf } from "../../model/cutover/records";
import type { AdoptedName } from "../../model/cutover/schema";
import { placeText } from "../../model/cutover/transitions";
import type { Environment } from "../../model/environment";
import { UserError } from "../../model/user-error";
import { awsLogin } from "../aws/login";
import { flat } from "../flat";
import { say } from "../output";
import { synthesizeProof } from "../program/proof";
import { LOCAL_STATE } from "../terraform/local-state";
import { Terraform } from "../terraform/terraform";
import { CutoverDocument } from "./document";
import { differencesFrom } from "./live";
import { cutoverRoleOf } from "./target";
import { Route53 } from "./zone";

interface ProveOptions {
  readonly by: string;
  /** The day, as YYYY-MM-DD. */
  readonly date: string;
  readonly dryRun?: boolean;
  /** What Terraform is given. @default this process's own environment */
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * Walks every stage, a way back and the end with the real provider, on two throw-away names of the zone: each apply leaves
 * what the file says, each second plan is empty, and what was sent past Terraform is what the next plan finds.
 * @returns 0; what was left by a run that broke off is cleared by the next
 * @throws UserError at the first step that is not so
 */
export async function prove(environment: Environment, options: ProveOptions): Promise<number> {
  if (environment.dns.via === "other")
    throw new UserError(`${environment.name}: dns.via is other, so there is no provider to prove; nothing was touched`);
  const place = proofPlaceOf(environment);
  say(`${environment.name}: ${PROOF_WAY.length} steps on ${place.hosts.join(" and ")} in zone ${place.hostedZoneId}`);
  if (options.dryRun) return 0;
  await Terraform.require();
  await CutoverDocument.open(environment);
  say(`as ${await awsLogin(environment)}`);
  const provider = await walk(environment, place, options);
  // Read again: in so many minutes somebody may have written a step.
  const document = await CutoverDocument.open(environment);
  document.setProof({ date: options.date, by: options.by, host: place.hosts[0], provider });
  await document.write();
  say(`wrote ${document.file}: every stage and back, with the aws provider that is pinned`);
  return 0;
}

/** @returns the version of the provider that walked all the way */
async function walk(environment: Environment, place: ProofPlace, options: ProveOptions): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "mmrv-proof-"));
  try {
    const proof = await Proof.begin(environment, place, folder, options);
    for (const index of PROOF_WAY.keys()) await proof.step(index + 1);
    const provider = await proof.providerVersion();
    await proof.clear();
    return provider;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

class Proof {
  private isInitialized = false;

  private constructor(
    private readonly environment: Environment,
    private readonly names: readonly AdoptedName[],
    private readonly zone: string,
    private readonly route53: Route53,
    private readonly terraform: Terraform,
    private readonly folder: string,
  ) {}

  /** Makes the two simple records that are adopted then, after what an earlier run has left is gone. */
  static async begin(
    environment: Environment,
    place: ProofPlace,
    folder: string,
    options: ProveOptions,
  ): Promise<Proof> {
    const route53 = new Route53(cutoverRoleOf(environment));
    const { name } = await route53.zone(place.hostedZoneId);
    const names = proofNames(place, { id: place.hostedZoneId, name });
    const terraform = new Terraform(folder, options.environment ?? (process.env as Record<string, string>));
    const proof = new Proof(environment, names, place.hostedZoneId, route53, terraform, folder);
    await proof.clear();
    const found = names.filter(isZoned).flatMap((one) => membersOf(one, positionOf(proofComponent(names, 1))));
    await route53.change(proof.batch(found.map(({ set }) => ({ Action: "CREATE", ResourceRecordSet: set }))));
    return proof;
  }

  /** Takes one step, and looks whether it is so. */
  async step(steps: number): Promise<void> {
    const component = proofComponent(this.names, steps);
    const words = `${steps} of ${PROOF_WAY.length}: ${placeText(component.steps.at(-1) ?? { stage: "off" })}`;
    say(words);
    const isBack = component.steps.at(-1)?.stage === "ready" && steps > 3;
    // What goes past Terraform is what `back --now` sends, and the plan that follows must find it done.
    if (isBack)
      for (const batch of backBatches(this.environment.name, "proof", proofComponent(this.names, steps - 1)))
        await this.route53.change(batch);
    const from = synthesizeProof(this.environment, component, join(this.folder, "program"));
    await copyFile(join(from, "cdk.tf.json"), join(this.folder, "cdk.tf.json"));
    await this.initialize();
    if (isBack) await this.expectEmptyPlan(words, "after what was sent past Terraform");
    await this.apply(words);
    await this.expectEmptyPlan(words, "after the apply");
    const at = positionOf(component);
    if (at.isGivenUp) return this.expectKept(words);
    const records = new Map([[this.zone, await this.route53.records(this.zone)]]);
    const [difference] = differencesFrom(this.names, at, records);
    if (difference !== undefined) throw this.failure(words, difference.text);
  }

  /** The version that Terraform chose. */
  async providerVersion(): Promise<string> {
    const { stdout } = await this.terraform.text(["version", "-json"]);
    const { provider_selections: chosen } = JSON.parse(stdout) as { provider_selections?: Record<string, string> };
    return Object.entries(chosen ?? {}).find(([source]) => source.endsWith("/hashicorp/aws"))?.[1] ?? "unknown";
  }

  /** Deletes every record of the two names. */
  async clear(): Promise<void> {
    const records = await this.route53.records(this.zone);
    const ours = records.filter(({ Name }) => this.names.some(({ host }) => host === Name));
    if (ours.length === 0) return;
    // An alias before what it leads to.
    const sorted = [...ours].sort(
      (one, other) => Number(other.AliasTarget !== undefined) - Number(one.AliasTarget !== undefined),
    );
    await this.route53.change(this.batch(sorted.map((set) => ({ Action: "DELETE", ResourceRecordSet: set }))));
  }

  private batch(Changes: Parameters<Route53["change"]>[0]["ChangeBatch"]["Changes"]) {
    return {
      HostedZoneId: this.zone,
      ChangeBatch: { Comment: `${this.environment.name}: proof of a cutover`, Changes },
    };
  }

  private async initialize(): Promise<void> {
    if (this.isInitialized) return;
    await writeFile(join(this.folder, LOCAL_STATE.file), LOCAL_STATE.text);
    const { exitCode, stderr } = await this.terraform.init();
    if (exitCode !== 0) throw this.failure("terraform init", flat(stderr));
    this.isInitialized = true;
  }

  private async apply(words: string): Promise<void> {
    const { errors, exitCode } = await this.terraform.json(["apply", "-auto-approve", "-input=false"]);
    if (exitCode !== 0) throw this.failure(words, errors.join("; "));
  }

  private async expectEmptyPlan(words: string, when: string): Promise<void> {
    const { exitCode, stderr, stdout } = await this.terraform.text([
      "plan",
      "-input=false",
      "-no-color",
      "-detailed-exitcode",
    ]);
    if (exitCode !== 0) throw this.failure(words, `the plan ${when} is not empty: ${flat(stderr || stdout)}`);
  }

  /** Given up, the records of Azure stand as they were. */
  private async expectKept(words: string): Promise<void> {
    const records = await this.route53.records(this.zone);
    const kept = this.names.filter(({ host }) =>
      records.some(({ Name, SetIdentifier }) => Name === host && SetIdentifier === "azure"),
    );
    if (kept.length !== this.names.length) throw this.failure(words, "records are gone that Terraform was to forget");
    if ((await this.terraform.stateList()).length > 0) throw this.failure(words, "Terraform still knows records");
  }

  private failure(words: string, why: string): UserError {
    return new UserError(
      `${this.environment.name}: step ${words}: ${why}\n  next: do not go to ready; run it again, which clears what this run left, and report what stays`,
    );
  }
}
