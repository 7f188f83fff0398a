import { z } from "zod";
import { strictObject } from "../fields";

/**
 * What a stack gives charts/mmrv-git-credential, whose `values.schema.json` is rendered from this file. Nobody writes any of it:
 * names and ids alone, never a value of a secret.
 */
export const gitCredentialChartSchema = strictObject({
  environment: z.string(),
  image: z.string().describe("Envoy's, with its digest: it keeps the pod up that mounts the credential."),
  identity: strictObject({ clientId: z.string() }).describe("Who reads the vault."),
  vault: strictObject({ name: z.string(), tenantId: z.string() }),
  secret: strictObject({
    name: z.string().describe("The Secret that Flux is told of."),
    keys: z.record(z.string(), z.string()).describe("Each key that Flux looks for, and the vault's secret behind it."),
  }),
});

export type GitCredentialValues = z.infer<typeof gitCredentialChartSchema>;
