import { UserError } from "../../model/user-error";
import { BlobRefusal } from "../azure/blob-refusal";
import { type Blob, type BlobContent, placeText } from "../azure/blobs";

/** Azure takes 15 to 60. Whoever dies in between holds up nobody for longer. */
const LEASE_SECONDS = 60;

/**
 * Puts a state in the place of what was read, as Terraform would: under the lease, so that nobody writes beside it, and onto
 * exactly what was read. One request writes it, so that whoever dies leaves the old state or the new one.
 * @returns the version that what was there is now
 * @throws UserError when somebody has written or taken the state since, or when it does not arrive
 */
export async function writeLeased(
  blob: Blob,
  current: BlobContent | undefined,
  text: string,
): Promise<{ readonly before: string | undefined }> {
  const lease = current === undefined ? undefined : await blob.lease(LEASE_SECONDS);
  try {
    await blob
      .write(text, current === undefined ? "absent" : { onto: current.etag }, lease)
      .catch(async (error: unknown) => {
        // An answer that was lost: the next try finds its own write.
        const isLost = error instanceof BlobRefusal && ["ConditionNotMet", "BlobAlreadyExists"].includes(error.code);
        if (!isLost || (await blob.read())?.text !== text) throw error;
      });
  } finally {
    // It ends by itself; that it could not be given back is no reason to hide what went wrong before.
    if (lease !== undefined) await blob.release(lease).catch(() => undefined);
  }
  const arrived = await blob.read();
  if (arrived?.text !== text)
    throw new UserError(
      `${placeText(blob.place)}: what is there now is not what was written\n  next: did somebody deploy at the same time? Nobody may go on before it is known which of the two is right; npx mmrv state list shows both`,
    );
  return { before: current?.versionId };
}
