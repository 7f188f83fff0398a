import {
  DescribeLoadBalancerAttributesCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
  paginateDescribeListeners,
  paginateDescribeRules,
  type Rule,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { PATIENT } from "../../aws/retry";
import type { Calls } from "./calls";
import { all } from "./pages";

/** What stands in front of a service: its target groups, and the rules of their load balancers that lead to them. */
export async function balancing(calls: Calls, region: string, groups: readonly string[]) {
  const client = new ElasticLoadBalancingV2Client({ ...PATIENT, region });
  if (groups.length === 0)
    return { targetGroups: [], targetGroupAttributes: [], loadBalancerAttributes: [], rules: [], vpcs: [] };
  const described = await calls.ask(
    "elbv2 describe-target-groups",
    "elasticloadbalancing:DescribeTargetGroups",
    undefined,
    () => client.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [...groups] })),
  );
  const balancers = [
    ...new Set((described?.TargetGroups ?? []).flatMap(({ LoadBalancerArns }) => LoadBalancerArns ?? [])),
  ];
  const targetGroupAttributes: unknown[] = [];
  for (const TargetGroupArn of groups) {
    const answer = await calls.ask(
      "elbv2 describe-target-group-attributes",
      "elasticloadbalancing:DescribeTargetGroupAttributes",
      undefined,
      () => client.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn })),
    );
    if (answer !== undefined) targetGroupAttributes.push(answer);
  }
  const loadBalancerAttributes: unknown[] = [];
  const rules: Rule[] = [];
  for (const LoadBalancerArn of balancers) {
    const answer = await calls.ask(
      "elbv2 describe-load-balancer-attributes",
      "elasticloadbalancing:DescribeLoadBalancerAttributes",
      undefined,
      () => client.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn })),
    );
    if (answer !== undefined) loadBalancerAttributes.push(answer);
    const listeners = await calls.ask("elbv2 describe-listeners", "elasticloadbalancing:DescribeListeners", [], () =>
      all(paginateDescribeListeners({ client }, { LoadBalancerArn }), (one) => one.Listeners),
    );
    for (const { ListenerArn } of listeners)
      rules.push(
        ...(await calls.ask("elbv2 describe-rules", "elasticloadbalancing:DescribeRules", [], () =>
          all(paginateDescribeRules({ client }, { ListenerArn }), (one) => one.Rules),
        )),
      );
  }
  return {
    targetGroups: described === undefined ? [] : [described],
    targetGroupAttributes,
    loadBalancerAttributes,
    rules: rules.filter(leadsTo(groups)),
    vpcs: [...new Set((described?.TargetGroups ?? []).flatMap(({ VpcId }) => VpcId ?? []))],
  };
}

const leadsTo =
  (groups: readonly string[]) =>
  ({ Actions = [] }: Rule): boolean =>
    Actions.some(({ ForwardConfig, TargetGroupArn }) =>
      [TargetGroupArn, ...(ForwardConfig?.TargetGroups ?? []).map((one) => one.TargetGroupArn)].some(
        (arn) => arn !== undefined && groups.includes(arn),
      ),
    );
