import { ConsumptionBudgetSubscription } from "@cdktf/provider-azurerm/lib/consumption-budget-subscription";
import { Construct } from "constructs";
import type { ActionGroup } from "./observability/action-group";

export interface BudgetProps {
  /** Also told. @default the addresses only */
  readonly actionGroup?: ActionGroup;
  readonly contactEmails: readonly string[];
  /** In the currency of the billing account. */
  readonly monthlyLimit: number;
  readonly name: string;
  /** Every group whose cost counts; a cluster's nodes are billed in a group of their own. @default the whole subscription */
  readonly resourceGroupNames?: readonly string[];
  /** The first day of a month, as YYYY-MM-DD. Changing it replaces the budget. */
  readonly startDate: string;
  /** With its leading /subscriptions/. */
  readonly subscriptionId: string;
}

/** A monthly limit that warns at 80 % and 100 % of what was spent, and at 100 % of what the month will come to. */
export class Budget extends Construct {
  constructor(scope: Construct, id: string, props: BudgetProps) {
    super(scope, id);
    const { actionGroup, resourceGroupNames } = props;
    const contacts = { contactEmails: [...props.contactEmails], contactGroups: actionGroup && [actionGroup.id] };
    // At subscription scope, because the nodes' group is made by AKS and does not exist yet.
    new ConsumptionBudgetSubscription(this, "Default", {
      name: props.name,
      subscriptionId: props.subscriptionId,
      amount: props.monthlyLimit,
      timeGrain: "Monthly",
      timePeriod: { startDate: `${props.startDate}T00:00:00Z` },
      filter: resourceGroupNames && { dimension: [{ name: "ResourceGroupName", values: [...resourceGroupNames] }] },
      notification: [
        { operator: "GreaterThanOrEqualTo", threshold: 80, thresholdType: "Actual", ...contacts },
        { operator: "GreaterThanOrEqualTo", threshold: 100, thresholdType: "Actual", ...contacts },
        { operator: "GreaterThanOrEqualTo", threshold: 100, thresholdType: "Forecasted", ...contacts },
      ],
    });
  }
}
