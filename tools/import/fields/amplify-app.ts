import { below, drops, type Fields, reads } from "../fields";

const RECORD = "names the app on Amplify, and nothing of ours hangs on it";
const PIPELINE = "Amplify's own pipeline; ours builds once and opens a pull request (docs/pipelines.md)";
const PREVIEWS = "branches that Amplify makes by itself are previews, and there are none here";
const HISTORY = "tells of Amplify's last deployment";

/** App of Amplify, as get-app and list-apps answer. */
export const App: Fields = {
  ...below("", ["appArn", "createTime", "description", "name", "tags{}", "updateTime", "webhookCreateTime"], {
    drops: RECORD,
  }),
  appId: reads("which app it was"),
  repository: drops("the environment names the application's repository (gitHub.applications)"),
  platform: reads("whether a server renders the pages"),
  computeRoleArn: reads("what the application may do in AWS"),
  iamServiceRoleArn: drops("what Amplify's builds may do in AWS; our builds have no AWS but to push"),
  "environmentVariables{}": reads("variables of the build, and whatever the build writes into .env files"),
  defaultDomain: drops("amplifyapp.com is Amplify's own name; it goes when the app goes"),
  ...below("", ["enableBranchAutoBuild", "enableBranchAutoDeletion", "repositoryCloneMethod"], drops(PIPELINE)),
  ...below("", ["enableBasicAuth", "basicAuthCredentials"], reads("who may see the site")),
  ...below("customRules[].", ["condition", "source", "status", "target"], reads("redirects and rewrites")),
  ...below("productionBranch.", ["lastDeployTime", "status", "thumbnailUrl"], drops(HISTORY)),
  "productionBranch.branchName": reads("the branch, when nobody names another"),
  buildSpec: reads("the build spec of the console"),
  customHeaders: reads("the headers of the console"),
  ...below("", ["autoBranchCreationPatterns[]", "enableAutoBranchCreation"], drops(PREVIEWS)),
  ...below(
    "autoBranchCreationConfig.",
    [
      "basicAuthCredentials",
      "buildSpec",
      "enableAutoBuild",
      "enableBasicAuth",
      "enablePerformanceMode",
      "enablePullRequestPreview",
      "environmentVariables{}",
      "framework",
      "pullRequestEnvironmentName",
      "stage",
    ],
    drops(PREVIEWS),
  ),
  "cacheConfig.type": drops("how Amplify's CDN tells answers apart; no CDN stands before the gateway"),
  ...below("wafConfiguration.", ["statusReason", "wafStatus", "webAclArn"], reads("the firewall before the site")),
  "jobConfig.buildComputeType": drops("the size of the machine that built; GitHub's runners build now"),
};
