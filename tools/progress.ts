import { Listr } from "listr2";
import { isOnTerminal } from "./output";

/** One thing that is done beside others. */
interface Task {
  readonly title: string;
  /** @param shown what the terminal shows of it; both may be changed at any time */
  readonly run: (shown: { title: string; output: string }) => Promise<void>;
}

/** Does all of it side by side, with live progress on a terminal. What fails is marked, and stops none of the others. */
export async function sideBySide(tasks: readonly Task[]): Promise<void> {
  await new Listr(
    tasks.map(({ run, title }) => ({
      title,
      task: (_: unknown, shown: { title: string; output: string }) => run(shown),
    })),
    {
      concurrent: true,
      exitOnError: false,
      renderer: isOnTerminal() ? "default" : "silent",
      rendererOptions: { showErrorMessage: false },
      registerSignalListeners: false,
    },
  ).run();
}
