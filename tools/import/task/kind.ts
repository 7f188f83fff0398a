import { hasWords } from "./container";
import type { Task } from "./task";
import { WORDS } from "./words";

/** What a container without a port is. */
export interface Kind {
  readonly isServer: boolean;
  /** The words that somebody gave for what the image starts by itself. */
  readonly words: readonly string[] | undefined;
}

/**
 * Whether the main container is a server or takes work from a queue. Without a port and without words nobody can tell from
 * here, and the chart wants the words of work: an image without them would start its server.
 */
export function kindOf(task: Task): Kind {
  const { cast, context, ledger } = task;
  const isWorker = context.environment.applications.find(({ name }) => name === context.application)?.kind === "worker";
  if (cast.isServer) {
    if (isWorker) askOfServer(task);
    return { isServer: true, words: undefined };
  }
  const words = cast.injection?.words ?? [];
  if (hasWords(cast.main) && (cast.injection === undefined || words.length > 0))
    return { isServer: false, words: undefined };
  const answer = ledger.ask([cast.main.at.at("portMappings"), cast.main.at.at("command")], {
    id: "kind",
    risk: "does not start",
    asks: `What is ${cast.main.name}? It has neither a port nor words that say what it starts. If it takes work from a queue, which words start it? docker inspect prints those of the image.`,
    options: [
      ...(isWorker ? [] : [{ answer: "server", means: "it listens on a port, which is asked about next" } as const]),
      { form: 'its words as JSON, such as ["node","worker.js"]', fits: WORDS, means: "it is a consumer" },
    ],
    without: "it is taken for a consumer without words, which the chart refuses",
  });
  if (answer === "server") return { isServer: true, words: undefined };
  return { isServer: false, words: answer === undefined ? undefined : (JSON.parse(answer) as string[]) };
}

/** environments/applications.ts has the last word on what an application is. */
function askOfServer({ cast, context, ledger }: Task): void {
  ledger.ask(cast.main.at.at("portMappings"), {
    id: "kind",
    risk: "unreachable",
    asks: `${context.application} is a worker in environments/applications.ts, and ${cast.main.name} listens on a port. Which of the two is right?`,
    options: [{ answer: "web", means: "it is a server: its kind becomes web, and it gets a domain" }],
    without: "the chart refuses the port of a worker",
  });
}
