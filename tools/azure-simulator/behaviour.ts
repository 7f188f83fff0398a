import type { ResourceId } from "./resource-id";
import type { Json, JsonObject, Resource, Store } from "./store";

/** What Azure answers when it refuses. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

export const refuse = (status: number, code: string, message: string): Refusal => ({ status, code, message });

export interface Change {
  readonly id: ResourceId;
  /** What is there already, undefined for something new. */
  readonly existing?: Resource;
  readonly body: JsonObject;
  readonly store: Store;
}

/** What Azure does with one type of resource beyond keeping it. */
export interface Behaviour {
  /** Why Azure would not take the change. */
  readonly refuse?: (change: Change) => Refusal | undefined;
  /** Why Azure would not delete it. */
  readonly refuseDelete?: (resource: Resource, store: Store) => Refusal | undefined;
  /** The body with what Azure computes. */
  readonly complete?: (change: Change) => JsonObject;
  /** What else appears when the change is made. */
  readonly afterPut?: (change: Change) => void;
  /** What else happens when the resource goes. */
  readonly afterDelete?: (resource: Resource, store: Store) => void;
  /** The body as it is read: with children that Azure shows inside their parent. */
  readonly read?: (resource: Resource, store: Store) => JsonObject;
  /** Answers to GET …/<name> that are no list of resources, by the name in lower case. */
  readonly views?: Readonly<Record<string, (resource: Resource) => Json>>;
  /** Answers to POST …/<action>, by the action in lower case. */
  readonly actions?: Readonly<Record<string, (resource: Resource, store: Store) => Json>>;
  /** The answer to a PUT that makes something new. @default 201 */
  readonly createdStatus?: 200 | 201 | 202;
  /** The answer to a DELETE. @default 204, which nearly every client takes as done */
  readonly deletedStatus?: 200 | 202 | 204;
  /** Whether its parent takes one operation at a time, on what is below it and is so too; a second is refused. */
  readonly oneAtATime?: boolean;
  /** Whether a PUT takes the fields that it does not name from what is there. */
  readonly merges?: boolean;
}

export type Behaviours = Readonly<Record<string, Behaviour>>;

/** The body with some of its `properties` replaced or added. */
export function withProperties(body: JsonObject, properties: JsonObject): JsonObject {
  return { ...body, properties: { ...(body.properties as JsonObject | undefined), ...properties } };
}
