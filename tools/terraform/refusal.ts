import { UserError } from "../../model/user-error";
import { flat } from "../flat";

/** What a refusal of Terraform's means, and what a user does about it. */
interface Reason {
  readonly why: string;
  readonly next: string;
}

interface Kind extends Reason {
  /** In Terraform's text, on one line. */
  readonly says: RegExp;
}

/** What stands in the way of `terraform init`, and of reading or writing a state; the most telling first. */
const KINDS: readonly Kind[] = [
  {
    says: /KeyBasedAuthenticationNotPermitted/,
    why: "the storage account of the states takes no keys",
    next: "unset ARM_ACCESS_KEY, log in with az login, then run it again",
  },
  {
    says: /ContainerNotFound/,
    why: "the container for its state does not exist",
    next: 'the stack bootstrap makes the container: deploy it first, on {"type":"local"} if it never was',
  },
  {
    says: /already locked|state lock|acquiring the state lock/i,
    why: "somebody else holds the state",
    next: "wait until that Terraform has ended, then run it again; docs/break-the-glass.md says what to do when none runs",
  },
  {
    says: /match any of the checksums|checksum mismatch|does not have a valid signature/i,
    why: "a provider is not the one whose checksum was recorded, so it may have been tampered with",
    next: "look at what .terraform.lock.hcl in cdktf.out/stacks says and where the provider came from (a mirror, a plugin cache); only then delete cdktf.out and run it again",
  },
  {
    says: /x509|certificate (signed by|is not trusted|verify)|tls: failed to verify/i,
    why: "the certificate of whom it asked is not trusted here",
    next: "a proxy that opens TLS? SSL_CERT_FILE names what to trust; then run it again",
  },
  {
    says: /could not connect to [\w.-]*registry|(registry\.terraform\.io|releases\.hashicorp\.com)\S*: (proxyconnect|dial|read|net\/http|EOF|context deadline)|(request|query)\w* (discovery document|available provider packages).*registry\.\S+: (proxyconnect|dial|read|net\/http|EOF|context deadline)/i,
    why: "Terraform's provider registry cannot be reached",
    next: "is there a network, and does HTTPS_PROXY lead out of it? Where a mirror stands in for the registry, TF_CLI_CONFIG_FILE names its configuration; then run it again",
  },
  {
    says: /no available releases match|there (is|are) no (package|version)|no versions? .*match/i,
    why: "wherever Terraform looks for providers, there is none of the version that the program pins",
    next: "does a mirror or a plugin folder stand in for the registry (TF_CLI_CONFIG_FILE, ~/.terraform.d/plugins)? Put that version there, or take it away; then run it again",
  },
  {
    says: /Required token could not be found|terraform login|\b401\b|unauthorized/i,
    why: "nobody is logged in to where its state is",
    next: "for HCP Terraform: terraform login, or TF_TOKEN_app_terraform_io; for Azure: az login; then run it again",
  },
  {
    says: /az login|Azure CLI|AzureCli Authorizer|AADSTS|build authorizer|building account|access token|no subscription/i,
    why: "nobody is logged in to Azure",
    next: "az login (or ARM_USE_OIDC in a pipeline), then run it again",
  },
  {
    says: /\b403\b|AuthorizationFailed|AuthorizationPermissionMismatch/,
    why: "you may not read or write the state",
    next: "roles take some minutes to spread; run it again. If it stays so, are you in a group of administratorGroupObjectIds (environments/bootstrap.ts)?",
  },
  {
    says: /no such host|connection refused|i\/o timeout|network is unreachable|context deadline exceeded|proxyconnect/i,
    why: "what keeps its state cannot be reached",
    next: "is there a network, does HTTPS_PROXY lead out of it, and was bootstrap deployed? Then run it again",
  },
  {
    says: /Backend configuration changed|Backend initialization required|backend type changed/i,
    why: "its state is kept elsewhere since the last run here",
    next: "move-state takes a local state there (README.md); for a stack that was never deployed delete cdktf.out, then run it again",
  },
  {
    says: /Unsupported Terraform Core version/,
    why: "this Terraform is too old or too new",
    next: "install Terraform 1.11 or newer, below 2 (npm start says which is found), then run it again",
  },
];

/** The end of a text that explains itself; Terraform's are longer only when they quote a page of HTML. */
const LONGEST = 600;

const OTHERWISE: Reason = { why: "Terraform refuses", next: "mend what it says, then run it again" };

/**
 * A refusal of Terraform's, told in our words and then in its own.
 * @param who is concerned, such as staging-infra
 * @param so what follows from it, such as "its state cannot be read; nothing was touched"
 * @param said what Terraform wrote on standard error
 */
export function refusal(who: string, so: string, said: string): UserError {
  const text = flat(said);
  const { why, next } = KINDS.find(({ says }) => says.test(text)) ?? OTHERWISE;
  const own = text.slice(Math.max(0, text.indexOf("Error: ")));
  const kept = own.length > LONGEST ? `${own.slice(0, LONGEST)}…` : own;
  return new UserError(
    [`${who}: ${why}, so ${so}`, `  next: ${next}`, `  Terraform said: ${kept || "nothing"}`].join("\n"),
  );
}
