import {
  AzureCliCredential,
  ChainedTokenCredential,
  ClientAssertionCredential,
  EnvironmentCredential,
  type TokenCredential,
} from "@azure/identity";

/**
 * The environment's service principal, the job's own token where Terraform logs in by one, or the login of the Azure CLI.
 * No managed identity: on a runner that could be somebody else's.
 */
export const azureLogin = (): TokenCredential =>
  new ChainedTokenCredential(
    new EnvironmentCredential(),
    ...gitHubJob(process.env),
    new AzureCliCredential({ processTimeoutInMs: 30_000 }),
  );

/** What Entra's SDK throws, by name, when there is no token to be had. */
export const NO_TOKEN: readonly string[] = [
  "AggregateAuthenticationError",
  "AuthenticationError",
  "AuthenticationRequiredError",
  "CredentialUnavailableError",
];

/** docs.github.com/actions/reference/security/oidc: the same exchange that azurerm makes with ARM_USE_OIDC. */
function gitHubJob(environment: NodeJS.ProcessEnv): TokenCredential[] {
  const { ACTIONS_ID_TOKEN_REQUEST_TOKEN, ACTIONS_ID_TOKEN_REQUEST_URL, ARM_CLIENT_ID, ARM_TENANT_ID, ARM_USE_OIDC } =
    environment;
  const isOffered = ACTIONS_ID_TOKEN_REQUEST_TOKEN && ACTIONS_ID_TOKEN_REQUEST_URL && ARM_USE_OIDC === "true";
  if (!isOffered || !ARM_CLIENT_ID || !ARM_TENANT_ID) return [];
  const assertion = async () => {
    const url = `${ACTIONS_ID_TOKEN_REQUEST_URL}&audience=api://AzureADTokenExchange`;
    const answer = await fetch(url, { headers: { Authorization: `bearer ${ACTIONS_ID_TOKEN_REQUEST_TOKEN}` } });
    return ((await answer.json()) as { readonly value: string }).value;
  };
  return [new ClientAssertionCredential(ARM_TENANT_ID, ARM_CLIENT_ID, assertion)];
}
