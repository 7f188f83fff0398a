import { refuseRetired } from "./api-versions";
import type { Behaviour, Behaviours, Refusal } from "./behaviour";
import { refuse } from "./behaviour";
import { refuseDelete, refuseReferences } from "./common-refusals";
import type { Request, Response } from "./message";
import { Operations } from "./operations";
import { Registrations } from "./registrations";
import { parseId, type ResourceId } from "./resource-id";
import { authorization, roleDefinition } from "./resource-types/authorization";
import { cluster } from "./resource-types/cluster";
import { database } from "./resource-types/database";
import { firewall } from "./resource-types/firewall";
import { identity, TENANT } from "./resource-types/identity";
import { kubernetesConfiguration } from "./resource-types/kubernetes-configuration";
import { monitor } from "./resource-types/monitor";
import { network } from "./resource-types/network";
import { registry } from "./resource-types/registry";
import { resources } from "./resource-types/resources";
import { storage } from "./resource-types/storage";
import { vault } from "./resource-types/vault";
import { dig, type Json, type JsonObject, object, type Resource, Store, text } from "./store";

const BEHAVIOURS: Behaviours = {
  ...authorization,
  ...cluster,
  ...database,
  ...firewall,
  ...identity,
  ...kubernetesConfiguration,
  ...monitor,
  ...network,
  ...registry,
  ...resources,
  ...storage,
  ...vault,
};
const PLAIN: Behaviour = {};

/** A local Azure Resource Manager: it keeps resources, computes what Azure computes, and refuses what Azure refuses. */
export class Arm {
  readonly store = new Store();
  readonly registrations = new Registrations();
  private readonly operations = new Operations();
  /** Whether API versions that have an end are refused already; an older provider is served only without. */
  refusesRetiredApis = true;

  /** Whether the next PUT is accepted, and ends in `Failed`: the resource is there, and is none that works. */
  failsNext = false;

  handle({ method, url, body }: Request): Response {
    const path = decodeURIComponent(url.pathname);
    // A registration names the namespace, and is Resource Manager's own: its API has another version.
    const registration = this.registrations.handle({ method, url, body });
    if (registration) return registration;
    const operation = method === "GET" ? this.operations.answer(path) : undefined;
    if (operation) return operation;
    const retired = this.refusesRetiredApis ? refuseRetired(url) : undefined;
    if (retired) return refused(retired);
    const special = this.special(method, path, url, body);
    if (special) return special;
    const id = parseId(path);
    switch (method) {
      case "PUT":
        return this.put(id, path, body ?? {});
      case "PATCH":
        return this.patch(id, path, body ?? {});
      case "GET":
      case "HEAD":
        return id.isCollection ? this.list(id) : this.get(id);
      case "DELETE":
        return this.delete(id);
      case "POST":
        return this.act(path);
      default:
        return refused(refuse(405, "MethodNotAllowed", `${method} is not served.`));
    }
  }

