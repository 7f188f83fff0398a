import {
  DescribeRuleCommand,
  EventBridgeClient,
  ListRuleNamesByTargetCommand,
  ListTargetsByRuleCommand,
} from "@aws-sdk/client-eventbridge";
import { GetScheduleCommand, paginateListSchedules, SchedulerClient } from "@aws-sdk/client-scheduler";
import { PATIENT } from "../../aws/retry";
import type { Calls } from "./calls";
import { all } from "./pages";

/** Schedules and rules that start tasks of a family in a cluster, each as its describe call answers. */
export async function schedulesOf(
  calls: Calls,
  region: string,
  clusterArn: string,
  family: string,
): Promise<unknown[]> {
  return [...(await scheduled(calls, region, family)), ...(await ruled(calls, region, clusterArn, family))];
}

const isOf = (family: string, arn: string | undefined): boolean => arn?.split("/").at(-1)?.split(":")[0] === family;

async function scheduled(calls: Calls, region: string, family: string): Promise<unknown[]> {
  const client = new SchedulerClient({ ...PATIENT, region });
  const names = await calls.ask("scheduler list-schedules", "scheduler:ListSchedules", [], () =>
    all(paginateListSchedules({ client }, {}), (one) => one.Schedules),
  );
  const found: unknown[] = [];
  for (const { GroupName, Name } of names) {
    const schedule = await calls.ask("scheduler get-schedule", "scheduler:GetSchedule", undefined, () =>
      client.send(new GetScheduleCommand({ Name, GroupName })),
    );
    if (isOf(family, schedule?.Target?.EcsParameters?.TaskDefinitionArn)) found.push(schedule);
  }
  return found;
}

async function ruled(calls: Calls, region: string, clusterArn: string, family: string): Promise<unknown[]> {
  const client = new EventBridgeClient({ ...PATIENT, region });
  const names = await calls.ask("events list-rule-names-by-target", "events:ListRuleNamesByTarget", [], () =>
    everyPage(
      (NextToken) => client.send(new ListRuleNamesByTargetCommand({ TargetArn: clusterArn, NextToken })),
      ({ RuleNames }) => RuleNames,
    ),
  );
  const found: unknown[] = [];
  for (const Name of names) {
    const rule = await calls.ask("events describe-rule", "events:DescribeRule", undefined, () =>
      client.send(new DescribeRuleCommand({ Name })),
    );
    const targets = await calls.ask("events list-targets-by-rule", "events:ListTargetsByRule", [], () =>
      everyPage(
        (NextToken) => client.send(new ListTargetsByRuleCommand({ Rule: Name, NextToken })),
        ({ Targets }) => Targets,
      ),
    );
    const ours = targets.filter(({ EcsParameters }) => isOf(family, EcsParameters?.TaskDefinitionArn));
    if (ours.length > 0) found.push({ ...rule, Targets: ours });
  }
  return found;
}

/** For the one service whose SDK does not turn pages by itself. */
async function everyPage<P extends { readonly NextToken?: string }, E>(
  send: (token: string | undefined) => Promise<P>,
  of: (page: P) => readonly E[] | undefined,
): Promise<E[]> {
  const found: E[] = [];
  let token: string | undefined;
  do {
    const page = await send(token);
    found.push(...(of(page) ?? []));
    token = page.NextToken;
  } while (token !== undefined && token !== "");
  return found;
}
