import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { run } from "../../tools/processes";
import { NOBODY } from "./route53-front";
import { synthStack } from "./synth";

/** The version of hashicorp/aws that the stacks pin. */
export const pinnedAws = (): string =>
  synthStack((stack) => void new AwsProvider(stack, "aws")).json.terraform.required_providers.aws.version;

/**
 * hashicorp/aws for tests: the stand-in of aws-provider/, in the place and by the name of the version that stacks pin. What
 * it stands in for, and what it does not prove, says aws-provider/main.go.
 */
export class AwsStandIn {
  private constructor(private readonly folder: string) {}

  /** Builds it, once for a test file; Go keeps what it has compiled, so that only the first build on a machine is long. */
  static async build(): Promise<AwsStandIn> {
    const folder = await mkdtemp(join(tmpdir(), "mmrv-aws-provider-"));
    const [system, architecture] = (await go("env", "GOOS", "GOARCH")).split("\n");
    const [version, mirror] = [pinnedAws(), join(folder, "mirror")];
    const place = join(mirror, "registry.terraform.io/hashicorp/aws", version, `${system}_${architecture}`);
    await mkdir(place, { recursive: true });
    // As the releases of the real one are called.
    await go("build", "-ldflags", "-s -w", "-o", join(place, `terraform-provider-aws_v${version}_x5`), ".");
    await writeFile(
      join(folder, "terraform.rc"),
      `disable_checkpoint = true\nprovider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n}\n`,
    );
    return new AwsStandIn(folder);
  }

  /** All that Terraform is given: this provider alone, one address for all of AWS, and a login of nobody. */
  environment(aws: string): Record<string, string> {
    return {
      PATH: process.env["PATH"] ?? "",
      HOME: this.folder,
      TF_CLI_CONFIG_FILE: join(this.folder, "terraform.rc"),
      TF_IN_AUTOMATION: "1",
      TF_INPUT: "0",
      CHECKPOINT_DISABLE: "1",
      AWS_ENDPOINT_URL: aws,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: NOBODY.accessKeyId,
      AWS_SECRET_ACCESS_KEY: NOBODY.secretAccessKey,
      AWS_EC2_METADATA_DISABLED: "true",
    };
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}

/** Runs Go where the provider's sources are. A workspace, flags or a C compiler of the user's have no say. */
async function go(...args: readonly string[]): Promise<string> {
  const env = { ...process.env, GOWORK: "off", GOFLAGS: "-buildvcs=false -trimpath", CGO_ENABLED: "0" };
  const { exitCode, stdout, stderr } = await run("go", args, { cwd: resolve("__tests__/support/aws-provider"), env });
  if (exitCode !== 0) throw new Error(`go ${args[0]}: ${stderr}`);
  return stdout.trim();
}
