import { AzurermBackend, CloudBackend, LocalBackend, NamedCloudWorkspace, type TerraformStack } from "cdktf";
import { z } from "zod";
import { workspaceName } from "../model/naming";
import { describeIssues } from "../model/rules/issue";
import { evaluateShape } from "../model/rules/shape";
import { UserError } from "../model/user-error";

/** Where state lives: `context.state` in cdktf.json. */
const stateSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("local") }),
  z.strictObject({ type: z.literal("hcp"), organization: z.string().min(1), hostname: z.string().min(1).optional() }),
  z.strictObject({ type: z.literal("azurerm") }),
]);

/** The storage account that `bootstrap` makes for the shape "azurerm": `context.stateAccount`, set by main.ts. */
export interface StateAccount {
  readonly resourceGroupName: string;
  readonly storageAccountName: string;
  /** @default the one that the Azure CLI or ARM_SUBSCRIPTION_ID says */
  readonly subscriptionId?: string;
}

/** Gives a stack its own state, called after the stack; in a container that no other environment's identities reach. */
export function keepState(stack: TerraformStack, id: string, container: string): void {
  const state = stateOf(stack.node.tryGetContext("state"));
  switch (state.type) {
    case "local":
      // Relative to cdktf.out/stacks/<stack>: the default would write this machine's path into the JSON.
      new LocalBackend(stack, { path: `../../../terraform.tfstate.d/${id}/terraform.tfstate` });
      break;
    case "hcp": {
      const trusted = stack.node.tryGetContext("hcpTerraform") as { organization: string; project: string } | undefined;
      if (trusted && trusted.organization !== state.organization) {
        throw new UserError(
          `cdktf.json: context.state.organization is ${state.organization}, and environments/bootstrap.ts trusts ${trusted.organization}; nothing was touched. They must be the same, or no run logs in to Azure`,
        );
      }
      new CloudBackend(stack, {
        organization: state.organization,
        hostname: state.hostname,
        // Federation compares the project too; a workspace that Terraform makes elsewhere would never log in.
        workspaces: new NamedCloudWorkspace(workspaceName(id), trusted?.project),
      });
      break;
    }
    case "azurerm": {
      const account = stack.node.getContext("stateAccount") as StateAccount;
      new AzurermBackend(stack, { ...account, containerName: container, key: `${id}.tfstate`, useAzureadAuth: true });
      break;
    }
  }
}

function stateOf(context: unknown): z.infer<typeof stateSchema> {
  const state = context ?? { type: "local" };
  const parsed = stateSchema.safeParse(state);
  if (parsed.success) return parsed.data;
  const { issues } = evaluateShape(stateSchema, state);
  throw new UserError(
    [
      "cdktf.json: context.state is not one of the three shapes, nothing was touched",
      ...describeIssues(({ path }) => `context.state${path && "."}`, issues).map((line) => `  ${line}`),
      '  the shapes: {"type":"local"}, {"type":"hcp","organization":…}, {"type":"azurerm"}',
    ].join("\n"),
  );
}
