import { AzurermBackend, CloudBackend, LocalBackend, NamedCloudWorkspace, type TerraformStack } from "cdktf";
import { z } from "zod";
import { UserError } from "../environments/user-error";

/** Where state lives: `context.state` in cdktf.json. */
const stateSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("local") }),
  z.strictObject({ type: z.literal("hcp"), organization: z.string().min(1), hostname: z.string().min(1).optional() }),
  z.strictObject({
    type: z.literal("azurerm"),
    subscriptionId: z.guid(),
    resourceGroupName: z.string().min(1),
    storageAccountName: z.string().regex(/^[a-z0-9]{3,24}$/),
    containerName: z.string().min(1),
  }),
]);

/** Gives a stack its own state, called after the stack. */
export function keepState(stack: TerraformStack, id: string): void {
  const state = stateOf(stack.node.tryGetContext("state"));
  switch (state.type) {
    case "local":
      // Relative to cdktf.out/stacks/<stack>: the default would write this machine's path into the JSON.
      new LocalBackend(stack, { path: `../../../terraform.tfstate.d/${id}/terraform.tfstate` });
      break;
    case "hcp":
      new CloudBackend(stack, {
        organization: state.organization,
        hostname: state.hostname,
        workspaces: new NamedCloudWorkspace(`mmrv-${id}`),
      });
      break;
    case "azurerm": {
      const { type: _, ...account } = state;
      new AzurermBackend(stack, { ...account, key: `${id}.tfstate`, useAzureadAuth: true });
      break;
    }
  }
}

function stateOf(context: unknown): z.infer<typeof stateSchema> {
  const parsed = stateSchema.safeParse(context ?? { type: "local" });
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(
    (issue) => `  context.state${issue.path.map((key) => `.${String(key)}`).join("")}: ${issue.message}`,
  );
  throw new UserError(
    [
      "cdktf.json: context.state is not one of the three shapes, nothing was touched",
      ...faults,
      '  the shapes: {"type":"local"}, {"type":"hcp","organization":…}, {"type":"azurerm","subscriptionId":…,"resourceGroupName":…,"storageAccountName":…,"containerName":…}',
    ].join("\n"),
  );
}
