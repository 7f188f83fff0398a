import { z } from "zod";
import { parseJson } from "../parse-json";

/** What is read of a record in `terraform show -json PLAN`. */
const valuesSchema = z
  .object({
    zone_id: z.string(),
    name: z.string(),
    type: z.string(),
    set_identifier: z.string().nullish(),
    weighted_routing_policy: z.array(z.object({ weight: z.number() })).nullish(),
  })
  .nullish();
const changeSchema = z.object({
  address: z.string(),
  type: z.string(),
  change: z.object({
    actions: z.array(z.string()),
    before: z.unknown(),
    after: z.unknown(),
    // Of Terraform 1.5 and newer: what an import block takes over.
    importing: z.unknown().optional(),
  }),
});
const planSchema = z.object({
  resource_changes: z.array(changeSchema).default([]),
  resource_drift: z.array(changeSchema).default([]),
});
type PlannedRecord = NonNullable<z.infer<typeof valuesSchema>>;

/** What a plan would change, and what was changed past Terraform; nothing of it is printed. */
export const changesIn = (json: string) => planSchema.parse(parseJson(json));

/** The records of a plan that are there already, as it was made from them. */
export const plannedRecords = (json: string): PlannedRecord[] =>
  changesIn(json).resource_changes.flatMap(({ change, type }) => {
    const before = type === "aws_route53_record" ? valuesSchema.parse(change.before) : undefined;
    return before ? [before] : [];
  });

export const weightOf = ({ weighted_routing_policy }: PlannedRecord): number | undefined =>
  weighted_routing_policy?.[0]?.weight;

/** The weight in what Terraform says of a record; undefined for a simple one, and for something else. */
export const weightIn = (values: unknown): number | undefined => {
  const record = valuesSchema.safeParse(values);
  return record.success && record.data ? weightOf(record.data) : undefined;
};
