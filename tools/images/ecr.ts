import { DescribeImagesCommand, ECRClient, GetAuthorizationTokenCommand, type ImageDetail } from "@aws-sdk/client-ecr";
import type { Environment } from "../../model/environment";
import { loginCommand } from "../aws/errors";
import { PATIENT } from "../aws/retry";
import type { Login } from "./logins";

type Account = Pick<Environment["aws"], "accountId" | "region">;

/** Config media types of what runs; a build cache or a chart has another. An index has none. */
const IMAGE_CONFIGS = ["application/vnd.docker.container.image.v1+json", "application/vnd.oci.image.config.v1+json"];

/** A signature that is kept under a tag: it travels with its image. */
const DIGEST_TAG = /^sha256-[0-9a-f]{64}/;

interface EcrImage {
  readonly tags: readonly string[];
  readonly digest: string;
}

/** @throws the SDK's error; `explainAws` says what it means */
export async function ecrLogin({ region }: Account, host: string): Promise<Login> {
  const { authorizationData } = await clientOf(region).send(new GetAuthorizationTokenCommand({}));
  const token = authorizationData?.[0]?.authorizationToken ?? "";
  const [user = "", password = ""] = Buffer.from(token, "base64").toString().split(":");
  return { host, user, password };
}

/**
 * The newest tagged images of a repository, newest first; how many older ones there are; and what is tagged there without being an image.
 * @throws the SDK's error; `explainAws` says what it means
 */
export async function newestImages(
  { accountId, region }: Account,
  { repository, newest }: { readonly repository: string; readonly newest: number },
): Promise<{ readonly images: readonly EcrImage[]; readonly others: readonly string[]; readonly older: number }> {
  const ecr = clientOf(region);
  const details: ImageDetail[] = [];
  let nextToken: string | undefined;
  do {
    const command = new DescribeImagesCommand({
      registryId: accountId,
      repositoryName: repository,
      filter: { tagStatus: "TAGGED" },
      nextToken,
    });
    const page = await ecr.send(command);
    details.push(...(page.imageDetails ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  const tagged = details
    .map((detail) => ({ ...detail, tags: (detail.imageTags ?? []).filter((tag) => !DIGEST_TAG.test(tag)).sort() }))
    .filter(({ tags }) => tags.length > 0);
  const isImage = ({ artifactMediaType: type }: ImageDetail) => type === undefined || IMAGE_CONFIGS.includes(type);
  const all = tagged.filter(isImage);
  const images = all
    .sort((one, other) => (other.imagePushedAt?.getTime() ?? 0) - (one.imagePushedAt?.getTime() ?? 0))
    .slice(0, newest)
    .map(({ imageDigest = "", tags }) => ({ digest: imageDigest, tags }));
  const others = tagged
    .filter((detail) => !isImage(detail))
    .flatMap(({ artifactMediaType, tags }) => tags.map((tag) => `${tag} (${artifactMediaType})`));
  return { images, others, older: all.length - images.length };
}

const clientOf = (region: string) => new ECRClient({ ...PATIENT, region });

const MEANINGS: readonly (readonly [RegExp, string])[] = [
  [
    /^RepositoryNotFound/,
    "no such repository in this account and region: aws ecr describe-repositories lists them; correct aws.ecr",
  ],
  [/AccessDenied|NotAuthorized/, "missing permission: the managed policy AmazonEC2ContainerRegistryReadOnly is enough"],
  [/Throttl|TooManyRequests/, `throttled ${PATIENT.maxAttempts} times in a row: wait a minute, then again`],
  [
    /Expired|UnrecognizedClient|Invalid(ClientToken|Signature)|CredentialsProvider|TokenProvider|MissingAuthentication/,
    `expired login: ${loginCommand()}`,
  ],
];

/** What an error of ECR's means, and what to do. */
export function explainAws(error: unknown): string {
  const { name, message } = error as Error;
  const [, why = "no answer, or not the expected one: again"] = MEANINGS.find(([says]) => says.test(name)) ?? [];
  return `${why} (${name}: ${message.replace(/\s+/g, " ")})`;
}
