import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { ESCROW } from "../../environments/all";
import { applicationNames } from "../../model/applications";
import type { Environment } from "../../model/environment";
import { date } from "../../model/fields";
import { namesOf } from "../../model/naming";
import { UserError } from "../../model/user-error";
import type { azureLogin } from "../azure/login";
import { parseJson } from "../parse-json";
import { sealEscrow } from "./escrow";
import { LoginError, SecretError } from "./secret-error";
import type { SecretValue } from "./secret-value";
import { Vault } from "./vault";

/** What is known of the newest escrow file of an environment, for who asks whether it is good; committed by a person. */
const recordSchema = z.strictObject({
  environment: z.string(),
  date,
  /** Of the file itself, by which its owner tells which one it is. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Public keys. */
  recipients: z.array(z.string()).min(1),
  /** Names alone, by application. */
  secrets: z.record(z.string(), z.array(z.string())),
});

export type EscrowRecord = z.infer<typeof recordSchema>;

const recordPath = (environment: string): string => join(ESCROW, `${environment}.json`);

/** As a user knows it. */
export const recordFile = (environment: string): string => `recovery/escrow/${environment}.json`;

/**
 * @returns undefined when no escrow file was ever written
 * @throws UserError for a record that somebody has spoilt
 */
export async function readEscrowRecord({ name }: Pick<Environment, "name">): Promise<EscrowRecord | undefined> {
  const text = await readFile(recordPath(name), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const { data } = recordSchema.safeParse(parseJson(text));
  if (data?.environment === name) return data;
  throw new UserError(
    `${recordFile(name)}: must be as mmrv secrets escrow writes it, of ${name}\n  next: git checkout ${recordFile(name)}, or write a new escrow file`,
  );
}

interface EscrowOptions {
  readonly credential: ReturnType<typeof azureLogin>;
  /** The moment, in ISO 8601. */
  readonly at: string;
  readonly recipients: readonly string[];
}

/**
 * Reads every secret of an environment's vaults, and encrypts all of them together: a file without one of them would be taken
 * for whole on the worst of days.
 * @returns the file, and what may be known of it
 * @throws UserError with each secret that cannot be read
 */
export async function makeEscrow(
  environment: Environment,
  { at, credential, recipients }: EscrowOptions,
): Promise<{ readonly file: string; readonly record: EscrowRecord }> {
  const { vault: vaultOf } = namesOf(environment);
  const secrets = new Map<string, ReadonlyMap<string, SecretValue>>();
  const faults: string[] = [];
  for (const application of applicationNames(environment)) {
    const vault = new Vault(vaultOf(application), credential);
    try {
      secrets.set(application, await allOf(vault));
    } catch (error) {
      if (!(error instanceof SecretError)) throw error;
      faults.push(`${application}: ${error.message}`);
      if (error instanceof LoginError) break;
    }
  }
  if (faults.length > 0) throw new UserError(["no escrow file was written", ...faults].join("\n  "));
  const content = { environment: environment.name, written: at, secrets };
  const file = await sealEscrow(content, recipients);
  const names = [...secrets].map(([application, values]) => [application, [...values.keys()].sort()] as const);
  const sha256 = createHash("sha256").update(file).digest("hex");
  const record = {
    environment: environment.name,
    date: at.slice(0, 10),
    sha256,
    recipients: [...recipients],
    secrets: Object.fromEntries(names),
  };
  return { file, record };
}

async function allOf(vault: Vault): Promise<ReadonlyMap<string, SecretValue>> {
  await vault.open();
  const values = new Map<string, SecretValue>();
  for (const name of await vault.names()) {
    const found = await vault.read(name);
    if (found) values.set(name, found.value);
  }
  return values;
}

/** In one move: a run that is killed leaves what was there. */
export async function writeEscrowRecord(record: EscrowRecord): Promise<void> {
  await mkdir(ESCROW, { recursive: true });
  const beside = join(ESCROW, `.${record.environment}.${randomUUID()}`);
  try {
    await writeFile(beside, `${JSON.stringify(record, null, 2)}\n`);
    await rename(beside, recordPath(record.environment));
  } finally {
    await rm(beside, { force: true });
  }
}
