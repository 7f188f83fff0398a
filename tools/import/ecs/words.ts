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
export function beginningOf({ cast, ledger }: Task, container: Container, path: string): Beginning {
  const { at } = container;
  const folder = at.at("workingDirectory").text;
  ledger.mapped(there(at.at("command")), `${path}args`);
  if (folder !== undefined) ledger.mapped(at.at("workingDirectory"), `${path}workingDir`);
  const workingDir = folder === undefined ? {} : { workingDir: folder.replace(/(?<=.)\/+$/, "") };
  if (cast.injection && container === cast.main)
    return { ...(cast.injection.words.length > 0 && { command: [...cast.injection.words] }), ...workingDir };
  ledger.mapped(there(at.at("entryPoint")), `${path}command`);
  const [command, args] = [at.at("entryPoint").words, at.at("command").words];
  return { ...(command.length > 0 && { command }), ...(args.length > 0 && { args }), ...workingDir };
}