  /** Paths that name no resource. */
  private special(method: string, path: string, url: URL, body?: JsonObject): Response | undefined {
    const lower = path.toLowerCase();
    const subscription = path.split("/")[2] ?? "";
    if (method === "GET" && /^\/subscriptions\/[^/]+$/.test(lower)) {
      return {
        status: 200,
        body: { id: path, subscriptionId: subscription, tenantId: TENANT, displayName: "rehearsal", state: "Enabled" },
      };
    }
    if (method === "GET" && lower.endsWith("/providers/microsoft.authorization/roledefinitions")) {
      const wanted = /roleName eq '([^']*)'/i.exec(url.searchParams.get("$filter") ?? "")?.[1] ?? "";
      const definition = roleDefinition(subscription, wanted);
      return { status: 200, body: { value: definition ? [definition] : [] } };
    }
    if (method === "GET" && lower.includes("/providers/microsoft.authorization/roledefinitions/")) {
      const definition = roleDefinition(subscription, lower.split("/").at(-1) ?? "");
      return definition ? { status: 200, body: definition } : refused(notFound(path));
    }
    if (method === "GET" && /^\/subscriptions\/[^/]+(\/resourcegroups\/[^/]+)?\/resources$/.test(lower)) {
      const scope = lower.replace(/\/resources$/, "");
      const isMissing = scope.includes("/resourcegroups/") && !this.store.has(scope);
      return isMissing ? refused(notFound(scope)) : { status: 200, body: pageOf(this.search(scope, url), url) };
    }
    if (method === "POST" && lower.endsWith("/checknameavailability")) {
      const name = text(body?.name).toLowerCase();
      const taken = this.store
        .all()
        .some(
          (resource) => resource.id.name.toLowerCase() === name && resource.id.type === text(body?.type).toLowerCase(),
        );
      return {
        status: 200,
        body: { nameAvailable: !taken, ...(taken && { reason: "AlreadyExists", message: `${name} is taken.` }) },
      };
    }
    return undefined;
  }

  private put(id: ResourceId, path: string, sent: JsonObject): Response {
    const behaviour = behaviourOf(id);
    const existing = this.store.get(id.key);
    // Also when it is refused: otherwise the next one, of something else, would fail.
    const fails = this.failsNext;
    this.failsNext = false;
    const merged = behaviour.merges && existing ? merge(existing.body, sent) : sent;
    const body: JsonObject = { ...merged, id: path, name: id.name, type: merged.type ?? typeOf(path) };
    const change = { id, existing, body, store: this.store };
    const refusal =
      this.registrations.refuse(id, sent) ??
      refuseReferences(change) ??
      this.refuseSecond(id) ??
      behaviour.refuse?.(change);
    if (refusal) return refused(refusal);
    const completed = behaviour.complete?.(change) ?? body;
    const properties = { ...object(completed.properties), provisioningState: fails ? "Failed" : "Succeeded" };
    const resource = this.store.put(id, { ...completed, properties });
    behaviour.afterPut?.({ ...change, body: resource.body });
    const headers = this.operations.begin(fails ? "Failed" : "Succeeded", lockedBy(id));
    return { status: existing ? 200 : (behaviour.createdStatus ?? 201), body: this.read(resource), headers };
  }

  private patch(id: ResourceId, path: string, sent: JsonObject): Response {
    const existing = this.store.get(id.key);
    return existing ? this.put(id, path, merge(existing.body, sent)) : refused(notFound(path));
  }

  private get(id: ResourceId): Response {
    const resource = this.store.get(id.key);
    return resource ? { status: 200, body: this.read(resource) } : refused(notFound(id.key));
  }

  private list(id: ResourceId): Response {
    const parent = this.store.get(id.parentKey);
    const view = parent && behaviourOf(parent.id).views?.[id.name.toLowerCase()];
    if (view) return { status: 200, body: view(parent) };
    // At a subscription's collection, those of every group; below a parent or as an extension, only that one's.
    const everywhere = parseId(id.parentKey).type === "microsoft.resources/subscriptions";
    const inside = this.store
      .ofType(id.type)
      .filter((resource) => (everywhere ? resource.id.key.startsWith(`${id.parentKey}/`) : isListed(resource, id)));
    return { status: 200, body: { value: inside.map((resource) => this.read(resource)) } };
  }

  /** `…/resources?$filter=resourceType eq 'x' and name eq 'y'`, as Resource Graph's older sister answers. */
  private search(scope: string, { searchParams }: URL): Json[] {
    const filter = searchParams.get("$filter") ?? "";
    const isExpanded = (searchParams.get("$expand") ?? "").split(",").includes("provisioningState");
    const wanted = (key: string) => new RegExp(`${key} eq '([^']*)'`, "i").exec(filter)?.[1]?.toLowerCase();
    const [type, name, group] = [wanted("resourceType"), wanted("name"), wanted("resourceGroup")];
    return (
      this.store
        .within(scope)
        .filter(
          ({ id }) =>
            id.key !== scope && id.type !== "microsoft.resources/resourcegroups" && id.type.split("/").length === 2,
        )
        // What extends another resource is listed nowhere but there.
        .filter(({ id }) => id.key.split("/providers/").length === 2)
        .filter(({ id }) => (!type || id.type === type) && (!name || id.name.toLowerCase() === name))
        .filter(({ id }) => !group || id.key.includes(`/resourcegroups/${group}/`))
        .map(({ body, id }) => ({
          id: body.id,
          name: body.name,
          type: body.type ?? id.type,
          location: body.location,
          tags: body.tags,
          ...(isExpanded && { provisioningState: dig(body, "properties", "provisioningState") ?? "Succeeded" }),
        }))
    );
  }

  private delete(id: ResourceId): Response {
    const resource = this.store.get(id.key);
    if (!resource) return { status: 204 };
    const behaviour = behaviourOf(id);
    const refusal =
      refuseDelete(resource, this.store) ?? this.refuseSecond(id) ?? behaviour.refuseDelete?.(resource, this.store);
    if (refusal) return refused(refusal);
    this.store.delete(id.key);
    behaviour.afterDelete?.(resource, this.store);
    const status = behaviour.deletedStatus ?? 204;
    return { status, headers: status === 202 ? this.operations.begin("Succeeded", lockedBy(id)) : undefined };
  }

  /** Why Azure would not begin another operation here. */
  private refuseSecond(id: ResourceId): Refusal | undefined {
    const by = lockedBy(id);
    if (by === undefined || !this.operations.isRunning(by)) return undefined;
    return refuse(409, "Conflict", `Another operation is in progress on ${by}.`);
  }

  private act(path: string): Response {
    const at = path.lastIndexOf("/");
    const resource = this.store.get(path.slice(0, at));
    if (!resource) return refused(notFound(path));
    const action = behaviourOf(resource.id).actions?.[path.slice(at + 1).toLowerCase()];
    return action
      ? { status: 200, body: action(resource, this.store) }
      : refused(refuse(404, "ActionNotServed", `The rehearsal does not know ${path}.`));
  }

  private read(resource: Resource): JsonObject {
    return behaviourOf(resource.id).read?.(resource, this.store) ?? resource.body;
  }
}

