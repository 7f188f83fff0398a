import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Helm } from "./helm";

/** A chart without values of its own, which says those that it is given. */
const FILES = {
  "Chart.yaml": "apiVersion: v2\nname: said\nversion: 0.1.0\n",
  "templates/said.yaml":
    "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: said }\ndata:\n  json: {{ .Values | toJson | quote }}\n",
} as const;

/**
 * What Helm reads of files of values, one over another, which is what it would keep in the record of a release.
 * @param folder in which the chart is written
 */
export async function valuesByHelm(folder: string, files: readonly string[]): Promise<unknown> {
  const chart = join(folder, "said");
  mkdirSync(join(chart, "templates"), { recursive: true });
  for (const [file, text] of Object.entries(FILES)) writeFileSync(join(chart, file), text);
  const [object] = await new Helm().template(chart, "said", files);
  return JSON.parse((object as unknown as { data: { json: string } }).data.json);
}
