import { UserError } from "../../model/user-error";

interface Expected {
  /** What is read, as the beginning of a sentence. */
  readonly what: string;
  readonly mostBytes: number;
  /** How it is typed. */
  readonly next: string;
}

/**
 * Reads all of a stream, as far as it may be long: what is longer is no whole thing then, and refused as such.
 * @throws UserError when it is a person's terminal
 */
export async function readStream(
  stream: AsyncIterable<Buffer> & { readonly isTTY?: boolean },
  { mostBytes, next, what }: Expected,
): Promise<string> {
  if (stream.isTTY)
    throw new UserError(
      `${what} must come by standard input, and this is a terminal, which would show it; nothing was touched\n  next: ${next}`,
    );
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of stream) {
    bytes += part.length;
    if (bytes > mostBytes) break;
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}
