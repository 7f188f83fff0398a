import type { Position } from "../../model/cutover/position";
import { CUTOVER_TTL } from "../../model/cutover/records";
import type { AdoptedName } from "../../model/cutover/schema";
import { isWeighted, weightsOf } from "../../model/cutover/stages";

/**
 * The record sets of a name at a place, one a line, for whoever sets them at another provider: host, TTL, type, values, and
 * the weight, which all values share. Where that provider has no weights, only 0 and 100 % can be set.
 * @param azureLabel by which name Azure answers: beside a CNAME nothing may stand but another one
 */
export function recordsByHand({ aws, azure, host }: AdoptedName, at: Position, azureLabel: string): string[] {
  const weights = weightsOf(at.percent);
  const share = (weight: number, of: string) => (isWeighted(at.stage) ? `  weight ${weight} of 255 (${of})` : "");
  const staying = aws.filter(({ leaves }) => !(leaves && at.isPrepared));
  const toAws = staying.map(({ alias, ttl = CUTOVER_TTL, type, values = [] }) => {
    const shortened = at.isPrepared ? Math.min(ttl, CUTOVER_TTL) : ttl;
    return `${host} ${shortened} ${type} ${alias?.name ?? values.join(", ")}${share(weights.aws, "aws")}`;
  });
  const toAzure = staying.map(({ type }) => {
    const to = type === "CNAME" ? azureLabel : (azure[type] ?? []).join(", ");
    return `${host} ${CUTOVER_TTL} ${type} ${to}${share(weights.azure, "azure")}`;
  });
  if (at.stage === "retired") return toAzure;
  return isWeighted(at.stage) ? [...toAws, ...toAzure] : toAws;
}
