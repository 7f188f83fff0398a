import type { TerraformElement } from "cdktf";

/**
 * Sets an attribute that the bindings cannot say. `path` is snake_case with list indexes, as in the synthesized JSON.
 * `reason` says what is missing and when the override can go; the compiler keeps it from being forgotten.
 */
export function override(
  element: Pick<TerraformElement, "addOverride">,
  path: string,
  value: unknown,
  _reason: string,
): void {
  element.addOverride(path, value);
}
