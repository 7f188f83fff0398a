import type { At } from "../at";
import { type Conditions, conditionsOf } from "./statement";

/** Why the new role cannot have a statement as it is. */
export interface Fault {
  readonly risk: "access lost" | "does not start";
  readonly asks: string;
  /** What happens as long as nobody answers. */
  readonly without: string;
  /** Other resources would mend it. */
  readonly isOfResourcesOnly?: true;
}

/** What model/schema/aws.ts takes. */
const ACTION = /^[a-z0-9-]+:[A-Za-z]+\*?$/;
const RESOURCE = /^arn:aws:[a-z0-9-]+:[a-z0-9-]*:(\d{12})?:.+$/;

/** Where a request comes from is another place now. */
const PLACE = /^aws:(SourceVpce?|SourceVpcArn|VpcSourceIp|SourceIp)$/i;
/** The role, its tags and its session are others now. */
const PRINCIPAL =
  /^(aws:(PrincipalArn|PrincipalTag\/.*|userid|username|SourceIdentity)|sts:RoleSessionName|ecs:cluster)$/i;

const of = (asks: string): Fault => ({ risk: "does not start", without: "the new role may not do it", asks });

/**
 * What is wrong with a statement of the old role; undefined when the new one can have it.
 * @param actions without those of ECS exec
 */
export function faultOf(statement: At, actions: readonly string[], resources: readonly string[]): Fault | undefined {
  if (statement.at("Effect").text === "Deny")
    return {
      risk: "access lost",
      asks: "The role is denied something. The new role may only what its statements allow; does one of them allow this?",
      without: "nothing is denied: what another statement allows here is allowed",
    };
  if (statement.at("NotAction").isThere || statement.at("NotResource").isThere)
    return of("The statement allows everything but a few things. Which actions are used, with which resources?");
  return ofActions(actions) ?? ofConditions(statement, resources) ?? ofResources(resources);
}

function ofActions(actions: readonly string[]): Fault | undefined {
  const others = actions.filter((action) => !ACTION.test(action));
  if (others.length === 0) return undefined;
  return others.some((action) => /^(\*|[^:]*:\*)$/.test(action))
    ? of("The statement allows every action of a service. Which of them are used, with which resources?")
    : of("An action has a * or a ? before its end, and the new role takes one * at the end alone. Which are used?");
}

function ofConditions(statement: At, resources: readonly string[]): Fault | undefined {
  const conditions = conditionsOf(statement);
  if (conditions === undefined && statement.at("Condition").isThere)
    return of("The statement has a condition that cannot be read. When does it hold?");
  const keys = [...keysOf(conditions ?? {}), ...variablesIn([...resources, ...wordsIn(conditions ?? {})])];
  if (keys.some((key) => PLACE.test(key)))
    return of(
      "The statement holds only for requests from a network of AWS, and pods come from Azure. What should it ask for instead?",
    );
  const [own] = keys.filter((key) => PRINCIPAL.test(key));
  if (own === undefined) return undefined;
  return of(
    `The statement goes by what a role or a task is called or tagged (${own}), and the new role is called otherwise and has no such tag. What should it ask for instead?`,
  );
}

const keysOf = (conditions: Conditions): string[] => Object.values(conditions).flatMap(Object.keys);
const wordsIn = (conditions: Conditions): string[] =>
  Object.values(conditions).flatMap((keys) => Object.values(keys).flat());

/** Keys that IAM puts in, such as `${aws:userid}`; a default may stand behind a comma. */
const variablesIn = (words: readonly string[]): string[] =>
  words.flatMap((word) => [...word.matchAll(/\$\{\s*([^},\s]+)/g)].map(([, key = ""]) => key));

function ofResources(resources: readonly string[]): Fault | undefined {
  const fault = (asks: string): Fault => ({ ...of(`${asks} Which resources are used?`), isOfResourcesOnly: true });
  if (resources.length === 0 || resources.includes("*")) return fault("The statement is for every resource.");
  const other = resources.find((resource) => !RESOURCE.test(resource));
  const [, partition, , region = "", account = ""] = other?.split(":") ?? [];
  if (other !== undefined && partition !== "aws")
    return fault("A resource is no ARN of AWS's own partition, which the environment's account belongs to.");
  if (/[*?]/.test(region + account))
    return fault("A resource has a * or a ? for its Region or its account, and the new role takes none there.");
  if (other !== undefined) return fault("A resource is no whole ARN.");
  // arn:aws:s3:::* is every bucket, and arn:aws:sqs:us-east-1:111122223333:* every queue.
  if (resources.some((resource) => /^([^:]*:){5}[*?/:]+$/.test(resource)))
    return fault("The statement is for every resource of a service.");
  return undefined;
}
