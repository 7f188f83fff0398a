import { type Container, there } from "./container";
import type { Task } from "./task";

const ECR = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com\/([^:@]+)([:@].*)?$/;

/** The repository of an image of ECR; undefined for another. */
export const ecrRepositoryOf = (image: string): string | undefined => ECR.exec(image)?.[3];

/**
 * The application's image: the environment copies its repository, and the pipeline writes the digest.
 * @returns the repository in ECR
 */
export function imageOf(task: Task): string | undefined {
  const { cast, context, ledger, template } = task;
  const at = cast.main.at.at("image");
  const credentials = cast.main.at.at("repositoryCredentials", "credentialsParameter");
  const [, account, region, repository] = ECR.exec(cast.main.image) ?? [];
  for (const one of [cast.migration, ...cast.consumers])
    if (one) ledger.mapped(there(one.at.at("image")), "the application's image");
  if (template.covers(at)) return undefined;
  if (repository === undefined) {
    ledger.defaulted(
      at,
      "image.digest",
      "its pipeline pushes to the environment's registry; mmrv images copies from ECR alone",
    );
    if (credentials.isThere)
      ledger.ask(credentials, {
        id: "image:credentials",
        risk: "does not start",
        asks: `The image of ${cast.main.name} is in a registry that asks for credentials. Who pushes it to the environment's registry?`,
        options: [{ answer: "accepted", means: "its pipeline does" }],
        without: "there is no image to run",
      });
    return undefined;
  }
  const { aws } = context.environment;
  if (account !== aws.accountId || region !== aws.region) {
    ledger.ask(at, {
      id: "image",
      risk: "does not start",
      asks: `The image is in account ${account}, ${region}; the environment's are ${aws.accountId}, ${aws.region}, which mmrv images copies from. How does it get to the environment's registry?`,
      options: [{ answer: "accepted", means: "its pipeline pushes it there" }],
      without: "there is no image to run",
    });
    return undefined;
  }
  ledger.mapped(at, `aws.ecr.${context.application}, and image.digest by the pipeline`);
  return repository;
}

/** Where a sidecar's image is in the environment's registry: the repository's name, or the path of the image of others. */
export function sidecarRepository({ image }: Container): string {
  const own = ecrRepositoryOf(image);
  if (own !== undefined) return own;
  const path = image
    .toLowerCase()
    .replace(/@.*$/, "")
    .replace(/:[^/]*$/, "");
  const [first = "", ...rest] = path.split("/");
  const isHost = rest.length > 0 && /[.:]|^localhost$/.test(first);
  return `third-party/${isHost ? rest.join("/") : path}`;
}
