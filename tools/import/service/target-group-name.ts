/** The name in a target group's ARN, which is unique in an account and region; one that is made anew keeps it. */
export const groupNameOf = (arn: string): string => /(?:^|:)targetgroup\/([^/]+)/.exec(arn)?.[1] ?? arn;
