import type { Environment } from "../environment";
import { type Issue, issue } from "./issue";

/** Actions that pass on what another role may do; on one named role they are what an application may need. */
const OF_ONE_ROLE = ["iam:passrole", "sts:assumerole", "sts:setsourceidentity", "sts:tagsession"];

/** Of services that say who may do what: reading there gives nobody more. */
const READING = /^((iam|organizations):(get|list|describe)|sts:(get|decode))/;

/** Actions of the key service that say who may use a key, with its policy or beside it. */
const OF_KEYS = ["kms:creategrant", "kms:putkeypolicy", "kms:retiregrant", "kms:revokegrant"];

const ROLE = /^arn:aws:iam::\d{12}:role\/[\w+=,.@/-]+$/;

/**
 * Whoever runs code in a pod has the pod's role, so the role must not be able to give itself, or another role that it may
 * take, more than is written here: docs.aws.amazon.com/IAM/latest/UserGuide/security-iam.html. What works with data (sqs, s3,
 * ses, sns, dynamodb, secretsmanager, kms:Decrypt, lambda:InvokeFunction and the like) is not judged: its ARN bounds it.
 * sts:AssumeRole and iam:PassRole of one named role stay, because that role is bounded too, and whoever owns it agrees in
 * its own trust policy.
 */
export function escalatingPermissions({ aws }: Environment): Issue[] {
  return Object.entries(aws.permissions).flatMap(([application, statements]) =>
    statements.flatMap((statement, index) => issuesOf(statement, `aws.permissions.${application}.${index}`)),
  );
}

type Statement = Environment["aws"]["permissions"][string][number];

function issuesOf({ actions, resources }: Statement, path: string): Issue[] {
  // AWS compares actions without case.
  const ofOneRole = actions.find((action) => OF_ONE_ROLE.includes(action.toLowerCase()));
  return [
    ...actions.flatMap((action, index) =>
      escalates(action.toLowerCase()) ? [issue(`${path}.actions.${index}`, action, NO_ESCALATION)] : [],
    ),
    ...resources.flatMap((arn, index) => {
      const isWildRole = /^arn:aws:iam:.*[*?]/.test(arn);
      if (!isWildRole && (ofOneRole === undefined || ROLE.test(arn))) return [];
      const must = `must be the ARN of one role, without * (${ofOneRole ?? "an action"} on more is privilege escalation)`;
      return [issue(`${path}.resources.${index}`, arn, must)];
    }),
  ];
}

const NO_ESCALATION =
  "must be another action (with it a pod could give itself more: privilege escalation); of these services it may read, and sts:AssumeRole or iam:PassRole one named role";

/** @param action in lower case; a * at its end stands for all that begins so */
function escalates(action: string): boolean {
  const covers = (other: string) => (action.endsWith("*") ? other.startsWith(action.slice(0, -1)) : other === action);
  if (OF_KEYS.some(covers)) return true;
  return /^(iam|organizations|sts):/.test(action) && !READING.test(action) && !OF_ONE_ROLE.includes(action);
}
