import { type TerraformStack, TerraformVariable, VariableType } from "cdktf";
import { literal } from "../constructs/support/literal";
import { MARKERS_VARIABLE, type Marker, openSentence } from "../model/markers";

/**
 * Makes Terraform itself refuse to plan a stack that would deploy placeholders, by whichever way it is started: the CLI
 * of cdktf, HCP Terraform. It is a variable, because an error in the program would stop synthesis and every other
 * stack, and `terraform validate` does not judge values. A stack without open markers carries nothing.
 */
export function stopOnMarkers(stack: TerraformStack, open: readonly Marker[]): void {
  if (open.length === 0) return;
  const { name, accepted } = MARKERS_VARIABLE;
  new TerraformVariable(stack, name, {
    type: VariableType.STRING,
    default: "refused",
    description: `Values that only the owner knows are still markers; a plan stops unless this says ${accepted}, which is for rehearsals and for destroying.`,
    validation: [
      {
        condition: `\${var.${name} == "${accepted}"}`,
        errorMessage: literal(openSentence(stack.node.id, open)),
      },
    ],
  });
}
