import { below, drops, type Fields, reads } from "../fields";

/** `aws logs describe-log-groups`. */
export const LogGroup: Fields = {
  logGroupName: reads("which logs they are"),
  retentionInDays: reads("logs.retentionDays of the environment"),
  metricFilterCount: reads("alarms on words in the logs"),
  dataProtectionStatus: reads("what is masked"),
  ...below(
    "",
    [
      ...["creationTime", "arn", "storedBytes", "kmsKeyId", "inheritedProperties[]", "logGroupClass", "logGroupArn"],
      ...["deletionProtectionEnabled", "bearerTokenAuthenticationEnabled", "retentionPolicyName"],
    ],
    drops("AWS's own: what was written stays there, and what comes goes to Log Analytics"),
  ),
};
