import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { UserError } from "../../../model/user-error";
import { flat } from "../../flat";

export const NO_KUBECTL = "kubectl is not on the PATH; install it: kubernetes.io/docs/tasks/tools";

/** kubectl with one kubeconfig; without one, the caller's own. */
export class Kubectl {
  constructor(private readonly kubeconfig?: string) {}

  /** @throws UserError with what kubectl says */
  async run(args: readonly string[], input?: string): Promise<string> {
    const at = this.kubeconfig === undefined ? [] : ["--kubeconfig", this.kubeconfig];
    // Lists of Secrets of Helm are long.
    const pending = promisify(execFile)("kubectl", [...at, ...args], { maxBuffer: 256 * 1024 * 1024 });
    pending.child.stdin?.end(input);
    try {
      return (await pending).stdout;
    } catch (error) {
      const { code, stderr } = error as NodeJS.ErrnoException & { stderr?: string };
      throw new UserError(code === "ENOENT" ? NO_KUBECTL : `kubectl ${args[0]}: ${flat(stderr ?? String(error))}`);
    }
  }

  /** An answer in JSON. */
  async json<T>(args: readonly string[]): Promise<T> {
    return JSON.parse(await this.run([...args, "--output", "json"])) as T;
  }
}
