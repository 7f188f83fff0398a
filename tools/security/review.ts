import { z } from "zod";
import { approvals, ENVIRONMENTS, REVIEWED_ON, suppressions, thirdParty } from "../../environments/all";
import { approvalSchema, type DeletionApproval } from "../../model/approval";
import { type ChartSuppression, chartSuppressionSchema, chartSuppressions } from "../../model/chart-suppressions";
import { refuseMalformed } from "../../model/registers";
import { type Suppression, suppressionSchema } from "../../model/suppression";
import { UserError } from "../../model/user-error";
import { answer, complain, say } from "../output";
import { type Ageing, evaluateAges } from "./ageing";
import { deadlines } from "./deadlines";

interface Registers {
  readonly approvals: readonly DeletionApproval[];
  readonly chartSuppressions: readonly ChartSuppression[];
  readonly suppressions: readonly Suppression[];
}

/** What people here decided for a time. */
export function decided(registers: Registers): Ageing[] {
  return [
    ...registers.suppressions.map(({ address, check, expires, stack }) => ({
      what: `suppression ${check} ${stack} ${address}`,
      until: expires,
      remedy: "fix it, or renew it in environments/suppressions.ts",
    })),
    ...registers.chartSuppressions.map(({ chart, check, expires, resource }) => ({
      what: `suppression ${check} ${chart} ${resource}`,
      until: expires,
      remedy: "fix it, or renew it in model/chart-suppressions.ts",
    })),
    ...registers.approvals.map(({ address, stack, until }) => ({
      what: `approval ${stack} ${address}`,
      until,
      remedy: "take it out of environments/approvals.ts",
    })),
  ];
}

/**
 * `review`: exit 1 when something that was decided for a time has expired on that day, or others have ended it.
 * @throws UserError for a day that is none, or a malformed entry
 */
export async function review({ on, json = false }: { readonly on: string; readonly json?: boolean }): Promise<number> {
  if (!z.iso.date().safeParse(on).success) throw new UserError(`--on ${on}: must be a day such as 2026-12-01`);
  refuseMalformed("environments/suppressions.ts", suppressionSchema(REVIEWED_ON), suppressions);
  refuseMalformed("model/chart-suppressions.ts", chartSuppressionSchema, chartSuppressions);
  refuseMalformed("environments/approvals.ts", approvalSchema, approvals);
  const { known, unknown } = deadlines(ENVIRONMENTS, thirdParty);
  const ageing = [...decided({ approvals, chartSuppressions, suppressions }), ...known];
  const { expired, soon } = evaluateAges(ageing, on);
  const warnings = unknown.map((what) => `${what}: nobody has looked up when it ends; tools/security/deadlines.ts`);
  const told = (all: Ageing[]) => all.map(({ remedy, until, what }) => ({ what, until, remedy }));
  answer(json, { on, expired: told(expired), soon: told(soon), warnings }, () => {
    for (const warning of warnings) complain(`warning: ${warning}`);
    for (const { remedy, until, what } of soon) complain(`warning: ${what}: expires after ${until}; ${remedy}`);
    for (const { remedy, until, what } of expired) complain(`${what}: expired after ${until}; ${remedy}`);
    if (expired.length === 0) say(`nothing has expired on ${on}`);
  });
  return expired.length > 0 ? 1 : 0;
}
