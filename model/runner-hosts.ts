import type { Environment } from "./environment";
import { ecrHost } from "./naming";
import type { ThirdParty } from "./third-party";

/**
 * What a runner inside the network calls besides Azure and Terraform, when a firewall stands in its way: AWS, images and
 * secrets that it copies from there, charts and images of others, and what says whose a signature is.
 */
export function runnerHosts(environment: Environment, thirdParty: ThirdParty): string[] {
  const { aws, images } = environment;
  const { region } = aws;
  return [
    "iam.amazonaws.com",
    `sts.${region}.amazonaws.com`,
    `secretsmanager.${region}.amazonaws.com`,
    `ssm.${region}.amazonaws.com`,
    // ECR's API, its registry, and its layers: docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html.
    `api.ecr.${region}.amazonaws.com`,
    ecrHost(environment),
    `prod-${region}-starport-layer-bucket.s3.${region}.amazonaws.com`,
    ...thirdParty.upstreamHosts(),
    // The registry that images are promoted from is another environment's, under a name that is not known here.
    ...(images.from === "promotion" ? ["*.azurecr.io", "tuf-repo-cdn.sigstore.dev", "rekor.sigstore.dev"] : []),
  ];
}
