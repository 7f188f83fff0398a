import type { Position } from "../../model/cutover/position";
import { CUTOVER_TTL } from "../../model/cutover/records";
import type { AdoptedName } from "../../model/cutover/schema";
import { isWeighted, weightsOf } from "../../model/cutover/stages";

/**
 * The records of a name at a place, one a line, for whoever sets them at another provider: host, TTL, type, value, and the
 * weight. Where that provider has no weights, only 0 and 100 % can be set.
 */
export function recordsByHand({ aws, azure, host }: AdoptedName, at: Position): string[] {
  const weights = weightsOf(at.percent);
  const share = (weight: number, of: string) => (isWeighted(at.stage) ? `  weight ${weight} of 255 (${of})` : "");
  const staying = aws.filter(({ leaves }) => !(leaves && at.isPrepared));
  const toAws =
    at.stage === "retired"
      ? []
      : staying.flatMap(({ alias, ttl = CUTOVER_TTL, type, values = [] }) =>
          (alias ? [alias.name] : values).map(
            (value) =>
              `${host} ${at.isPrepared ? Math.min(ttl, CUTOVER_TTL) : ttl} ${type} ${value}${share(weights.aws, "aws")}`,
          ),
        );
  const types = new Set(staying.map(({ type }) => (type === "AAAA" ? "AAAA" : "A")));
  const toAzure =
    isWeighted(at.stage) || at.stage === "retired"
      ? [...types].flatMap((type) =>
          (azure[type] ?? []).map((value) => `${host} ${CUTOVER_TTL} ${type} ${value}${share(weights.azure, "azure")}`),
        )
      : [];
  return [...toAws, ...toAzure];
}
