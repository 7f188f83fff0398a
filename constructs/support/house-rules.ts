import { FederatedIdentityCredential } from "@cdktf/provider-azurerm/lib/federated-identity-credential";
import { RoleAssignment } from "@cdktf/provider-azurerm/lib/role-assignment";
import { DefaultTokenResolver, StringConcat, TerraformResource, type TerraformStack, Tokenization } from "cdktf";
import { faultsOfFlux } from "./flux-rules";
import { PURPOSES, ROLES_BY_SCOPE, type Role } from "./roles";

/**
 * Makes synthesis fail when the stack breaks a rule that no scanner has: who gets which role where, whose tokens are
 * trusted, and what Flux is never told. The rules read what was made with the bindings, so they also hold for what no construct of ours made.
 */
export function obeyHouseRules(stack: TerraformStack): void {
  stack.node.addValidation({
    validate: () => {
      const resources = stack.node.findAll().filter((node) => TerraformResource.isTerraformResource(node));
      const assignments = resources.filter((node) => node instanceof RoleAssignment);
      const credentials = resources.filter((node) => node instanceof FederatedIdentityCredential);
      const given = assignments.map((assignment) => grantOf(stack, assignment));
      return [
        ...resources.flatMap(faultsOfType),
        ...resources.flatMap(faultsOfFlux),
        ...given.flatMap(faultsOfGrant),
        ...faultsOfPurpose(given),
        ...credentials.flatMap((credential) => faultsOfTrust(stack, credential)),
      ];
    },
  });
}

/** The text that a value becomes in the synthesized JSON. */
function textOf(stack: TerraformStack, value: unknown): string {
  const resolver = new DefaultTokenResolver(new StringConcat());
  return String(Tokenization.resolve(value, { scope: stack, resolver, preparing: false }) ?? "");
}

/** Other ways to give rights, which these rules would not see through. */
const OTHER_WAYS = [
  "azurerm_key_vault_access_policy",
  "azurerm_kubernetes_cluster_trusted_access_role_binding",
  "azurerm_lighthouse_assignment",
  "azurerm_lighthouse_definition",
  "azurerm_marketplace_role_assignment",
  "azurerm_pim_active_role_assignment",
  "azurerm_pim_eligible_role_assignment",
  "azurerm_role_definition",
];

const faultsOfType = ({ node, terraformResourceType }: TerraformResource): string[] =>
  OTHER_WAYS.includes(terraformResourceType)
    ? [`${node.path}: must not be made (${terraformResourceType} gives rights past these rules)`]
    : [];

interface Grant {
  readonly at: string;
  readonly principal: string;
  /** "" when it is given by its id. */
  readonly role: string;
  /** The Terraform type of the scope, or "subscription". */
  readonly scopeType: string;
  readonly principalType: string;
  readonly condition: string;
}

function grantOf(stack: TerraformStack, assignment: RoleAssignment): Grant {
  const text = (value: unknown) => textOf(stack, value);
  const scope = text(assignment.scopeInput);
  return {
    at: assignment.node.path,
    principal: text(assignment.principalIdInput),
    role: text(assignment.roleDefinitionNameInput),
    scopeType: scopeTypeOf(scope),
    principalType: text(assignment.principalTypeInput),
    condition: text(assignment.conditionInput),
  };
}

/** A group that another stack makes is named by its path. */
function scopeTypeOf(scope: string): string {
  if (isSubscription(scope)) return "subscription";
  if (/^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+$/.test(scope)) return "azurerm_resource_group";
  return /^\$\{(?:data\.)?(azurerm_\w+)\./.exec(scope)?.[1] ?? scope;
}

const isSubscription = (scope: string) =>
  /^(\/subscriptions\/[^/]+|\$\{data\.azurerm_subscription\.\w+\.id\})$/.test(scope);

const TOO_WIDE = ["Owner", "Contributor", "User Access Administrator"];

function faultsOfGrant({ at, condition, principalType, role, scopeType }: Grant): string[] {
  const allowed: readonly string[] = ROLES_BY_SCOPE[scopeType] ?? [];
  return [
    ...(principalType === ""
      ? [`${at}: must set principal_type (Azure looks a new identity up in Entra otherwise, and fails)`]
      : []),
    ...(role === "Role Based Access Control Administrator" && condition === ""
      ? [`${at}: must have a condition (whoever assigns roles without one makes itself owner)`]
      : []),
    ...(allowed.includes(role) ? [] : [`${at}: ${refusalOf(role, scopeType, allowed)}`]),
  ];
}

function refusalOf(role: string, scopeType: string, allowed: readonly string[]): string {
  if (role === "") return "must name its role (an id says nothing to a reader, and slips past these rules)";
  if (scopeType === "subscription" && TOO_WIDE.includes(role))
    return `must not give ${role} on the subscription (one leaked token would own every environment)`;
  return `must not give ${role} on ${scopeType} (ROLES_BY_SCOPE in constructs/support/roles.ts allows ${allowed.join(", ") || "nothing"} there)`;
}

/** Every identity has one purpose, so that taking it over gives one thing. */
function faultsOfPurpose(grants: readonly Grant[]): string[] {
  const roles = new Map<string, Set<string>>();
  for (const { principal, role } of grants) {
    if (role !== "") roles.set(principal, (roles.get(principal) ?? new Set()).add(role));
  }
  return [...roles].flatMap(([principal, has]) => {
    const fits = Object.values(PURPOSES).some((purpose) => [...has].every((role) => purpose.includes(role as Role)));
    return fits
      ? []
      : [`${principal}: must have one purpose (PURPOSES in constructs/support/roles.ts), has ${[...has].join(", ")}`];
  });
}

/** Whose tokens are trusted, and of whom exactly: a pattern or a branch would let in jobs that nobody approved. */
const TRUSTED: readonly { readonly issuer: RegExp; readonly subject: RegExp; readonly must: string }[] = [
  {
    issuer: /^https:\/\/token\.actions\.githubusercontent\.com$/,
    subject: /^repo:[\w.-]+(@\d+)?\/[\w.-]+(@\d+)?:environment:[\w-]+$/,
    must: "repo:OWNER/NAME:environment:NAME",
  },
  {
    issuer: /^https:\/\/app\.terraform\.io$/,
    subject: /^organization:[\w-]+:project:[\w -]+:workspace:[\w-]+:run_phase:(plan|apply)$/,
    must: "organization:…:project:…:workspace:…:run_phase:plan|apply",
  },
  {
    issuer: /^\$\{(data\.)?azurerm_kubernetes_cluster\.\w+\.oidc_issuer_url\}$/,
    subject: /^system:serviceaccount:[a-z0-9-]+:[a-z0-9-]+$/,
    must: "system:serviceaccount:NAMESPACE:NAME",
  },
];

function faultsOfTrust(stack: TerraformStack, credential: FederatedIdentityCredential): string[] {
  const text = (value: unknown) => textOf(stack, value);
  const at = credential.node.path;
  const [issuer, subject] = [text(credential.issuerInput), text(credential.subjectInput)];
  const known = TRUSTED.find((trusted) => trusted.issuer.test(issuer));
  if (!known) return [`${at}: must trust GitHub, HCP Terraform or a cluster of ours, trusts ${issuer}`];
  return [
    ...(known.subject.test(subject) ? [] : [`${at}: subject must be ${known.must}, is ${subject}`]),
    ...(text(credential.audienceInput) === "api://AzureADTokenExchange"
      ? []
      : [`${at}: audience must be api://AzureADTokenExchange (a token for somebody else would do)`]),
  ];
}
