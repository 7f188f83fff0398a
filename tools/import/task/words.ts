import { secretIn } from "../../../model/secret-shapes";
import type { At } from "../at";
import { idOf } from "../id";
import { type Container, there } from "./container";
import type { Task } from "./task";

/** How a container begins, as the chart says it. */
export interface Beginning {
  readonly command?: string[];
  readonly args?: string[];
  readonly workingDir?: string;
}

/**
 * The words that a container starts with: ECS's entryPoint is the chart's command, and its command the chart's args. They
 * stay as they are: the chart doubles what Kubernetes would expand.
 * @param path in helm-values, such as "" or "consumers.worker."
 */
export function beginningOf(task: Task, container: Container, path: string): Beginning {
  const { cast } = task;
  const { at } = container;
  const workingDir = workingDirOf(task, container, path);
  if (hidesSecret(task, container, [at.at("entryPoint"), at.at("command")])) return workingDir;
  const args = wordsAt(task, container, "command", `${path}args`);
  if (cast.injection && container === cast.main)
    return { ...(cast.injection.words.length > 0 && { command: [...cast.injection.words] }), ...workingDir };
  const command = wordsAt(task, container, "entryPoint", `${path}command`);
  return { ...(command.length > 0 && { command }), ...(args.length > 0 && { args }), ...workingDir };
}

/** The words of a list; one text in its place could be a shell's line or a program, which ECS does not take either. */
function wordsAt({ ledger }: Task, { at, name }: Container, field: "command" | "entryPoint", to: string): string[] {
  const place = at.at(field);
  if (!place.isThere || Array.isArray(place.value)) {
    ledger.mapped(there(place), to);
    return place.words;
  }
  const answer = ledger.ask(place, {
    id: idOf("words", name, field),
    risk: "does not start",
    asks: `${field} of ${name} must be a list of words, and is none: what are the words? docker inspect prints those of the image.`,
    options: [
      { answer: "none", means: "the image starts by its own words" },
      { form: 'the words as JSON, such as ["node","server.js"]', fits: WORDS, means: "it starts with them" },
    ],
    without: "the image starts by its own words",
  });
  return answer === undefined || answer === "none" ? [] : (JSON.parse(answer) as string[]);
}

/** A list of texts in JSON, and nothing else. */
export const WORDS = /^\[\s*"(?:[^"\\\p{Cc}]|\\["\\/bfnrt])*"(?:\s*,\s*"(?:[^"\\\p{Cc}]|\\["\\/bfnrt])*")*\s*\]$/u;

/** What the chart takes (model/schema/workload.ts). */
const FOLDER = /^(\/|(\/\.*[\w-][\w.-]*)+)$/;

function workingDirOf({ ledger }: Task, { at, name }: Container, path: string): Pick<Beginning, "workingDir"> {
  const place = at.at("workingDirectory");
  if (place.text === undefined) return {};
  const own = place.text.replace(/(?<=.)\/+$/, "");
  if (FOLDER.test(own)) {
    ledger.mapped(place, `${path}workingDir`);
    return { workingDir: own };
  }
  const answer = ledger.ask(place, {
    id: idOf("working-dir", name),
    risk: "does not start",
    asks: `${name} starts in ${own}, and the chart takes an absolute path alone, of letters, digits, ".", "-" and "_". Which folder is it?`,
    options: [
      { answer: "image", means: "the one that the image says" },
      { form: "an absolute path such as /app", fits: FOLDER, means: "it starts there" },
    ],
    without: "it starts where the image says",
  });
  return answer === undefined || answer === "image" ? {} : { workingDir: answer };
}

/** Words are in Git and in the pod's description: a secret among them is kept out until somebody says that it is none. */
export function hidesSecret({ ledger }: Task, { name }: Container, places: readonly At[]): boolean {
  const kinds = places.flatMap(({ text, words }) =>
    [...words, ...(text === undefined ? [] : [text])].flatMap((word) => secretIn(word) ?? []),
  );
  const [kind] = kinds;
  if (kind === undefined) return false;
  const answer = ledger.ask(there(...places), {
    id: `words:${name}`,
    risk: "wrong secret",
    asks: `The words of ${name} have what looks like ${kind}. Everybody may read them: does the application read it from a variable instead?`,
    options: [
      { answer: "plain", means: "it is no secret; the words stay" },
      { answer: "changed", means: "it does; the words are left out, and written by hand" },
    ],
    without: "the words are left out",
  });
  return answer !== "plain";
}
