import type { Json, JsonObject } from "./store";

/** What somebody asks of Resource Manager. */
export interface Request {
  readonly method: string;
  /** The path as sent, with its query. */
  readonly url: URL;
  readonly body?: JsonObject;
}

/** What it answers. */
export interface Response {
  readonly status: number;
  readonly body?: Json;
  readonly headers?: Readonly<Record<string, string>>;
}
