import type { TaskDefinition } from "@aws-sdk/client-ecs";
import { DescribeSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { DescribeParametersCommand, SSMClient } from "@aws-sdk/client-ssm";
import { PATIENT } from "../../aws/retry";
import type { KnownSecret } from "../ecs/inputs";
import type { Calls } from "./calls";

/**
 * Names and types of what a task definition reads at its start, by what it says of each; never a value. Where AWS does not
 * let us ask, nothing is known, and the conversion asks a person.
 */
export async function knownSecrets(
  calls: Calls,
  region: string,
  task: TaskDefinition | undefined,
): Promise<ReadonlyMap<string, KnownSecret>> {
  const clients = {
    secrets: new SecretsManagerClient({ ...PATIENT, region }),
    parameters: new SSMClient({ ...PATIENT, region }),
  };
  const sources = new Set(
    (task?.containerDefinitions ?? []).flatMap(({ secrets = [] }) =>
      secrets.flatMap(({ valueFrom }) => valueFrom ?? []),
    ),
  );
  const known = new Map<string, KnownSecret>();
  for (const source of sources) {
    const found = source.startsWith("arn:aws:secretsmanager:")
      ? await secret(calls, clients.secrets, source)
      : await parameter(calls, clients.parameters, source);
    if (found !== undefined) known.set(source, found);
  }
  return known;
}

/** By the first seven parts of its ARN; key, stage and version are the task definition's own business. */
async function secret(calls: Calls, client: SecretsManagerClient, source: string): Promise<KnownSecret | undefined> {
  const SecretId = source.split(":").slice(0, 7).join(":");
  const found = await calls.ask("secretsmanager describe-secret", "secretsmanager:DescribeSecret", undefined, () =>
    client.send(new DescribeSecretCommand({ SecretId })).catch(missing),
  );
  if (found === undefined) return undefined;
  return found.Name === undefined ? { type: "missing", name: SecretId } : { type: "secret", name: found.Name };
}

async function parameter(calls: Calls, client: SSMClient, source: string): Promise<KnownSecret | undefined> {
  const name = source.startsWith("arn:")
    ? source
        .split(":")
        .slice(5)
        .join(":")
        .replace(/^parameter(?=\/)/, "")
    : source;
  // An ARN has a slash before a name that has none.
  const names = name.startsWith("/") ? [name, name.slice(1)] : [name];
  const found = await calls.ask("ssm describe-parameters", "ssm:DescribeParameters", undefined, () =>
    client.send(
      new DescribeParametersCommand({ ParameterFilters: [{ Key: "Name", Option: "Equals", Values: names }] }),
    ),
  );
  if (found === undefined) return undefined;
  const [one] = found.Parameters ?? [];
  return one?.Name === undefined || one.Type === undefined
    ? { type: "missing", name }
    : { type: one.Type, name: one.Name };
}

/** What is not there is an answer, and no gap. */
function missing(error: { readonly name?: string }): { readonly Name?: string } {
  if (error.name === "ResourceNotFoundException") return {};
  throw error;
}
