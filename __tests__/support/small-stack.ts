import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "../../model/environment";
import type { SynthesizedStack } from "../../tools/program/stacks";
import { Terraform } from "../../tools/terraform/terraform";
import { staging } from "./fixtures/environments/staging";

/** Answers every question of a file under environments/, or of its values as JSON. */
export const answer = (text: string): string =>
  text
    .replaceAll(/(hostedZoneId"?: ?)"change-me"/g, '$1"Z2FDTNDATAQYW2"')
    .replaceAll("change-me", "mmrv")
    .replaceAll(".invalid", ".example.com")
    .replaceAll("00000000-0000-0000-0000-000000000001", "3f6c1f0a-52a1-4b1e-9c53-6b6b7a0c9d11")
    .replaceAll("203.0.113.0/29", "20.1.2.0/29")
    .replaceAll("192.0.2.0/24", "10.0.0.0/16")
    .replaceAll("000000000000", "123456789012");

/** An environment without open questions. */
export const answered = (environment: Environment): Environment => ({
  ...JSON.parse(answer(JSON.stringify(environment))),
  subscriptionId: "3f6c1f0a-52a1-4b1e-9c53-6b6b7a0c9d11",
});

/** What the commands see of a stack that needs no provider. */
export const stackInfo = (id: string, change: Partial<SynthesizedStack> = {}): SynthesizedStack => ({
  id,
  phase: 1,
  producers: [],
  guarded: [],
  settings: answered(staging),
  openMarkers: [],
  missing: [],
  json: {},
  folder: "",
  ...change,
});

/** Writes a stack into a folder, in the place of the one that is there; its state stays. */
export function lay(folder: string, stack: object): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "main.tf.json"), JSON.stringify(stack));
}

/** Built into Terraform: it keeps what it is given. */
export const data = (...inputs: readonly string[]) => ({
  resource: { terraform_data: Object.fromEntries(inputs.map((input, index) => [`it${index}`, { input }])) },
});

/** Terraform with nothing of the caller's but the PATH. */
export const terraformIn =
  (home: string, environment: Readonly<Record<string, string>> = {}) =>
  (folder: string): Terraform =>
    new Terraform(folder, { PATH: process.env.PATH ?? "", HOME: home, CHECKPOINT_DISABLE: "1", ...environment });

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
