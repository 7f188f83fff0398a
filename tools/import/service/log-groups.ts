import type { At } from "../at";
import { idOf } from "../id";
import type { Ledger } from "../ledger";
import { ACCEPTED } from "../question";

/**
 * Compares how long logs are kept.
 * @param retentionDays logs.retentionDays of the environment
 */
export function logGroupsOf(groups: readonly At[], retentionDays: number, ledger: Ledger): void {
  for (const group of groups) {
    const name = group.at("logGroupName").text ?? "logs";
    if (group.at("logGroupName").isThere)
      ledger.dropped(group.at("logGroupName"), "logs go to Log Analytics by application");
    retention(group, name, retentionDays, ledger);
    filters(group, name, ledger);
    masks(group, name, ledger);
  }
}

function retention(group: At, name: string, retentionDays: number, ledger: Ledger): void {
  const at = group.at("retentionInDays");
  if (at.number !== undefined && at.number <= retentionDays) {
    ledger.mapped(at, `logs.retentionDays ${retentionDays} of the environment`);
    return;
  }
  const kept = at.number === undefined ? "for ever" : `for ${at.number} days`;
  ledger.ask(at, {
    id: idOf("logs", name, "retention"),
    risk: "data",
    asks: `The logs ${name} are kept ${kept} on AWS; the environment keeps its logs for ${retentionDays} days (logs.retentionDays). Must they be kept longer?`,
    options: [ACCEPTED],
    without: `what the application writes on Azure is gone after ${retentionDays} days; what it wrote on AWS stays there`,
  });
}

function filters(group: At, name: string, ledger: Ledger): void {
  const at = group.at("metricFilterCount");
  if ((at.number ?? 0) === 0) {
    if (at.isThere) ledger.dropped(at, "there is none");
    return;
  }
  ledger.ask(at, {
    id: idOf("logs", name, "metric-filters"),
    risk: "slower",
    asks: `${at.number} metric filters count words in the logs ${name} (aws logs describe-metric-filters). Who must be told of them from now on?`,
    options: [ACCEPTED],
    without: "nobody counts them",
  });
}

function masks(group: At, name: string, ledger: Ledger): void {
  const at = group.at("dataProtectionStatus");
  if (at.text !== "ACTIVATED") {
    if (at.isThere) ledger.dropped(at, "nothing is masked");
    return;
  }
  ledger.ask(at, {
    id: idOf("logs", name, "masked"),
    risk: "access lost",
    asks: `CloudWatch masks personal data in the logs ${name}. Log Analytics does not. Does the application write any?`,
    options: [ACCEPTED],
    without: "whoever reads the logs on Azure reads what was masked",
  });
}
