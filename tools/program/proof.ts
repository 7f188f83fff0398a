import { join } from "node:path";
import { App } from "cdktf";
import { applicationNames } from "../../model/applications";
import { Cutover } from "../../model/cutover/files";
import type { Component } from "../../model/cutover/schema";
import type { Environment } from "../../model/environment";
import { CutoverStack } from "../../stacks/cutover-stack";

/**
 * The cutover stack of an environment with other names than its own: what a proof applies. Its state is the caller's.
 * @returns the folder with its cdk.tf.json
 */
export function synthesizeProof(environment: Environment, component: Component, outdir: string): string {
  const [application = ""] = applicationNames({
    applications: environment.applications.filter(({ kind }) => kind === "web"),
  });
  const app = new App({ outdir });
  new CutoverStack(app, "proof", environment, new Cutover({ components: { [application]: component } }));
  app.synth();
  return join(outdir, "stacks", "proof");
}
