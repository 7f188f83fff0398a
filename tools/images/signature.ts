import { X509Certificate } from "node:crypto";
import { GITHUB_ISSUER as ISSUER } from "../../constructs/support/github";
import { UserError } from "../../model/user-error";
import { parseJson } from "../parse-json";
import { QUERY_MINUTES } from "./copy-tool";
import { runTool, ToolError } from "./tool-process";

const WORKFLOW = ".github/workflows/publish-image.yml";
const MAIN = "refs/heads/main";

/** Who may sign an application's images: our workflow, called by the application's repository on its main branch. */
export interface Signer {
  readonly owner: string;
  /** The repository of this program, which has the workflow. */
  readonly infrastructure: string;
  /** The application's repository. */
  readonly repository: string;
}

interface Verification {
  /** By digest. */
  readonly image: string;
  readonly signer: Signer;
  /** With logins to the registry. */
  readonly env: NodeJS.ProcessEnv;
  /** The clone of the infrastructure repository that runs this. */
  readonly clone: string;
  /** What follows when no signature counts, for the user. */
  readonly otherwise: string;
}

/**
 * Verifies with cosign that our workflow signed an image, as it is on main or was at a commit of main, and says which.
 * The bundles beside the image say who claims to have signed; cosign 3 prints no certificate of a bundle
 * (cmd/cosign/cli/verify/verify.go, transformOutput), so each claim that may count is given to it as the only identity.
 * @throws UserError when no signature counts, in one line
 */
export async function verifySignature(verification: Verification): Promise<string> {
  const { env, image, otherwise, signer } = verification;
  const workflow = `https://github.com/${signer.owner}/${signer.infrastructure}/${WORKFLOW}@`;
  const identities = await claimedIdentities(image, env);
  const refused = (why: string) => new UserError(`${image}: ${why}; ${otherwise}`);
  if (identities.length === 0) throw refused(`nobody signed it: let ${WORKFLOW} build and sign it (docs/pipelines.md)`);
  const refs = identities.filter((identity) => identity.startsWith(workflow)).map((one) => one.slice(workflow.length));
  const counting = refs.filter((ref) => ref === MAIN || /^[0-9a-f]{40}$/.test(ref));
  if (counting.length === 0)
    throw refused(
      `the signature is of ${identities.map((one) => JSON.stringify(one)).join(", ")}, and must be of ${workflow}, followed by ${MAIN} or a commit of main`,
    );
  const reasons: string[] = [];
  for (const ref of counting) {
    const reason = (await whyNotOnMain(ref, verification)) ?? (await cosignRefuses(`${workflow}${ref}`, verification));
    if (reason === undefined) return `${WORKFLOW}@${ref} for ${signer.owner}/${signer.repository}, ${MAIN}`;
    reasons.push(reason);
  }
  throw refused(reasons.join("; "));
}

/** Whom the bundles of an image name; nothing here is verified yet. */
async function claimedIdentities(image: string, env: NodeJS.ProcessEnv): Promise<string[]> {
  const ask = (...args: readonly string[]) =>
    runTool("regctl", ["--verbosity", "error", "artifact", ...args], { env, minutes: QUERY_MINUTES });
  const listed = await ask(
    "list",
    "--format",
    '{{range .Descriptors}}{{.Digest}} {{.ArtifactType}}{{"\\n"}}{{end}}',
    image,
  );
  const bundles = listed
    .split("\n")
    .map((line) => line.split(" "))
    .filter(([, type]) => type?.startsWith("application/vnd.dev.sigstore.bundle"));
  const repository = image.slice(0, image.indexOf("@"));
  const texts = await Promise.all(bundles.map(([digest]) => ask("get", `${repository}@${digest}`)));
  // main first, so that a commit is looked for in git only when it has to be.
  return [...new Set(texts.flatMap(identitiesIn))].sort((one, other) => +other.endsWith(MAIN) - +one.endsWith(MAIN));
}

interface Bundle {
  readonly verificationMaterial?: {
    readonly certificate?: RawBytes;
    readonly x509CertificateChain?: { readonly certificates?: readonly RawBytes[] };
  };
}
interface RawBytes {
  readonly rawBytes: string;
}

/** The subjects of a bundle's certificate; none in one that a key signed. sigstore/protobuf-specs, sigstore_bundle.proto */
function identitiesIn(text: string): string[] {
  const { verificationMaterial: material } = (parseJson(text) ?? {}) as Bundle;
  const certificate = material?.certificate ?? material?.x509CertificateChain?.certificates?.[0];
  const names = subjectsOf(certificate?.rawBytes ?? "").split(", ");
  return names.flatMap((name) => (name.startsWith("URI:") ? [name.slice("URI:".length)] : []));
}

/** The subjects of a certificate in DER and base64; empty for anything else, because whoever may push can put anything there. */
function subjectsOf(rawBytes: string): string {
  try {
    return new X509Certificate(Buffer.from(rawBytes, "base64")).subjectAltName ?? "";
  } catch {
    return "";
  }
}

/** A commit counts when main has it: GitHub also runs a workflow at a commit that only a fork has. */
async function whyNotOnMain(ref: string, { clone }: Verification): Promise<string | undefined> {
  if (ref === MAIN) return undefined;
  const git = (...args: readonly string[]) => runTool("git", args, { cwd: clone, minutes: QUERY_MINUTES });
  const main = await git("rev-parse", "--verify", "--quiet", "refs/remotes/origin/main").then(
    () => "refs/remotes/origin/main",
    () => MAIN,
  );
  try {
    await git("merge-base", "--is-ancestor", ref, main);
    return undefined;
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    if (error.exitCode === 1)
      return `it was signed by ${WORKFLOW} at ${ref}, which is not on main: a commit of a branch or of a fork, which nobody reviewed`;
    return `it was signed by ${WORKFLOW} at ${ref}, which this clone does not know: git fetch origin main (in a workflow: fetch-depth: 0), then again (git: ${error.message})`;
  }
}

/** Why cosign does not accept the signature of exactly this identity; undefined when it does. */
async function cosignRefuses(identity: string, { image, signer, env }: Verification): Promise<string | undefined> {
  const args = [
    "verify",
    ...["--output", "json"],
    ...["--certificate-identity", identity],
    ...["--certificate-oidc-issuer", ISSUER],
    ...["--certificate-github-workflow-repository", `${signer.owner}/${signer.repository}`],
    ...["--certificate-github-workflow-ref", MAIN],
    image,
  ];
  try {
    const printed = parseJson(await runTool("cosign", args, { env, minutes: QUERY_MINUTES })) as Verified | undefined;
    const digests = Array.isArray(printed) ? printed.map((one) => one.critical?.image?.["docker-manifest-digest"]) : [];
    return digests.includes(image.slice(image.indexOf("@") + 1)) ? undefined : "cosign verified something else";
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    // It says everything twice.
    const [said = ""] = error.message.replace(/^.*?Error: /, "").split(" error during command execution:");
    return /\btuf\b|trusted root/i.test(said)
      ? `cosign cannot read Sigstore's roots, which this machine must fetch from tuf-repo-cdn.sigstore.dev (${said})`
      : `cosign does not accept the signature of ${identity} for ${signer.owner}/${signer.repository} (${said})`;
  }
}

type Verified = readonly {
  readonly critical?: { readonly image?: { readonly "docker-manifest-digest"?: string } };
}[];
