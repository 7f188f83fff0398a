import { z } from "zod";
import { approvals, exceptions, REVIEWED_ON } from "../../environments/all";
import { approvalSchema, type DeletionApproval } from "../../environments/approval";
import { type ChartException, chartExceptionSchema, chartExceptions } from "../../environments/chart-exceptions";
import { type Exception, exceptionSchema } from "../../environments/exception";
import { UserError } from "../../environments/user-error";

const DAY = 86_400_000;
const WARN_DAYS = 30;

/** Something that was decided for a time. */
interface Ageing {
  readonly what: string;
  /** The last day on which it counts. */
  readonly until: string;
  readonly remedy: string;
}

export interface Registers {
  readonly approvals: readonly DeletionApproval[];
  readonly chartExceptions: readonly ChartException[];
  readonly exceptions: readonly Exception[];
}

/** What has expired on a day, and what will within a month. */
export function judgeAges(registers: Registers, on: string): { expired: string[]; soon: string[] } {
  const ageing = everything(registers);
  const soonest = Date.parse(on) + WARN_DAYS * DAY;
  const line = ({ what, until, remedy }: Ageing, verb: string) => `${what}: ${verb} ${until}; ${remedy}`;
  return {
    expired: ageing.filter(({ until }) => until < on).map((one) => line(one, "expired after")),
    soon: ageing
      .filter(({ until }) => until >= on && Date.parse(until) <= soonest)
      .map((one) => line(one, "expires after")),
  };
}

function everything(registers: Registers): Ageing[] {
  return [
    ...registers.exceptions.map(({ address, check, expires, stack }) => ({
      what: `exception ${check} ${stack} ${address}`,
      until: expires,
      remedy: "fix it, or renew it in environments/exceptions.ts",
    })),
    ...registers.chartExceptions.map(({ chart, check, expires, resource }) => ({
      what: `exception ${check} ${chart} ${resource}`,
      until: expires,
      remedy: "fix it, or renew it in environments/chart-exceptions.ts",
    })),
    ...registers.approvals.map(({ address, stack, until }) => ({
      what: `approval ${stack} ${address}`,
      until,
      remedy: "take it out of environments/approvals.ts",
    })),
  ];
}

/**
 * `review`: exit 1 when something that was decided for a time has expired on that day.
 * @throws UserError for a day that is none, or a malformed entry
 */
export async function review({ on }: { readonly on: string }): Promise<number> {
  if (!z.iso.date().safeParse(on).success) throw new UserError(`--on ${on}: must be a day such as 2026-12-01`);
  refuseMalformed("environments/exceptions.ts", exceptionSchema(REVIEWED_ON), exceptions);
  refuseMalformed("environments/chart-exceptions.ts", chartExceptionSchema, chartExceptions);
  refuseMalformed("environments/approvals.ts", approvalSchema, approvals);
  const { expired, soon } = judgeAges({ approvals, chartExceptions, exceptions }, on);
  for (const line of soon) console.warn(`warning: ${line}`);
  for (const line of expired) console.error(line);
  if (expired.length === 0) console.log(`nothing has expired on ${on}`);
  return expired.length > 0 ? 1 : 0;
}

function refuseMalformed(file: string, schema: z.ZodType, entries: readonly unknown[]): void {
  const faults = z.array(schema).safeParse(entries).error?.issues ?? [];
  if (faults.length === 0) return;
  const lines = faults.map(({ path, message }) => `  ${path.join(".")}: ${message}`);
  throw new UserError([`${file}: malformed, nothing was judged`, ...lines].join("\n"));
}
