import type { At } from "../at";
import { ecsTaskDefinition } from "../fields/ecs-task-definition";
import type { Ledger } from "../ledger";
import { ACCEPTED } from "../question";

/** What stands for something that a pipeline puts in. */
const PLACEHOLDER = /<[A-Za-z_][\w .-]*>|\$\{[^}]*\}|\{\{[^}]*\}\}|\{[A-Z_]{2,}\}/;
/** Words that people write until they know better; elsewhere they are words. */
const STAND_IN =
  /\b(AWS_ACCOUNT_ID|ACCOUNT_ID|REGION|YOUR_\w+|X{4,}|IMAGE_PLACEHOLDER|PLACEHOLDER|GIT_SHA|IMAGE_TAG)\b/;

/** Where a placeholder makes the file a template: images, ARNs, names, numbers. */
const TELLING =
  /^(family|cpu|memory|taskRoleArn|executionRoleArn|containerDefinitions\[\]\.(name|image|cpu|memory|memoryReservation|portMappings\[\]\..*|secrets\[\]\.valueFrom|environmentFiles\[\]\.value|repositoryCredentials\.credentialsParameter|dependsOn\[\]\.containerName))$/;
/** Where a name that a pipeline puts in is of one kind with a word: `myapp:GIT_SHA`. */
const OF_AWS = /(image|Arn|valueFrom|value|credentialsParameter)$/;
/** `${X}` is the shell's here, and `<X>` may be its redirection; a word that is nothing but `<X>` is no shell's. */
const OF_A_SHELL = /\.(command|entryPoint)\[\]$/;

/** What no application runs without: its secrets, and its image but for the tag, which the pipeline's digest replaces. */
function isVital({ pattern, text = "" }: At): boolean {
  if (pattern.endsWith(".secrets[].valueFrom")) return true;
  const repository = text.replace(/:[^:/]*$/, "");
  return pattern.endsWith("].image") && (text === "" || PLACEHOLDER.test(repository) || STAND_IN.test(repository));
}

/** The places of a template that stand for something else. A file has one question for all of them. */
export interface Template {
  covers(at: At): boolean;
}

export function templateIn(inputs: readonly At[], ledger: Ledger): Template {
  const leaves = inputs.flatMap((input) => input.leaves(isMap, () => false));
  const images = inputs.flatMap((input) =>
    input.at("containerDefinitions").items.map((container) => container.at("image")),
  );
  const telling = [...leaves.filter(isTelling), ...images.filter(({ isThere }) => !isThere)];
  if (telling.length === 0) return { covers: () => false };
  const places = [...new Map([...telling, ...leaves.filter(isHeld)].map((at) => [keyOf(at), at])).values()];
  ledger.ask(places, {
    id: "template",
    risk: "does not start",
    asks: "This is a template: its placeholders stand for what a pipeline puts in. aws ecs describe-task-definition prints the real one; give that.",
    // Without its secrets or its image the application would be installed, and not run.
    options: places.some(isVital) ? [] : [ACCEPTED],
    without: "what the placeholders stand for is not carried over",
  });
  const keys = new Set(places.map(keyOf));
  return { covers: (at) => keys.has(keyOf(at)) };
}

const isTelling = (at: At): boolean =>
  TELLING.test(at.pattern) &&
  (PLACEHOLDER.test(at.text ?? "") || (OF_AWS.test(at.pattern) && STAND_IN.test(at.text ?? "")));

/** In a file that is a template, a placeholder is one wherever it stands. */
const isHeld = (at: At): boolean =>
  OF_A_SHELL.test(at.pattern) ? /^<[A-Z_]+>$/.test(at.text ?? "") : PLACEHOLDER.test(at.text ?? "");

const isMap = (pattern: string): boolean => Object.hasOwn(ecsTaskDefinition, pattern);
const keyOf = (at: At): string => `${at.source.name}\n${at.path}`;
