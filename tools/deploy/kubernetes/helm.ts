import { UserError } from "../../../model/user-error";
import { flat } from "../../flat";
import { run } from "../../processes";

/** Helm with one kubeconfig; without one, the caller's own. */
export class Helm {
  constructor(private readonly kubeconfig?: string) {}

  /** @throws UserError with what Helm says */
  async run(args: readonly string[]): Promise<string> {
    const at = this.kubeconfig === undefined ? [] : ["--kubeconfig", this.kubeconfig];
    const { exitCode, stderr, stdout } = await run("helm", [...args, ...at]);
    if (exitCode !== 0) throw new UserError(`helm ${args[0]}: ${flat(stderr)}`);
    return stdout;
  }
}
