import type { z } from "zod";
import type { aws, SecretSource } from "../../model/schema/aws";
import type { Workload } from "../../model/schema/workload";

type Statement = z.infer<typeof aws>["permissions"][string][number];

/** A host that the application calls. */
export interface Callee {
  readonly host: string;
  readonly port?: number;
  /** Where it was found, such as the variable's name; never the value around it. */
  readonly from: string;
  /** Reachable only inside the VPC: a private zone, a private address, RDS, ElastiCache, Cloud Map. */
  readonly isPrivate: boolean;
}

/** Somebody who calls the application by a name that leads to AWS. */
export interface Caller {
  readonly name: string;
  /** Such as "Cloud Map" or "listener rule". */
  readonly by: string;
}

/** Part of what `environments/<environment>.ts` says below `aws`, for one application. */
export interface AwsPart {
  readonly secrets: SecretSource[];
  readonly permissions: Statement[];
  readonly endpoints: string[];
  readonly ecr?: string;
}

type DeepPartial<T> = T extends readonly (infer E)[]
  ? readonly E[]
  : T extends object
    ? { -readonly [K in keyof T]?: DeepPartial<T[K]> }
    : T;

/** What an import means: what goes to helm-values, to the environment, and who talks to whom. No value of a secret, ever. */
export interface Draft {
  readonly values: DeepPartial<Workload>;
  readonly aws: AwsPart;
  readonly callees: readonly Callee[];
  readonly callers: readonly Caller[];
}
