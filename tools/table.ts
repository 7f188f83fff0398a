import Table from "cli-table3";

/** A plain table: aligned columns, no frame, so that it reads in a log as well. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const none = {
    top: "",
    "top-mid": "",
    "top-left": "",
    "top-right": "",
    bottom: "",
    "bottom-mid": "",
    "bottom-left": "",
    "bottom-right": "",
    left: "",
    "left-mid": "",
    mid: "",
    "mid-mid": "",
    right: "",
    "right-mid": "",
    middle: "  ",
  };
  const result = new Table({
    head: [...head],
    chars: none,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
  });
  result.push(...rows.map((row) => row.map(String)));
  return result.toString().replace(/ +$/gm, "");
}
