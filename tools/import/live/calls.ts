import { UserError } from "../../../model/user-error";
import { isNetwork, loginCommand } from "../../aws/errors";
import { flat } from "../../flat";
import { partsOf } from "../../unexpected";

/** A call that AWS did not answer: what it would have told is unknown, and the import says so. */
export interface Gap {
  /** As the CLI names it, such as "elbv2 describe-rules". */
  readonly call: string;
  /** The permission that it needs. */
  readonly permission: string;
  /** Why, by the name of AWS's error; never its message, which may quote what was asked. */
  readonly why: string;
}

const LOGIN =
  /Expired|InvalidClientTokenId|UnrecognizedClient|Credentials|TokenProvider|SignatureDoesNotMatch|MissingAuth/;

/**
 * Read-only calls to AWS, of which one may fail without the rest: a permission that is missing is a gap. An expired login
 * fails them all, and so does a network that is down.
 */
export class Calls {
  readonly gaps: Gap[] = [];

  /**
   * @param fallback what goes on when AWS does not say
   * @throws UserError when nobody is logged in, or AWS cannot be reached
   */
  async ask<T>(call: string, permission: string, fallback: T, send: () => Promise<T>): Promise<T> {
    try {
      return asJson(await send());
    } catch (error) {
      const { code, name } = partsOf(error);
      if (isNetwork(error))
        throw new UserError(
          `AWS cannot be reached (${code || name}); nothing was written\n  next: look at the network, then again`,
        );
      if (LOGIN.test(name))
        throw new UserError(
          `you are not logged in to AWS, or not any more (${name}); nothing was written\n  next: ${loginCommand()}, then again`,
        );
      this.gaps.push({ call, permission, why: flat(name || "an error without a name") });
      return fallback;
    }
  }

  /** The same for what nothing goes on without. @throws UserError */
  async must<T>(call: string, permission: string, send: () => Promise<T>): Promise<T> {
    const found = await this.ask<T | undefined>(call, permission, undefined, send);
    if (found !== undefined) return found;
    const gap = this.gaps.at(-1);
    throw new UserError(
      `aws ${call}: ${gap?.why ?? "no answer"}; nothing was written\n  next: your role needs ${permission}; or give files instead (--help)`,
    );
  }
}

/** As a file would hold it: dates as text, nothing of the SDK's own. */
function asJson<T>(answer: T): T {
  if (answer === undefined) return answer;
  return JSON.parse(JSON.stringify(answer, (key, value: unknown) => (key === "$metadata" ? undefined : value))) as T;
}
