import { below, drops, type Fields, reads } from "../fields";

const STATEMENT = [
  ...["Sid", "Effect", "Action", "Action[]", "NotAction", "NotAction[]", "Resource", "Resource[]", "NotResource"],
  ...["NotResource[]", "Principal", "Condition{}", "Condition{}{}", "Condition{}{}[]"],
];
const OF_AWS = drops("a name, an id or a time of AWS's own");

/**
 * A role with its policies, in one: AWS answers in pieces (get-role, list-attached-role-policies, get-role-policy), and each
 * piece says the same at the same place.
 */
export const RolePolicies: Fields = {
  RoleName: reads("whose permissions they are"),
  ...below("", ["Arn", "RoleId", "Path", "CreateDate", "Description", "MaxSessionDuration"], OF_AWS),
  ...below("RoleLastUsed.", ["LastUsedDate", "Region"], OF_AWS),
  ...below("Tags[].", ["Key", "Value"], OF_AWS),
  AssumeRolePolicyDocument: drops("the new role trusts the pod's own token"),
  ...below("PermissionsBoundary.", ["PermissionsBoundaryArn", "PermissionsBoundaryType"], reads("a ceiling")),
  ...below("AttachedPolicies[].", ["PolicyName", "PolicyArn"], reads("statements that nobody has read yet")),
  "InlinePolicies[].PolicyName": reads("whose permissions they are"),
  ...below("InlinePolicies[].PolicyDocument.", ["Version", "Id"], OF_AWS),
  ...below("InlinePolicies[].PolicyDocument.Statement[].", STATEMENT, reads("aws.permissions")),
};
