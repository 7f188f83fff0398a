import { Command } from "commander";
import { type FailoverPlan, pairOf, planFailover } from "../failover/plan";
import { answer, coloursOf, JSON_OPTION, say } from "../output";
import { synthesize } from "../program/stacks";
import { run } from "./run";
import { today } from "./today";

/** `mmrv failover`: what is done when a region is gone. */
export const failoverCommand = (): Command =>
  new Command("failover")
    .description("What is done when the region of an environment is gone (docs/failover.md).")
    .addCommand(planCommand());

const planCommand = (): Command =>
  new Command("plan")
    .description(
      "Says in order what would be done now, and what is missing for it today: exit 0 when nothing is, 2 when something is or nobody can say, 1 failed. Changes nothing.",
    )
    .argument("<environment>", "such as production, or its standby")
    .option(...JSON_OPTION)
    .action((environment: string, { json = false }: { readonly json?: boolean }) =>
      run(async () => {
        const plan = await planFailover(pairOf(environment), { on: today(), stacks: synthesize() });
        answer(json, asAnswer(plan), () => tellPeople(plan));
        return plan.findings.every(({ is }) => is === "ready") ? 0 : 2;
      }),
    );

const countOf = ({ findings }: FailoverPlan, is: FailoverPlan["findings"][number]["is"]): number =>
  findings.filter((one) => one.is === is).length;

const asAnswer = (plan: FailoverPlan) => ({
  environment: plan.primary.name,
  standby: plan.standby.name,
  ready: countOf(plan, "ready"),
  of: plan.findings.length,
  steps: plan.steps,
  findings: plan.findings.map(({ next = null, ...rest }) => ({ ...rest, next })),
});

const MARKS = { ready: "ready  ", missing: "MISSING", unknown: "unknown" } as const;

function tellPeople(plan: FailoverPlan): void {
  const { findings, primary, standby, steps } = plan;
  const { bold, red, yellow } = coloursOf(process.stdout);
  say(`when ${primary.region} is gone, ${standby.name} in ${standby.region} takes over from ${primary.name}:`, bold);
  for (const [index, { commands, needs, what }] of steps.entries()) {
    say(`${index + 1}. ${what}`);
    for (const command of commands) say(`     ${command}`);
    for (const one of findings.filter(({ is, name }) => is !== "ready" && needs.includes(name)))
      say(`   ${one.is}: ${one.about}: ${one.why}`, one.is === "missing" ? red : yellow);
  }
  say("");
  for (const { about, is, next, why } of findings)
    say(
      `${MARKS[is]}  ${about}: ${why}${next === undefined ? "" : `; next: ${next}`}`,
      is === "missing" ? red : is === "unknown" ? yellow : undefined,
    );
  const [missing, unknown] = [countOf(plan, "missing"), countOf(plan, "unknown")];
  say(`ready ${countOf(plan, "ready")} of ${findings.length}: ${missing} missing, ${unknown} unknown`, bold);
}
