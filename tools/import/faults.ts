import { UserError } from "../../model/user-error";

/** What is wrong with several things, told at once when all of them were looked at. */
export class Faults {
  private readonly sentences: string[] = [];

  /** What an action gives, or the fallback when it is refused. @throws anything but a UserError: it is a bug */
  take<T>(fallback: T, action: () => T): T {
    try {
      return action();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.sentences.push(error.message);
      return fallback;
    }
  }

  /** @throws UserError with every sentence, when there is one */
  throwAll(): void {
    if (this.sentences.length > 0) throw new UserError(this.sentences.join("\n"));
  }
}
