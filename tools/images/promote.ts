import { join } from "node:path";
import { HELM_VALUES } from "../../environments/all";
import type { Environment } from "../../model/environment";
import { repositoryOf } from "../../model/federation";
import { HelmValues } from "../../model/helm-values";
import { refuseMarkersUnder } from "../../model/markers";
import { imageRepositoryOf, namesOf } from "../../model/naming";
import { describeFileIssue } from "../../model/rules/issue";
import { workloadSchema } from "../../model/schema/workload";
import { UserError } from "../../model/user-error";
import { findApplication, findEnvironment } from "../program/find-environment";
import { commandLine } from "../shell";
import { acrLogin, refuseUnreachable } from "./azure";
import type { Artifact } from "./desired-artifacts";
import { explain } from "./failures";
import { requireTools } from "./find-tool";
import { withLogins } from "./logins";
import { checkImage } from "./pin";
import { countsOf } from "./plan";
import { regctl } from "./regctl";
import { type Signer, verifySignature } from "./signature";
import { copyIfMissing, stateOf } from "./state";

type Print = (line: string) => void;

/** An image that runs in one environment and shall run in another. */
export interface Promotion {
  readonly application: string;
  readonly digest: string;
  readonly tag: string;
  /** The registries' hosts. */
  readonly from: string;
  readonly to: string;
  readonly signer: Signer;
  readonly clone: string;
  /** Verifies and compares, and copies nothing. */
  readonly dryRun?: boolean;
}

/**
 * Verifies the signature where the image is, copies it with all that refers to it, compares both sides, and verifies
 * again where it is now.
 * @throws UserError when the signature does not count, or the tag belongs to another image; nothing is copied then
 */
export async function promoteImage(promotion: Promotion, env: NodeJS.ProcessEnv, print: Print): Promise<boolean> {
  const { application, clone, digest, dryRun, from, signer, tag, to } = promotion;
  const repository = imageRepositoryOf(application);
  const [source, target] = [`${from}/${repository}@${digest}`, `${to}/${repository}@${digest}`];
  const tool = regctl(env);
  if ((await tool.digest(source)) === undefined)
    throw new UserError(`${source}: the registry has no such image; nothing is copied`);
  const verify = async (image: string, otherwise: string) =>
    print(`verified  ${image}: signed by ${await verifySignature({ image, signer, env, clone, otherwise })}`);
  await verify(source, "nothing is copied");
  const artifact: Artifact = {
    kind: "image",
    origin: from,
    ifTaken: "give it a tag of its own where it runs now (image.tag in helm-values/)",
    from: source,
    digest,
    to: `${to}/${repository}:${tag}`,
  };
  if (dryRun) {
    const state = await stateOf(artifact, tool);
    print(`${state.is.padEnd("verified".length)}  ${artifact.to}${"why" in state ? `: ${state.why}` : ""}`);
    return state.is === "there" || state.is === "to copy";
  }
  const { before, after } = await copyIfMissing(artifact, tool);
  if (after.is !== "there") {
    print(`${after.is.padEnd("verified".length)}  ${artifact.to}: ${after.why}`);
    return false;
  }
  const what = before.is === "there" ? "there   " : "copied  ";
  print(`${what}  ${artifact.to}: the same ${digest} on both sides${countsOf(after)}`);
  await verify(target, "it is there without a signature that counts: do not pin it");
  return true;
}

/** Where an image of an application may be promoted from, and which it is when nobody says. */
export function promotionOf(
  application: string,
  environment: Environment,
  wanted: string | undefined,
  helmValues = new HelmValues(HELM_VALUES),
): {
  readonly source: Environment;
  readonly digest: string;
  readonly tag: string;
  /** What else of the application runs there, line by line: sidecars of other images. */
  readonly beside: readonly string[];
} {
  const { images, name } = environment;
  if (images.from !== "promotion")
    throw new UserError(
      `${name}: environments/${name}.ts says images.from: "build", so its own pipeline pushes; nothing is promoted into it`,
    );
  const source = findEnvironment(images.of);
  findApplication(source, application);
  const { merged, issues } = helmValues.of(application, source);
  if (issues.length > 0) throw new UserError(issues.map(describeFileIssue).join("\n"));
  const running = (merged["image"] ?? {}) as { readonly digest?: string; readonly tag?: string };
  const digest = wanted ?? running.digest;
  const file = `helm-values/${application}/${source.name}.yaml`;
  if (digest === undefined)
    throw new UserError(
      `${application}: ${file} names no image.digest, so nothing runs in ${source.name} that could be promoted: let its pipeline write one, or say --digest sha256:…`,
    );
  checkImage({ digest }, () => (wanted === undefined ? `${file}: image.digest` : "--digest"));
  const known = digest === running.digest ? running.tag : undefined;
  const tag = known ?? `promoted-${digest.slice("sha256:".length).slice(0, 12)}`;
  const sidecars = workloadSchema.shape.sidecars.safeParse(merged["sidecars"]).data ?? {};
  const beside = Object.entries(sidecars).flatMap(([sidecar, { image }]) => {
    if (image === undefined || image.digest === digest) return [];
    const command =
      image.repository === undefined
        ? commandLine("npx", "mmrv", "images", "promote", application, name, "--digest", image.digest)
        : commandLine("npx", "mmrv", "images", "copy", name);
    return [`its sidecar ${sidecar} has an image of its own: ${command}`];
  });
  return { source, digest, tag, beside };
}

/** `mmrv images promote`. @throws UserError for what stops it before anything is copied */
export async function promote(
  application: string,
  name: string,
  { digest: wanted, dryRun = false }: { readonly digest?: string; readonly dryRun?: boolean },
  print: Print,
): Promise<number> {
  const environment = findEnvironment(name);
  findApplication(environment, application);
  const { beside, digest, source, tag } = promotionOf(application, environment, wanted);
  refuseMarkersUnder(source, [
    "gitHub.owner",
    "gitHub.infrastructure.repository",
    `gitHub.applications.${application}.repository`,
  ]);
  requireTools("regctl", "cosign", "az");
  for (const one of [source, environment]) await refuseUnreachable(one);
  const logins = [await acrLogin(source), await acrLogin(environment)];
  const [from, to] = [source, environment].map((one) => namesOf(one).registryHost) as [string, string];
  print(`${application}: ${digest} from ${source.name} to ${name}, tag ${tag}`);
  const { owner, infrastructure } = source.gitHub;
  const signer = {
    owner,
    infrastructure: infrastructure.repository,
    repository: repositoryOf(source, application).repository,
  };
  const promotion = { application, digest, tag, from, to, signer, clone: join(HELM_VALUES, ".."), dryRun };
  const isDone = await withLogins(logins, (env) => promoteImage(promotion, env, print)).catch((error: unknown) => {
    throw new UserError(explain("regctl", error).line);
  });
  for (const line of isDone ? beside : []) print(line);
  if (isDone && !dryRun)
    print(`next: npx mmrv images pin ${application} ${name} ${digest} --tag ${tag}, and a pull request`);
  return isDone ? 0 : 1;
}
