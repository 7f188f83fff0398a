import type { Environment } from "../../../model/environment";
import { UserError } from "../../../model/user-error";
import type { At } from "../at";
import { TABLES } from "../fields/all";
import { Ledger } from "../ledger";
import type { Gap } from "../live/calls";
import { askAboutGaps } from "../live/gaps";
import type { Report } from "../report";
import { servicePart } from "../service/service-part";
import { convertEcs } from "../task/convert";
import type { EcsAnswers } from "./answers";
import { allOf, gather } from "./gather";

interface Asked {
  readonly environment: Environment;
  readonly application: string;
  /** The service's name, where an answer has several. */
  readonly service?: string;
  readonly answers: ReadonlyMap<string, string>;
  /** Calls that AWS did not answer. */
  readonly gaps?: readonly Gap[];
}

/**
 * What a service on ECS becomes.
 * @throws UserError for what cannot be read or cannot run here, and for answers that no question takes: all of them at once
 */
export function importEcs(given: EcsAnswers, { answers, application, environment, gaps = [], service }: Asked): Report {
  const { inputs, notes } = gather(given, service);
  const ledger = new Ledger(TABLES, answers);
  for (const input of allOf(inputs)) ledger.read(input);
  for (const note of notes) ledger.note(note);
  askAboutGaps(gaps, ledger);
  const context = { environment, application, ledger };
  const around = isAround(inputs.service, allOf(inputs)) ? servicePart(inputs, context) : undefined;
  const draft = convertEcs(inputs, context, around);
  const rows = ledger.settle();
  if (ledger.faults.length > 0)
    throw new UserError(
      `answers in imports/${environment.name}/${application}.decisions.yaml:\n${ledger.faults.join("\n")}`,
    );
  const { taskDefinition } = inputs;
  const arn = taskDefinition.at("taskDefinitionArn").text;
  const family = [taskDefinition.at("family").text, taskDefinition.at("revision").text].filter(Boolean).join(":");
  const from = [arn ?? family, inputs.service?.at("serviceArn").text].flatMap((one) => (one ? [one] : []));
  return {
    is: "ecs",
    environment: environment.name,
    application,
    from,
    rows,
    decisions: ledger.decisions(),
    notes: ledger.notes,
    draft,
  };
}

/** Whether anything but the task definition was given. */
const isAround = (service: At | undefined, all: readonly At[]): boolean =>
  service !== undefined ||
  all.some(({ source }) => !["ecs.TaskDefinition", "ecs.Tags", "ecs.Answer"].includes(source.shape));
