import { UserError } from "../../../model/user-error";
import { flat } from "../../flat";
import { run } from "../../processes";

/** kubectl with one kubeconfig; without one, the caller's own. */
export class Kubectl {
  constructor(private readonly kubeconfig?: string) {}

  /** @throws UserError with what kubectl says */
  async run(args: readonly string[], input?: string): Promise<string> {
    const at = this.kubeconfig === undefined ? [] : ["--kubeconfig", this.kubeconfig];
    const { exitCode, stderr, stdout } = await run("kubectl", [...at, ...args], { input });
    if (exitCode !== 0) throw new UserError(`kubectl ${args[0]}: ${flat(stderr)}`);
    return stdout;
  }

  /** An answer in JSON. */
  async json<T>(args: readonly string[]): Promise<T> {
    return JSON.parse(await this.run([...args, "--output", "json"])) as T;
  }
}
