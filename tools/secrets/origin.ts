import type { Environment } from "../../model/environment";
import { namesOf } from "../../model/naming";
import { secretsOf } from "../../model/rules/secrets";
import { awsLogin } from "../aws/login";
import type { azureLogin } from "../azure/login";
import { type AwsSecret, awsReader } from "./aws";
import { type Escrow, escrowReader } from "./escrow";
import { SecretError } from "./secret-error";
import type { AnySource, OurSource, ReadSource } from "./source";
import { Vault } from "./vault";

/** Where the secrets of an environment's vaults come from. */
export type From =
  | { readonly is: "aws" }
  /** The vaults of another environment. */
  | { readonly is: "vault"; readonly of: Environment }
  | { readonly is: "escrow"; readonly escrow: Escrow };

/** The same, ready to be read. */
export interface Origin {
  /** For people, such as AWS 123456789012 (arn:aws:…). */
  readonly text: string;
  readonly read: ReadSource;
  /** What it has for an application. It rejects with a SecretError when nobody can say. */
  readonly sourcesOf: (application: string) => Promise<readonly AnySource[]>;
}

type Credential = ReturnType<typeof azureLogin>;

/** @throws UserError when nobody is logged in to AWS, where the secrets come from there, or in another account */
export async function openOrigin(from: From, environment: Environment, credential: Credential): Promise<Origin> {
  switch (from.is) {
    case "vault":
      return vaultOrigin(from.of, credential);
    case "escrow":
      return escrowOrigin(from.escrow);
    case "aws": {
      const identity = await awsLogin(environment);
      const read = awsReader(environment.aws.region);
      return {
        text: `AWS ${environment.aws.accountId} (${identity})`,
        read: (source) => (isOurs(source) ? unknownSource() : read(source)),
        sourcesOf: async (application) => secretsOf(environment, application),
      };
    }
  }
}

const isOurs = (source: AnySource): source is OurSource => source.from === "vault" || source.from === "escrow";
const unknownSource = (): Promise<AwsSecret> => Promise.reject(new SecretError("it comes from elsewhere"));

function vaultOrigin(environment: Environment, credential: Credential): Origin {
  const { vault: vaultOf } = namesOf(environment);
  const vaults = new Map<string, Vault>();
  const vaultNamed = (name: string) => {
    const vault = vaults.get(name) ?? new Vault(name, credential);
    vaults.set(name, vault);
    return vault;
  };
  return {
    text: `the vaults of ${environment.name}`,
    sourcesOf: async (application) => {
      const vault = vaultOf(application);
      const names = await vaultNamed(vault).names();
      return names.map((name) => ({ from: "vault", vault, name, to: name }));
    },
    read: async (source) => {
      if (source.from !== "vault") return unknownSource();
      const found = await vaultNamed(source.vault).read(source.name);
      if (found === undefined) throw new SecretError(`it is not in ${source.vault} any more`);
      const { contentType, created, expiresOn, notBefore, value, version = "" } = found;
      return { value, version, changed: created, about: { contentType, expiresOn, notBefore } };
    },
  };
}

function escrowOrigin(escrow: Escrow): Origin {
  const read = escrowReader(escrow);
  return {
    text: `the escrow file of ${escrow.environment}, written ${escrow.written}`,
    sourcesOf: async (application) =>
      [...(escrow.secrets.get(application)?.keys() ?? [])].map((name) => ({
        from: "escrow",
        application,
        name,
        to: name,
      })),
    read: (source) => (source.from === "escrow" ? read(source) : unknownSource()),
  };
}
