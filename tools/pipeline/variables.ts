import { awsRoleArn } from "../../model/aws-roles";
import type { Environment } from "../../model/environment";
import { refuseMarkersUnder } from "../../model/markers";
import { ecrHost, gitHubEnvironmentsOf, namesOf, stackName } from "../../model/naming";
import type { Lines } from "../github/protect";
import { ownedRepositoryOf } from "../github/trusted";
import { commandLine } from "../shell";
import type { Ids } from "../terraform/outputs";

/**
 * What must be known before a command can be written.
 * @throws UserError with every open question
 */
export function refuseOpenQuestions(environment: Environment): void {
  const { aws, images } = environment;
  const pushesToAws = images.from === "build" && aws.imagePush !== "none";
  refuseMarkersUnder(environment, ["gitHub", ...(pushesToAws ? ["aws.accountId", "aws.ecr"] : [])]);
}

/**
 * What the person who pastes the commands has to say first. Comments hold no quote, bracket or semicolon: a shell that
 * takes no comments when somebody types, such as zsh, would act on them.
 */
export function questionsOf({ name }: Environment): Lines {
  return [
    `# The GitHub environments come first: npx mmrv pipeline protect ${name}`,
    "# Log in with gh auth login as somebody who administers the repositories, and set a variable first:",
    "#   MMRV_APP_CLIENT_ID is the client id of the GitHub App that opens pull requests, docs/pipelines.md",
    "# The key of that app is the one secret, read from mmrv-app.private-key.pem. Nothing else here is secret.",
  ];
}

/**
 * What this program's own repository needs to plan, to deploy and to promote.
 * @param statesIn the type of `context.state` in cdktf.json
 */
export function infrastructureLines(environment: Environment, bootstrap: Ids, statesIn: string): Lines {
  const { aws, images, name } = environment;
  const place = placesIn(ownedRepositoryOf(environment, "infrastructure"));
  const { deploy, plan, promote } = gitHubEnvironmentsOf(environment);
  const login = (identity: "plan" | "deploy" | "promote") => ({
    AZURE_CLIENT_ID: bootstrap(`${name}-${identity}-client-id`),
    AZURE_TENANT_ID: bootstrap("tenant-id"),
    AZURE_SUBSCRIPTION_ID: bootstrap("subscription-id"),
  });
  const awsRole = (of: string, what: string) =>
    `# A role in AWS that ${what} is yours to make: ${place(of).set("AWS_ROLE_ARN", "arn:aws:iam::ACCOUNT:role/NAME")}`;
  const hcpToken = (of: string) =>
    statesIn === "hcp"
      ? [
          "# HCP Terraform keeps the states, and lets in who has a token of the team's. It asks for it:",
          `#   gh secret set TF_TOKEN_APP_TERRAFORM_IO ${place(of).where}`,
        ]
      : [];
  return [
    `# ${plan}: plans on pull requests and every night. Whatever runs in it can read the subscription and the states`,
    ...place(plan).setAll({ ...login("plan"), AWS_REGION: aws.region }),
    ...hcpToken(plan),
    awsRole(
      plan,
      `plans ${stackName(name, "aws-access")} and ${stackName(name, "cutover")}, the latter by route53:GetHostedZone and route53:ListResourceRecordSets, and may only read`,
    ),
    "",
    `# ${deploy}: deploys, from main, after an approval`,
    ...place(deploy).setAll({ ...login("deploy"), AWS_REGION: aws.region }),
    ...hcpToken(deploy),
    awsRole(
      deploy,
      `deploys ${stackName(name, "aws-access")}, so may write IAM, and that migrate.yml copies images and secrets with,`,
    ),
    ...(images.from === "promotion"
      ? [
          "",
          `# ${promote}: copies the images that ran in ${images.of}, from main, after an approval`,
          ...place(promote).setAll(login("promote")),
          ...place(promote).setApp(),
        ]
      : []),
  ];
}

/** What the applications' repositories need to push images, where they do. */
export function applicationLines(
  environment: Environment,
  { bootstrap, commit, infra }: { readonly bootstrap: Ids; readonly commit: string; readonly infra: Ids },
): Lines {
  const { deploy } = gitHubEnvironmentsOf(environment);
  return environment.applications
    .flatMap(({ from, name: application }) => {
      const repository = ownedRepositoryOf(environment, application);
      const { setAll, setApp, where } = placesIn(repository)(deploy);
      return [
        `# ${repository}, ${deploy}: pushes the images of the ${application}, from main`,
        ...setAll({
          AZURE_CLIENT_ID: infra(`${application}-push-client-id`),
          AZURE_TENANT_ID: bootstrap("tenant-id"),
          AZURE_SUBSCRIPTION_ID: bootstrap("subscription-id"),
          REGISTRY: namesOf(environment).registry,
          ...ecrVariables(environment, application),
        }),
        ...setApp(),
        ...(from === "amplify"
          ? [
              "# Next.js builds with a key. Set by hand the one that Amplify builds with:",
              `#   gh secret set NEXT_SERVER_ACTIONS_ENCRYPTION_KEY ${where}`,
            ]
          : []),
        "# and in its workflow, as in examples/workflows:",
        `#   uses: ${ownedRepositoryOf(environment, "infrastructure")}/.github/workflows/publish-image.yml@${commit}`,
        "",
      ];
    })
    .slice(0, -1);
}

/** The same build also goes to ECR while users are on both clouds. */
function ecrVariables(environment: Environment, application: string): Readonly<Record<string, string>> {
  const { aws } = environment;
  const from = aws.ecr[application];
  if (aws.imagePush === "none" || from === undefined) return {};
  return {
    AWS_ROLE_ARN: awsRoleArn(environment, namesOf(environment).awsPushRole(application)),
    AWS_REGION: aws.region,
    ECR_REPOSITORY: `${ecrHost(environment)}/${from.repository}`,
  };
}

/** The commands for the GitHub environments of one repository. */
function placesIn(repository: string) {
  return (environment: string) => {
    const where = ["--repo", repository, "--env", environment];
    const set = (name: string, value: string) => commandLine("gh", "variable", "set", name, ...where, "--body", value);
    return {
      where: commandLine(...where),
      set,
      setAll: (variables: Readonly<Record<string, string>>) =>
        Object.entries(variables).map(([name, value]) => set(name, value)),
      setApp: () => [
        // For the shell, so outside of quoted().
        `${commandLine("gh", "variable", "set", "MMRV_APP_CLIENT_ID", ...where, "--body")} "\${MMRV_APP_CLIENT_ID:?set it first}"`,
        `${commandLine("gh", "secret", "set", "MMRV_APP_PRIVATE_KEY", ...where)} < mmrv-app.private-key.pem`,
      ],
    };
  };
}
