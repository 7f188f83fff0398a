import { bootstrap, CUTOVER, ENVIRONMENTS, HELM_VALUES, STANDBYS } from "../../environments/all";
import { cdktfContext } from "../../model/cdktf-json";
import { checkEnvironments } from "../../model/check";
import { Cutovers } from "../../model/cutover/files";
import { isWeighted } from "../../model/cutover/stages";
import { didYouMean } from "../../model/did-you-mean";
import type { Environment } from "../../model/environment";
import { HelmValues } from "../../model/helm-values";
import { stackName } from "../../model/naming";
import { printable } from "../../model/printable";
import { UserError } from "../../model/user-error";
import { findStack, type SynthesizedStack } from "../program/stacks";
import { readEscrowRecord } from "../secrets/write-escrow";
import { AskArm } from "./ask-arm";
import { type AskRole, awsRolesFinding, roleAsker } from "./aws-roles";
import { capacityFindings } from "./capacity";
import { databaseFinding } from "./database";
import { deployedFindings, replicaFinding } from "./deployed";
import { FINDING_NAMES, type Finding } from "./finding";
import { type Step, stepsOf } from "./steps";
import { vaultFinding } from "./vaults";
import { namesIn, writtenFindings } from "./written";

/** Who serves, and who would take over. */
export interface Pair {
  readonly primary: Environment;
  readonly standby: Environment;
}

/** What would be done now, and what of it is there today. */
export interface FailoverPlan extends Pair {
  readonly steps: readonly Step[];
  /** In the order in which a failover needs them. */
  readonly findings: readonly Finding[];
}

/**
 * @param name of the environment, or of its standby
 * @throws UserError with every issue of environments/, for a name that is not there, and for an environment that nobody stands by for
 */
export function pairOf(name: string): Pair {
  const all = [...ENVIRONMENTS, ...STANDBYS];
  checkEnvironments(all, bootstrap, {}, ENVIRONMENTS);
  const named = all.find((one) => one.name === name);
  const names = all.map((one) => one.name);
  if (named === undefined)
    throw new UserError(
      `${printable(name)}: no such environment${didYouMean(name, names)}; there are ${names.join(", ")}`,
    );
  const primaryName = named.standbyOf ?? named.name;
  const standby = STANDBYS.find(({ standbyOf }) => standbyOf === primaryName);
  const primary = ENVIRONMENTS.find((one) => one.name === primaryName);
  if (standby === undefined || primary === undefined)
    throw new UserError(
      `${name}: no environment stands by for it, so nothing takes over when its region is gone\n  next: an environment with standbyOf: "${name}" in STANDBYS of environments/all.ts (docs/failover.md)`,
    );
  return { primary, standby };
}

export interface Asked {
  readonly arm?: AskArm;
  readonly askRole?: AskRole;
  /** The day for which what ages is judged, as YYYY-MM-DD. */
  readonly on: string;
  /** Of the program, with its standbys. */
  readonly stacks: readonly SynthesizedStack[];
}

/** Asks whatever can be asked, all at once; what nobody can say is unknown, and is as good as missing until somebody looks. */
export async function planFailover({ primary, standby }: Pair, asked: Asked): Promise<FailoverPlan> {
  const { arm = new AskArm(standby.subscriptionId ?? process.env["ARM_SUBSCRIPTION_ID"]), on, stacks } = asked;
  const helmValues = new HelmValues(HELM_VALUES);
  const own = stacks.filter(({ settings }) => settings.name === standby.name);
  const stackOf = (kind: string) => findStack(stacks, stackName(standby.name, kind));
  const { type: stateType } = (cdktfContext().state ?? { type: "local" }) as { readonly type: string };
  const wanted = namesIn(standby, helmValues);
  const [escrow, deployed, replica, vaults, capacity, database, aws] = await Promise.all([
    readEscrowRecord(primary),
    deployedFindings(standby, { arm, infra: stackOf("infra"), stateType }),
    replicaFinding(primary, standby, arm),
    vaultFinding(primary, standby, { arm, wanted }),
    capacityFindings(standby, arm),
    databaseFinding(primary, standby, arm),
    awsRolesFinding(stackOf("aws-access"), asked.askRole ?? roleAsker(standby.aws.region)),
  ]);
  const written = writtenFindings(primary, standby, { escrow, helmValues, on, stacks: own });
  const findings = [...written, ...deployed, replica, vaults, ...capacity, database.finding, aws];
  const cutover = new Cutovers(CUTOVER).of(primary);
  const areUsersOnAws = primary.applications.some(({ name }) => isWeighted(cutover.stageOf(name)));
  return {
    primary,
    standby,
    steps: stepsOf(primary, standby, { areUsersOnAws, way: database.way }),
    findings: findings.sort((one, other) => FINDING_NAMES.indexOf(one.name) - FINDING_NAMES.indexOf(other.name)),
  };
}
