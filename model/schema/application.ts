import { z } from "zod";
import { oneOf, strictObject, text } from "../fields";

/**
 * Names that are taken beside those of applications: kinds of stack, releases, identities, service accounts and
 * repositories are called so.
 */
const RESERVED_NAMES = [
  ...["addons", "aws-access", "backup", "bootstrap", "cutover", "gitops", "infra", "platform", "probe", "releases"],
  ...["cert-manager", "cluster", "default", "default-deny", "deploy", "dns", "dns-01", "envoy-gateway", "github"],
  ...["infrastructure", "kubelet", "mmrv", "plan", "promote", "push", "runner"],
  // YAML would read them as no text, and JavaScript finds the last on every object.
  ...["n", "no", "null", "off", "on", "true", "false", "y", "yes", "constructor"],
] as const;

/** One application of MMRV, as environments/applications.ts lists it. */
export const applicationSchema = strictObject({
  // Twelve characters: a vault's name, which holds it, may have twenty-four.
  name: text(
    new RegExp(`^(?!(?:${RESERVED_NAMES.join("|")})$)(?!push-)[a-z](?:[a-z0-9]|-(?=[a-z0-9])){0,11}$`),
    `must be 1 to 12 lower-case letters, digits and single inner hyphens, no "push-…" and no name that is taken: ${RESERVED_NAMES.join(", ")} (it names stacks, releases, identities and vaults)`,
  ).describe("Its name, in stacks, releases, images and vaults."),
  kind: oneOf(["web", "worker"]).describe(
    "web: it answers at a domain. worker: it has none, and works off queues or by the clock.",
  ),
  from: oneOf(["ecs", "amplify", "nowhere"]).describe("What runs it on AWS today; nowhere: it is new."),
  phase: z
    .literal(
      [1, 3, 5],
      "must be 1, 3 or 5 (1 and 3 are the first environment's, the second's follow; 5 is that of both)",
    )
    .describe("The phase that brings it to the first environment."),
  calls: z
    .array(z.string("must be an application's name"), "must be a list of applications")
    .optional()
    .describe("Applications that it calls inside the cluster; none when this is left out."),
  usesDatabase: z
    .boolean("must be true or false")
    .optional()
    .describe("Whether its pods reach the database; when this is left out, they do not."),
}).describe("One application.");

/** One application of MMRV; each has its own identity, vault, image repository and stack. */
export type Application = z.infer<typeof applicationSchema>;

/**
 * The phase in which an application comes to an environment: the second environment follows the first, and those after
 * it, such as a standby, belong to recovery.
 * @param index the environment's place in the list
 */
export const phaseOf = ({ phase }: Pick<Application, "phase">, index: number): number =>
  index > 1 ? 5 : Math.min(phase + index, 5);
