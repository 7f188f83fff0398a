import { parseTree } from "jsonc-parser";
import { parseJson } from "../parse-json";
import { SecretError } from "./secret-error";
import { SecretValue } from "./secret-value";

/**
 * One property of a secret that is a JSON object. A string is taken as it is; everything else in the letters that it is
 * written in, because a number that went through JavaScript may come out as another one.
 * @throws SecretError when it is no object, or has no such property
 */
export function jsonProperty(secret: SecretValue, key: string): SecretValue {
  const text = secret.reveal();
  const parsed = parseJson(text);
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed))
    throw new SecretError(
      `there is no key ${key} in it; its text is no JSON object; leave key out to copy the whole text, or mend the secret in AWS`,
    );
  if (!Object.hasOwn(parsed, key))
    throw new SecretError(
      `there is no key ${key} in it; keys are compared letter by letter; mend key in the environment's file, or add it to the secret in AWS`,
    );
  const value: unknown = (parsed as Record<string, unknown>)[key];
  if (value === null)
    throw new SecretError(`its key ${key} is null; null is no value; set it in AWS, or take the entry out`);
  return new SecretValue(typeof value === "string" ? value : sourceOf(text, key));
}

/** The letters of a top-level property in the text of a JSON object. Of two with the same name the last counts, as in JSON.parse. */
function sourceOf(text: string, key: string): string {
  const { children: properties = [] } = parseTree(text) ?? {};
  const value = properties.findLast(({ children: [name] = [] }) => name?.value === key)?.children?.[1];
  // What JSON.parse has read, this parser has read too; without the value there is nothing to copy.
  if (value === undefined) throw new SecretError(`its key ${key} cannot be found in its text; report this`);
  return text.slice(value.offset, value.offset + value.length);
}
