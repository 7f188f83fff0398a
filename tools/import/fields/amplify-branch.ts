import { below, drops, type Fields, reads } from "../fields";

const RECORD = "names the branch on Amplify, and nothing of ours hangs on it";
const PIPELINE = "Amplify's own pipeline; ours builds once and opens a pull request (docs/pipelines.md)";
const CACHE = "how long Amplify's CDN keeps an answer; no CDN stands before the gateway";
const PREVIEWS = "previews of pull requests are not rebuilt here";

/** Branch of Amplify, as get-branch and list-branches answer: what became an environment. */
export const Branch: Fields = {
  ...below("", ["branchArn", "createTime", "description", "displayName", "stage", "tags{}", "updateTime"], {
    drops: RECORD,
  }),
  branchName: reads("which branch it was"),
  ...below("", ["activeJobId", "thumbnailUrl", "totalNumberOfJobs"], drops("tells of Amplify's deployments")),
  ...below("", ["enableAutoBuild", "enableNotification"], drops(PIPELINE)),
  "environmentVariables{}": reads("variables of this branch alone, which override the app's"),
  enableSkewProtection: reads("whether open tabs get files of their own build"),
  "customDomains[]": reads("hosts of this branch"),
  framework: drops("what Amplify took the application for"),
  ...below("", ["enablePerformanceMode", "ttl"], drops(CACHE)),
  ...below("", ["enableBasicAuth", "basicAuthCredentials"], reads("who may see the site")),
  buildSpec: reads("the build spec of this branch alone"),
  ...below("", ["associatedResources[]", "backend.stackArn", "backendEnvironmentArn"], reads("the Amplify backend")),
  ...below(
    "",
    ["destinationBranch", "enablePullRequestPreview", "pullRequestEnvironmentName", "sourceBranch"],
    drops(PREVIEWS),
  ),
  computeRoleArn: reads("what the application may do in AWS"),
};
