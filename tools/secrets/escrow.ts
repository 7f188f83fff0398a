import { armor, Decrypter, Encrypter } from "age-encryption";
import { z } from "zod";
import { UserError } from "../../model/user-error";
import { parseJson } from "../parse-json";
import { SecretError } from "./secret-error";
import { SecretValue } from "./secret-value";
import type { OurSource, ReadSource } from "./source";

/** What an escrow file holds once it is open: every secret of an environment's vaults, by application and name. */
export interface Escrow {
  readonly environment: string;
  /** The moment at which it was written, in ISO 8601. */
  readonly written: string;
  readonly secrets: ReadonlyMap<string, ReadonlyMap<string, SecretValue>>;
}

const FORMAT = "mmrv-escrow/1";
const contentSchema = z.strictObject({
  format: z.literal(FORMAT),
  environment: z.string(),
  written: z.iso.datetime(),
  secrets: z.record(z.string(), z.record(z.string(), z.string())),
});

/** The largest file that is read: a thousand secrets of the largest size that Key Vault takes, in base64. */
export const MOST_ESCROW_BYTES = 40 * 1024 * 1024;

/**
 * Encrypts it for its owners (age-encryption.org/v1, in armor), so that whoever has one of their keys opens it without us.
 * @param recipients public keys, such as age1…
 * @throws UserError for a recipient that is none
 */
export async function sealEscrow(
  { environment, secrets, written }: Escrow,
  recipients: readonly string[],
): Promise<string> {
  const encrypter = new Encrypter();
  const bad = recipients.filter((recipient) => !takes(() => encrypter.addRecipient(recipient)));
  if (bad.length > 0)
    throw new UserError(
      `--recipient: ${bad.length} of ${recipients.length} is no public key of age, nothing was written; it begins with age1, and age-keygen prints it (never hand on the one that begins with AGE-SECRET-KEY)`,
    );
  const content = {
    format: FORMAT,
    environment,
    written,
    secrets: Object.fromEntries(
      [...secrets].map(([application, values]) => [
        application,
        Object.fromEntries([...values].map(([name, value]) => [name, value.reveal()])),
      ]),
    ),
  } satisfies z.infer<typeof contentSchema>;
  return armor.encode(await encrypter.encrypt(JSON.stringify(content)));
}

/**
 * Opens one. Nothing of it is in an error.
 * @param identities private keys, one a line, as age-keygen writes them
 * @param of the environment whose secrets it must hold
 * @throws UserError for a file that is damaged, of another environment, or for nobody of these
 */
export async function openEscrow(sealed: string, identities: string, of: string): Promise<Escrow> {
  const decrypter = new Decrypter();
  const keys = identities.split(/\r?\n/).filter((line) => line.trim() !== "" && !line.startsWith("#"));
  if (keys.length === 0 || !keys.every((key) => takes(() => decrypter.addIdentity(key.trim()))))
    throw new UserError(
      "--identity: the file holds no private key of age, nothing was touched; it has a line that begins with AGE-SECRET-KEY, as age-keygen writes it",
    );
  const text = await decrypt(decrypter, sealed);
  const { data } = contentSchema.safeParse(parseJson(text));
  if (data === undefined)
    throw new UserError(
      "the escrow file opens, and what is in it was not written by mmrv secrets escrow; nothing was touched",
    );
  if (data.environment !== of)
    throw new UserError(
      `the escrow file is of another environment than ${of}, nothing was touched; take the one that mmrv secrets escrow ${of} wrote`,
    );
  return {
    environment: data.environment,
    written: data.written,
    secrets: new Map(
      Object.entries(data.secrets).map(([application, values]) => [
        application,
        new Map(Object.entries(values).map(([name, value]) => [name, new SecretValue(value)])),
      ]),
    ),
  };
}

/** age says of each failure why; of whose file it is, only that no key opens it. */
async function decrypt(decrypter: Decrypter, sealed: string): Promise<string> {
  let file: Uint8Array;
  try {
    file = armor.decode(sealed.trim());
  } catch {
    throw new UserError(
      "what came by standard input is no whole escrow file: it is damaged, cut off, or something else; nothing was touched",
    );
  }
  try {
    return await decrypter.decrypt(file, "text");
  } catch (error) {
    const isForOthers = error instanceof Error && /no identity matched/.test(error.message);
    throw new UserError(
      isForOthers
        ? "none of the keys in --identity opens the escrow file, nothing was touched; it was written for other recipients"
        : "the escrow file is damaged: what is in it is not what was written; nothing was touched",
    );
  }
}

const takes = (work: () => void): boolean => {
  try {
    work();
    return true;
  } catch {
    return false;
  }
};

/** Reads the secrets of an escrow file; the moment at which it was written is the version of all of them. */
export const escrowReader =
  ({ secrets, written }: Escrow): ReadSource<Extract<OurSource, { from: "escrow" }>> =>
  async ({ application, name }) => {
    const value = secrets.get(application)?.get(name);
    if (value === undefined) throw new SecretError("it is not in the escrow file");
    return { value, version: written, changed: new Date(written) };
  };
