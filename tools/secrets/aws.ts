import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import type { SecretSource } from "../../model/schema/aws";
import { PATIENT } from "../aws/retry";
import { awsFault, notASecret } from "./aws-errors";
import { jsonProperty } from "./json-property";
import { SecretValue } from "./secret-value";

/** A secret as AWS has it now. */
export interface AwsSecret {
  readonly value: SecretValue;
  /** AWS's own name of this version. */
  readonly version: string;
  readonly changed: Date;
}

/** Reads a secret; each is asked for once, however many of its keys are copied. It rejects with a SecretError. */
export type ReadAws = (source: SecretSource) => Promise<AwsSecret>;

/** A reader of Secrets Manager and Parameter Store, with the login that the SDK finds by itself. */
export function awsReader(region: string): ReadAws {
  const secretsManager = new SecretsManagerClient({ ...PATIENT, region });
  const parameterStore = new SSMClient({ ...PATIENT, region });
  const asked = new Map<string, Promise<AwsSecret>>();
  return async (source) => {
    const id = `${source.from} ${source.name}`;
    const read = {
      secretsManager: () => readSecret(secretsManager, source),
      parameterStore: () => readParameter(parameterStore, source),
    } satisfies Record<SecretSource["from"], () => Promise<AwsSecret>>;
    const answer = asked.get(id) ?? read[source.from]();
    asked.set(id, answer);
    try {
      const secret = await answer;
      const key = source.from === "secretsManager" ? source.key : undefined;
      return key === undefined ? secret : { ...secret, value: jsonProperty(secret.value, key) };
    } catch (error) {
      throw awsFault(error, source, region);
    }
  };
}

/** The version that AWS calls current. @throws SecretError for a binary one, and whatever the SDK throws */
async function readSecret(client: SecretsManagerClient, source: SecretSource): Promise<AwsSecret> {
  const answer = await client.send(new GetSecretValueCommand({ SecretId: source.name }));
  if (answer.SecretString === undefined) throw notASecret.binary(source);
  return {
    value: new SecretValue(answer.SecretString),
    version: answer.VersionId ?? "",
    changed: answer.CreatedDate ?? new Date(0),
  };
}

/** @throws SecretError for one that is no SecureString, and whatever the SDK throws */
async function readParameter(client: SSMClient, source: SecretSource): Promise<AwsSecret> {
  const { Parameter } = await client.send(new GetParameterCommand({ Name: source.name, WithDecryption: true }));
  const type = Parameter?.Type ?? "nothing";
  if (type !== "SecureString" || Parameter?.Value === undefined) throw notASecret.plain(type);
  return {
    value: new SecretValue(Parameter.Value),
    version: String(Parameter.Version ?? ""),
    changed: Parameter.LastModifiedDate ?? new Date(0),
  };
}