/** How many resources Azure lists at once: Azure/azure-sdk-for-js#18535. */
const PAGE = 1000;

/** A page of a list, and where the next one is. */
function pageOf(all: readonly Json[], url: URL): JsonObject {
  const end = Number(url.searchParams.get("$skiptoken") ?? 0) + PAGE;
  const next = new URL(url);
  next.searchParams.set("$skiptoken", String(end));
  return { value: all.slice(end - PAGE, end), ...(end < all.length && { nextLink: next.href }) };
}

const behaviourOf = (id: ResourceId): Behaviour => BEHAVIOURS[id.type] ?? PLAIN;

const isListed = (resource: Resource, id: ResourceId) =>
  resource.id.parentKey === id.parentKey || resource.id.key.startsWith(`${id.parentKey}/providers/`);

function notFound(path: string): Refusal {
  const [, group] = /\/resourcegroups\/([^/]+)$/i.exec(path) ?? [];
  return group === undefined
    ? refuse(404, "ResourceNotFound", `${path} was not found.`)
    : refuse(404, "ResourceGroupNotFound", `Resource group '${group}' could not be found.`);
}

const refused = ({ status, code, message }: Refusal): Response => ({ status, body: { error: { code, message } } });

/** What takes one operation at a time of this type; undefined where several may run. */
const lockedBy = (id: ResourceId): string | undefined => (behaviourOf(id).oneAtATime ? id.parentKey : undefined);

/** The type in its own casing, as Azure reports it. */
function typeOf(path: string): string {
  const segments = path.split("/");
  const [namespace, ...rest] = segments.slice(
    segments.map((segment) => segment.toLowerCase()).lastIndexOf("providers") + 1,
  );
  return [namespace, ...rest.filter((_, index) => index % 2 === 0)].join("/");
}

/** JSON merge patch without removal: a field that is not named stays. */
function merge(target: JsonObject, patch: JsonObject): JsonObject {
  const entries = Object.entries(patch).map(([key, value]): [string, Json | undefined] => {
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return [key, isObject && key !== "tags" ? merge(object(target[key]), value as JsonObject) : value];
  });
  return { ...target, ...Object.fromEntries(entries) };
}
