import { gunzipSync } from "node:zlib";
import { z } from "zod";
import { UserError } from "../../model/user-error";
import { parseJson } from "../parse-json";

const values = z.record(z.string(), z.unknown());

const recordSchema = z.object({
  name: z.string(),
  namespace: z.string(),
  version: z.number(),
  info: z.object({ status: z.string() }),
  chart: z.object({ metadata: z.object({ name: z.string(), version: z.string() }) }),
  /** What Helm was given over the chart's own values; absent when it was given nothing. */
  config: values.nullish(),
  /** What it made of it, as YAML documents; without hooks. */
  manifest: z.string(),
});

/** A revision of a release, as Helm keeps it. Values may say what an application is: none is ever printed. */
export type ReleaseRecord = z.infer<typeof recordSchema>;

/**
 * Reads the field `release` of one of Helm's Secrets: JSON in gzip in base64, and in the base64 of every Secret
 * (helm.sh/helm/v3, pkg/storage/driver/util.go).
 * @throws UserError without what is in it, when it is something else
 */
export function releaseRecord(field: string, what: string): ReleaseRecord {
  const parsed = recordSchema.safeParse(parseJson(unpacked(field) ?? ""));
  if (parsed.success) return parsed.data;
  throw new UserError(`${what} is no record of Helm 3: what is released is not known`);
}

function unpacked(field: string): string | undefined {
  try {
    return gunzipSync(Buffer.from(Buffer.from(field, "base64").toString(), "base64")).toString();
  } catch {
    return undefined;
  }
}
