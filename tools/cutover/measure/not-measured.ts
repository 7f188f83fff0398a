import { flat } from "../../flat";

/** What nobody could measure: why, and what to do, on one line. For a gate it is a question to a person, and no pass. */
export interface NotMeasured {
  readonly notMeasured: string;
}

export const notMeasured = (why: string): NotMeasured => ({ notMeasured: flat(why) });

export const isMeasured = <T>(value: T | NotMeasured): value is T =>
  typeof value !== "object" || value === null || !("notMeasured" in value);
