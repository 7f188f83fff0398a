import { basename } from "node:path";
import { ACCEPTED } from "../question";
import type { Container } from "./container";
import type { Task } from "./task";
import { sharing, type Variable } from "./variables";

/**
 * The variables of the S3 files that the task is started with. A file's text must be given; without it, it is asked for. The
 * first file counts over later ones, and a variable of the task over all of them.
 */
export function fileVariables(
  task: Task,
  taken: readonly string[],
  containers: readonly Container[] = sharing(task),
  prefix = "env",
): Variable[] {
  const { inputs, ledger, template } = task;
  const variables = new Map<string, Variable>();
  for (const container of containers) {
    for (const file of container.at.at("environmentFiles").items) {
      const at = file.at("value");
      const name = basename(at.text ?? "");
      const text = inputs.envFiles.get(name) ?? inputs.envFiles.get(at.text ?? "");
      ledger.mapped(
        [file.at("type"), at].filter(({ isThere }) => isThere),
        "env, by what is in the file",
      );
      if (text === undefined && !template.covers(at)) {
        ledger.ask(file, {
          id: `env-file:${name}`,
          risk: "does not start",
          asks: `The variables in ${name} are in S3, and not in the task definition. Give the file by --env-file; lines that look like secrets are asked about.`,
          options: [ACCEPTED],
          without: "its variables are missing",
        });
      }
      for (const [key, value] of linesOf(text ?? "")) {
        if (!taken.includes(key) && !variables.has(key))
          variables.set(key, { id: `${prefix}:${key}`, name: key, value, places: [at] });
      }
    }
  }
  return [...variables.values()];
}

/** As ECS reads an env file: NAME=VALUE a line, quotes are part of the value, and # begins a comment line. */
function linesOf(text: string): [name: string, value: string][] {
  return text.split(/\r?\n/).flatMap((line): [string, string][] => {
    const [, name, value = ""] = /^\s*([^#=\s][^=]*?)\s*=(.*)$/.exec(line) ?? [];
    return name === undefined ? [] : [[name, value]];
  });
}
