import { UserError } from "../../../model/user-error";
import { At, isRecord } from "../at";

type Fields = Readonly<Record<string, unknown>>;

const NEXT = "\n  next: aws ecs describe-services --cluster CLUSTER --services NAME --output json";

/** The service that is meant, and what is worth a sentence about the rest. */
export interface Chosen {
  readonly service: At;
  readonly notes: readonly string[];
}

/**
 * The service that is meant: the answer of describe-services, one service of it, a list of services, or what create-service takes.
 * @param wanted its name; undefined when there is only one
 * @throws UserError when it is not there, AWS did not find it, or nobody can tell which
 */
export function chooseService(content: unknown, file: string, wanted?: string): Chosen {
  const services = servicesIn(content, file);
  const failures = failuresIn(content);
  const failed = failures.filter(({ name }) => wanted === undefined || name === wanted);
  const names = services.map(nameOf);
  const found = wanted === undefined ? services : services.filter((service) => nameOf(service) === wanted);
  const [one] = found;
  if (wanted === undefined && services.length > 1)
    throw new UserError(
      `${file}: has several services: ${names.join(", ")}; nothing was written\n  next: say which one is meant: --service ${names[0]}`,
    );
  if (failed.length > 0 && (one === undefined || wanted === undefined))
    throw new UserError(`${file}: AWS did not find what was asked: ${sentence(failed)}; nothing was written${NEXT}`);
  if (one === undefined)
    throw new UserError(
      `${file}: has no service ${wanted ?? "at all"}${names.length > 0 ? `, but ${names.join(", ")}` : ""}; nothing was written${NEXT}`,
    );
  const shape = "cluster" in one || !("serviceArn" in one) ? "ecs.CreateServiceRequest" : "ecs.Service";
  const rest = failures.filter((failure) => !failed.includes(failure));
  return {
    service: At.root({ name: "service", shape }, one),
    notes: rest.length === 0 ? [] : [`AWS did not find other services that were asked for: ${sentence(rest)}.`],
  };
}

function servicesIn(content: unknown, file: string): readonly Fields[] {
  const inside = isRecord(content) ? (content["services"] ?? content["service"] ?? content) : content;
  const all: readonly unknown[] = Array.isArray(inside) ? inside : [inside];
  if (all.every((one): one is Fields => isRecord(one) && nameOf(one) !== "")) return all;
  const what = all.some((one) => typeof one === "string") || (isRecord(content) && "serviceArns" in content);
  throw new UserError(
    `${file}: ${what ? "lists names of services only" : "is no service of ECS: it has no serviceName"}; nothing was written${NEXT}`,
  );
}

/** Whoever updates a service calls it `service`. */
const nameOf = (service: Fields): string => (typeof service["serviceName"] === "string" ? service["serviceName"] : "");

interface Failure {
  readonly name: string;
  readonly reason: string;
}

function failuresIn(content: unknown): readonly Failure[] {
  const all: unknown = isRecord(content) ? content["failures"] : undefined;
  if (!Array.isArray(all)) return [];
  return all.filter(isRecord).map(({ arn, reason }) => ({
    name:
      String(arn ?? "")
        .split("/")
        .at(-1) ?? "",
    reason: String(reason ?? "no reason given"),
  }));
}

const sentence = (failures: readonly Failure[]): string =>
  failures.map(({ name, reason }) => `${name} (${reason})`).join(", ");
