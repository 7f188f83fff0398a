import { z } from "zod";
import { ARM, type Ask, askerOf } from "../azure/ask";
import { NO_TOKEN } from "../azure/login";
import { flat } from "../flat";
import { parseJson } from "../parse-json";

/** What Azure answers about one thing. */
export type Answer<T> =
  | { readonly is: "found"; readonly value: T }
  | { readonly is: "missing" }
  | { readonly is: "unknown"; readonly why: string };

/** Asks Resource Manager as whoever is logged in here. A failure is an answer too, so that the other questions are asked. */
export class AskArm {
  constructor(
    /** What it is asked in; undefined where nobody said. */
    readonly subscription: string | undefined,
    private readonly ask: Ask = askerOf(ARM),
  ) {}

  /** @param path from the id of the subscription on, such as /resourceGroups/… */
  async get<T>(path: string, apiVersion: string, schema: z.ZodType<T>): Promise<Answer<T>> {
    if (this.subscription === undefined)
      return { is: "unknown", why: "nobody said in which subscription: ARM_SUBSCRIPTION_ID, or subscriptionId" };
    const separator = path.includes("?") ? "&" : "?";
    return this.getUrl(`${ARM}/subscriptions/${this.subscription}${path}${separator}api-version=${apiVersion}`, schema);
  }

  /** All pages of a list. */
  async list<T>(path: string, apiVersion: string, item: z.ZodType<T>): Promise<Answer<readonly T[]>> {
    const page = z.object({ value: z.array(item), nextLink: z.string().nullish() });
    const all: T[] = [];
    let answer = await this.get(path, apiVersion, page);
    while (answer.is === "found") {
      all.push(...answer.value.value);
      const { nextLink } = answer.value;
      if (nextLink === undefined || nextLink === null) return { is: "found", value: all };
      answer = await this.getUrl(nextLink, page);
    }
    return answer;
  }

  private async getUrl<T>(url: string, schema: z.ZodType<T>): Promise<Answer<T>> {
    try {
      const { body, status } = await this.ask({ url });
      if (status === 404) return { is: "missing" };
      const parsed = schema.safeParse(parseJson(body));
      if (status === 200 && parsed.success) return { is: "found", value: parsed.data };
      return { is: "unknown", why: `Azure answers ${status}` };
    } catch (error) {
      const { message, name } = error as Error;
      if (NO_TOKEN.includes(name)) return { is: "unknown", why: "there is no login to Azure, or an expired one" };
      return { is: "unknown", why: flat(message.split("\n")[0] ?? "") };
    }
  }
}
