import { isWithin, parseId, type ResourceId } from "./resource-id";

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

export interface Resource {
  readonly id: ResourceId;
  readonly body: JsonObject;
}

/** What exists in the stand-in's Azure. */
export class Store {
  private readonly resources = new Map<string, Resource>();
  /** Until when a scope stays locked whose lock was removed, by its key in lower case, in milliseconds since 1970. */
  readonly lingeringLocks = new Map<string, number>();
  /** How long a lock holds after its removal, in milliseconds; Azure says "a few minutes at most" of its own caches. */
  lockLingersMs = 5_000;
  /** What AKS hands out to users of any cluster; without one a cluster has no API server behind it. */
  kubeconfig: string | undefined;

  get(key: string): Resource | undefined {
    return this.resources.get(key.toLowerCase());
  }

  has(key: string): boolean {
    return this.resources.has(key.toLowerCase());
  }

  put(id: ResourceId, body: JsonObject): Resource {
    const resource = { id, body };
    this.resources.set(id.key, resource);
    return resource;
  }

  /** Removes the resource and everything below it. */
  delete(key: string): void {
    for (const { id } of this.within(key)) this.resources.delete(id.key);
  }

  /** The resource and everything below it. */
  within(key: string): Resource[] {
    return this.all().filter(({ id }) => isWithin(id.key, key));
  }

  /** The resources of a type directly below a parent. */
  children(parentKey: string, type: string): Resource[] {
    return this.all().filter(({ id }) => id.parentKey === parentKey && id.type === type);
  }

  ofType(type: string): Resource[] {
    return this.all().filter(({ id }) => id.type === type);
  }

  all(): Resource[] {
    return [...this.resources.values()];
  }

  /** Puts something there that no rehearsed stack makes, as if it had always been there. */
  seed(path: string, body: JsonObject): void {
    this.put(parseId(path), body);
  }
}

/** A property deep in a body, or undefined. */
export function dig(value: Json | undefined, ...path: (string | number)[]): Json | undefined {
  return path.reduce<Json | undefined>(
    (inner, key) => (inner as JsonObject | undefined | null)?.[key] ?? undefined,
    value,
  );
}

export function text(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

export function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

export function object(value: Json | undefined): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

/** Every string in a body, keys included: a managed identity's id is a key. */
export function stringsIn(value: Json | undefined): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(stringsIn);
  return Object.entries(object(value)).flatMap(([key, inner]) => [key, ...stringsIn(inner)]);
}
