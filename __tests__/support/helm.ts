import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { parseAllDocuments } from "yaml";
import { APPLICATION_NAMESPACE } from "../../model/naming";
import { UserError } from "../../model/user-error";

/** An object of Kubernetes, as a chart renders it or a cluster holds it. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

export interface Linted {
  readonly isClean: boolean;
  /** Everything that Helm says; a sentence of ours stands on a line of its own or after Helm's "at '/path':". */
  readonly says: string;
}

/** Helm 3 with one kubeconfig; without one it reaches no cluster. */
export class Helm {
  constructor(
    private readonly kubeconfig = "/nonexistent",
    private readonly namespace: string = APPLICATION_NAMESPACE,
  ) {}

  /** @throws UserError with what Helm says */
  async run(args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.call(args);
    if (code !== 0) throw new UserError(`helm ${args[0]}: ${stderr.trim().replace(/^Error: /, "")}`);
    return stdout;
  }

  /** As strictly as Helm can: a warning counts. */
  async lint(chart: string, valuesFiles: readonly string[]): Promise<Linted> {
    const { code, stdout, stderr } = await this.call(["lint", "--strict", chart, ...valuesArgs(valuesFiles)]);
    return { isClean: code === 0, says: `${stdout}\n${stderr}` };
  }

  /**
   * What the chart makes of these values, hooks and tests included.
   * @throws UserError with what Helm says
   */
  async template(chart: string, release: string, valuesFiles: readonly string[]): Promise<KubernetesObject[]> {
    const text = await this.run(["template", release, chart, ...valuesArgs(valuesFiles)]);
    return parseAllDocuments(text).flatMap((document) => {
      const [error] = document.errors;
      if (error) throw new UserError(`helm template ${release}: ${error.message}`);
      const object: unknown = document.toJS();
      // A template that renders nothing but comments.
      return object === null ? [] : [object as KubernetesObject];
    });
  }

  private async call(args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    const all = [...args, "--namespace", this.namespace, "--kubeconfig", this.kubeconfig];
    // From nothing: plugins, repositories and defaults of the caller's have no say.
    const environment = { PATH: process.env.PATH ?? "", HOME: "/nonexistent" };
    const options = { env: environment, maxBuffer: 64 * 1024 * 1024 };
    try {
      return { code: 0, ...(await promisify(execFile)("helm", all, options)) };
    } catch (error) {
      const {
        code,
        stdout = "",
        stderr = String(error),
      } = error as { code: unknown; stdout?: string; stderr?: string };
      return { code: typeof code === "number" ? code : 1, stdout, stderr };
    }
  }
}

const valuesArgs = (files: readonly string[]): string[] => files.flatMap((file) => ["--values", file]);
