import { UserError } from "../../model/user-error";
import type { SynthesizedStack } from "../program/stacks";
import type { Terraform } from "../terraform/terraform";
import { readable, terraformOf } from "./cdktf";

const TYPE = "azurerm_consumption_budget_subscription";

/** How far ahead Azure lets a budget begin: learn.microsoft.com/rest/api/consumption/budgets/create-or-update, timePeriod. */
const MOST_MONTHS = 12;

/**
 * Azure makes a budget only from the current month on, at the earliest. A date is good when it is written and goes stale
 * while nobody deploys; synthesis reads no clock. A budget that is there keeps its date, however old.
 * @param on today, as YYYY-MM-DD in UTC
 * @throws UserError when the stack's budget would be made, or made anew, with a date that Azure refuses, with one that it takes
 */
export async function refuseStaleBudget(
  { id, json, settings }: Pick<SynthesizedStack, "id" | "json" | "settings">,
  on: string,
  of: (stack: string) => Pick<Terraform, "init" | "stateList" | "text"> = terraformOf,
): Promise<void> {
  const [name] = Object.keys(json.resource?.[TYPE] ?? {});
  const { startDate } = settings.budget;
  const [first, last] = [firstOfMonth(on, 0), firstOfMonth(on, MOST_MONTHS)];
  if (name === undefined || (first <= startDate && startDate <= last)) return;
  const terraform = of(id);
  await readable(id, terraform);
  const address = `${TYPE}.${name}`;
  const isThere = (await terraform.stateList()).includes(address);
  const frozen = isThere ? await startInState(terraform, address) : undefined;
  // Of one that is there and does not say its date nobody knows better.
  if (isThere && (frozen === undefined || frozen === startDate)) return;
  const remedy = isThere ? `put ${frozen} back, with which the budget was made` : `write ${first}`;
  throw new UserError(
    `${id}: ${settings.name}.budget.startDate: got "${startDate}", must be from ${first} to ${last} (Azure makes no budget that begins before this month, or more than twelve months ahead); nothing was touched\n  next: ${remedy}, in environments/${settings.name}.ts`,
  );
}

/** The first day of a month, as YYYY-MM-DD. */
function firstOfMonth(day: string, ahead: number): string {
  const [year, month] = day.split("-").map(Number) as [number, number];
  return new Date(Date.UTC(year, month - 1 + ahead, 1)).toISOString().slice(0, 10);
}

/** As YYYY-MM-DD; undefined when the state does not say it. */
async function startInState(terraform: Pick<Terraform, "text">, address: string): Promise<string | undefined> {
  const { stdout } = await terraform.text(["state", "show", "-no-color", address]);
  return /\bstart_date\s*=\s*"(\d{4}-\d{2}-\d{2})/.exec(stdout)?.[1];
}
