import type { At } from "../at";
import type { Draft } from "../draft";
import { idOf } from "../id";
import type { Ledger } from "../ledger";
import { ACCEPTED, type Option } from "../question";
import { conditionsOf, wordsOf } from "./statement";
import { faultOf } from "./statement-faults";

export type Permission = Draft["aws"]["permissions"][number];

const ARNS: Option = {
  form: "ARNs, separated by commas",
  fits: /^(arn:aws:[a-z0-9-]+:[a-z0-9-]*:(\d{12})?:[^,\s]+(,(?=arn:)|$))+$/,
  means: "the statement is for these only",
};

/** The statements of a task role that the new role can have, merged; all others are asked about. */
export function permissionsOf(roles: readonly At[], ledger: Ledger): Permission[] {
  const read = new Set(
    roles.flatMap((role) => role.at("InlinePolicies").items.flatMap((one) => one.at("PolicyName").text ?? [])),
  );
  return merged(
    roles.flatMap((role) => {
      around(role, read, ledger);
      const seen = new Map<string, number>();
      return role.at("InlinePolicies").items.flatMap((policy) => {
        const name = policy.at("PolicyName").text ?? "policy";
        if (policy.at("PolicyName").isThere) ledger.mapped(policy.at("PolicyName"), "aws.permissions");
        return policy.at("PolicyDocument", "Statement").items.flatMap((statement) => {
          const subject = subjectOf(name, statement);
          const times = (seen.get(subject) ?? 0) + 1;
          seen.set(subject, times);
          return permissionOf(times === 1 ? subject : `${subject}-${times}`, statement, ledger);
        });
      });
    }),
  );
}

function around(role: At, read: ReadonlySet<string>, ledger: Ledger): void {
  if (role.at("RoleName").isThere) ledger.mapped(role.at("RoleName"), "aws.permissions");
  if (role.at("AssumeRolePolicyDocument").isThere)
    ledger.dropped(role.at("AssumeRolePolicyDocument"), "the new role trusts the pod's own token");
  if (role.at("PermissionsBoundary").isThere)
    ledger.ask(role.at("PermissionsBoundary"), {
      id: "permissions-boundary",
      risk: "access lost",
      asks: "A boundary caps what the task role may do. The new role has none: must it be capped too, by whom?",
      options: [ACCEPTED],
      without: "the new role may do whatever its statements say",
    });
  for (const policy of role.at("AttachedPolicies").items) {
    const name = policy.at("PolicyName").text ?? "policy";
    if (read.has(name)) ledger.mapped(policy, "aws.permissions, as its document says");
    else
      ledger.ask(policy, {
        id: idOf("permissions", name),
        risk: "does not start",
        asks: `The managed policy ${name} is attached. The new role has statements alone: which of its actions, with which resources, are used?`,
        options: [ACCEPTED],
        without: "the application may do nothing of it on Azure",
      });
  }
}

/** By what somebody called it, else by its first action: a place in a list changes when a statement is added. */
function subjectOf(policy: string, statement: At): string {
  const actions = wordsOf(statement, "Action");
  const first = statement.at("Sid").text ?? actions[0] ?? wordsOf(statement, "NotAction")[0] ?? "statement";
  return idOf("permissions", policy, first.replace(/\*/g, "all"));
}

/** IAM compares actions without case; the model has their service in small letters. */
const inModelCase = (action: string): string => action.replace(/^[^:]+(?=:)/, (service) => service.toLowerCase());

function permissionOf(id: string, statement: At, ledger: Ledger): Permission[] {
  const actions = wordsOf(statement, "Action").map(inModelCase);
  if (actions.length > 0 && actions.every((action) => action.startsWith("ssmmessages:"))) {
    ledger.dropped(statement, "ECS exec; kubectl exec needs nothing of AWS");
    return [];
  }
  const kept = actions.filter((action) => !action.startsWith("ssmmessages:"));
  const resources = wordsOf(statement, "Resource");
  const fault = faultOf(statement, kept, resources);
  const conditions = conditionsOf(statement);
  const permission = (of: readonly string[]): Permission => ({
    actions: kept,
    resources: [...of],
    ...(conditions !== undefined && { conditions }),
  });
  if (fault === undefined) {
    ledger.mapped(statement, "aws.permissions");
    if (kept.some((action) => action.toLowerCase() === "sts:assumerole"))
      ledger.note(`The task role takes on ${resources.join(", ")}: that role must trust the new one as well.`);
    return [permission(resources)];
  }
  const answer = ledger.ask(statement, {
    id,
    risk: fault.risk,
    asks: `${fault.asks} (${(kept.length > 0 ? kept : wordsOf(statement, "NotAction")).join(", ")})`,
    options: fault.isOfResourcesOnly ? [ARNS, ACCEPTED] : [ACCEPTED],
    without: fault.without,
  });
  return answer?.startsWith("arn:") ? [permission(answer.split(","))] : [];
}

/** Statements for the same resources become one, and so do those with the same actions; each list in the order in which it came. */
export function merged(all: readonly Permission[]): Permission[] {
  const when = ({ conditions }: Permission): string => JSON.stringify(conditions ?? {});
  const union =
    (key: (one: Permission) => string, join: (a: Permission, b: Permission) => Permission) =>
    (list: readonly Permission[]) => [
      ...list
        .reduce((map, one) => {
          const before = map.get(key(one));
          return map.set(key(one), before === undefined ? one : join(before, one));
        }, new Map<string, Permission>())
        .values(),
    ];
  const distinct = (words: readonly string[]): string[] => [...new Set(words)];
  const sameResources = union(
    (one) => `${[...one.resources].sort().join()} ${when(one)}`,
    (a, b) => ({ ...a, actions: distinct([...a.actions, ...b.actions]) }),
  );
  const sameActions = union(
    (one) => `${[...one.actions].sort().join()} ${when(one)}`,
    (a, b) => ({ ...a, resources: distinct([...a.resources, ...b.resources]) }),
  );
  return sameActions(
    sameResources(all.map((one) => ({ ...one, actions: distinct(one.actions), resources: distinct(one.resources) }))),
  );
}
