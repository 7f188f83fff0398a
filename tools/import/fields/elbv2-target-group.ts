import { below, drops, type Fields, reads } from "../fields";

const PROBE = reads("the readiness probe");

const both: Fields = {
  ...below("", ["Protocol", "ProtocolVersion", "TargetType"], reads("what the load balancer speaks with it")),
  Port: drops("each target is registered with the container's own port"),
  VpcId: drops("the network is the environment's"),
  IpAddressType: drops("pods have IPv4"),
  TargetControlPort: drops("the gateway balances by requests that are under way"),
  ...below("", ["HealthCheckProtocol", "HealthCheckPort", "HealthCheckEnabled", "HealthCheckPath"], PROBE),
  ...below("", ["HealthCheckIntervalSeconds", "HealthCheckTimeoutSeconds", "UnhealthyThresholdCount"], PROBE),
  HealthyThresholdCount: drops("a pod takes traffic after one good answer"),
  ...below("Matcher.", ["HttpCode", "GrpcCode"], PROBE),
};

/** `aws elbv2 describe-target-groups`. */
export const TargetGroup: Fields = {
  ...both,
  ...below("", ["TargetGroupArn", "TargetGroupName"], reads("which service it belongs to")),
  "LoadBalancerArns[]": drops("the gateway takes its place"),
};

/** What `aws elbv2 create-target-group --cli-input-json` takes. */
export const CreateTargetGroupInput: Fields = {
  ...both,
  Name: reads("which service it belongs to"),
  ...below("Tags[].", ["Key", "Value"], drops("labels come from the application's name and the environment")),
};
