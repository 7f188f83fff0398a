import type { Environment } from "../../../model/environment";
import type { At } from "../at";
import type { Callee, Caller, Draft } from "../draft";
import type { Ledger } from "../ledger";

/** What was read of one service on ECS, unwrapped. What was not given is an empty list, or undefined. */
export interface EcsInputs {
  /** As describe-task-definition answers, or as register-task-definition takes it. */
  readonly taskDefinition: At;
  readonly tags: readonly At[];
  readonly service?: At;
  readonly targetGroups: readonly At[];
  readonly targetGroupAttributes: readonly At[];
  readonly loadBalancerAttributes: readonly At[];
  readonly rules: readonly At[];
  readonly scalableTargets: readonly At[];
  readonly scalingPolicies: readonly At[];
  readonly scheduledActions: readonly At[];
  /** Of the Scheduler, or rules of EventBridge with their targets. */
  readonly schedules: readonly At[];
  readonly rolePolicies: readonly At[];
  readonly alarms: readonly At[];
  readonly logGroups: readonly At[];
  /** Of zones that only the VPC sees. */
  readonly zoneRecords?: readonly At[];
  /** The text of an S3 env file, by the name of the file. */
  readonly envFiles: ReadonlyMap<string, string>;
  /** What the type of a parameter or the real name of a secret is, where AWS was asked; by what the task definition says. */
  readonly known: ReadonlyMap<string, KnownSecret>;
  /** By which name each registry of Cloud Map answers, by its ARN. */
  readonly cloudMapNames?: ReadonlyMap<string, string>;
}

export interface KnownSecret {
  readonly type: "SecureString" | "String" | "StringList" | "secret" | "missing";
  /** Its name without the six characters that an ARN adds. */
  readonly name: string;
}

export interface Context {
  readonly environment: Environment;
  readonly application: string;
  readonly ledger: Ledger;
}

/** What the service's side of an import means for the containers' side. */
export interface ServicePart {
  readonly values: Draft["values"];
  readonly permissions: Draft["aws"]["permissions"];
  readonly callees: readonly Callee[];
  readonly callers: readonly Caller[];
  /** The container behind the load balancer, and its port. */
  readonly behind?: { readonly container: string; readonly port: number };
  /** What the target group asks of a container, for the readiness probe. */
  readonly readiness?: Partial<NonNullable<NonNullable<Draft["values"]["probes"]>["readiness"]>>;
  /** ECS's healthCheckGracePeriodSeconds, and the target group's time to a first answer. */
  readonly startupSeconds?: number;
  /** How long the load balancer may keep a request: what shutdown must outlast. */
  readonly drainSeconds?: number;
}
