/** What the text says, or undefined when it is no JSON: what somebody else wrote may be anything. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
