import { permissionsOf } from "../../../model/aws-roles";
import { there } from "./container";
import type { Task } from "./task";

/** The task role says what the application may do in AWS; its statements are in IAM, not here. */
export function settleRoles({ context, inputs, ledger, service, template }: Task): void {
  const { taskDefinition } = inputs;
  const [role, execution] = [taskDefinition.at("taskRoleArn"), taskDefinition.at("executionRoleArn")];
  const isOne = role.isThere && roleName(role.text) === roleName(execution.text);
  const to = `aws.permissions.${context.application}`;
  const isSaid =
    (service?.permissions.length ?? 0) > 0 || permissionsOf(context.environment, context.application).length > 0;
  if (!isOne)
    ledger.dropped(there(execution), "nodes pull images and the vault's driver reads secrets, by identities of Azure");
  if (!role.isThere) {
    ledger.defaulted(role, `no ${to}`, "the task has no role in AWS, and so the pods get none");
    return;
  }
  if (template.covers(role) && !isOne) return;
  if (isSaid && !isOne) {
    ledger.mapped(role, to);
    return;
  }
  const both =
    " It is also the execution role, so that it may read images, logs and secrets besides, which the application needs no more.";
  ledger.ask(isOne ? [role, execution] : role, {
    id: "task-role",
    risk: "access lost",
    asks: `What may the application do in AWS? Its role's statements are in IAM: give them by --role-policies, or list them under ${to}.${isOne ? both : ""}`,
    options: [
      { answer: "none", means: "it does nothing in AWS" },
      { answer: "listed", means: `${to} has its statements` },
    ],
    without: "it gets what is listed there, which may be nothing",
  });
}

/** Two ways to write an account are one role all the same. */
const roleName = (arn: string | undefined): string | undefined => arn?.split(":role/").at(-1);
