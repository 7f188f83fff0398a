import type { At } from "../at";
import type { Ledger } from "../ledger";
import { ACCEPTED } from "../question";
import { askAboutBackend } from "./backend";
import type { AmplifyInputs } from "./inputs";
import { askAboutServer } from "./static-site";

/** What app and branch say besides variables, rules, headers and hosts. */
export function convertSettings({ app, branch, buildSpecs }: AmplifyInputs, ledger: Ledger): void {
  const both = [app, branch].filter((at) => at !== undefined);
  if (app) accountFor(app, ledger);
  if (branch) {
    ledger.mapped(branch.at("branchName"), "the branch of this environment");
    askAboutSkew(branch.at("enableSkewProtection"), ledger);
    const backends = ["backend", "backendEnvironmentArn", "associatedResources"].map((name) => branch.at(name));
    const there = backends.filter(({ isThere }) => isThere);
    if (there.length > 0) askAboutBackend(there, ledger);
  }
  askAboutVisitors(both, ledger);
  askAboutRole(both, ledger);
  for (const at of both) {
    const buildSpec = at.at("buildSpec");
    if (buildSpec.isThere) ledger.mapped(buildSpec, `read as ${at.source.name}.buildSpec`);
  }
  if (app && buildSpecs.length === 0)
    ledger.defaulted(app.at("buildSpec"), "npm ci, npm run build", "without a build spec Amplify takes what it finds");
}

function accountFor(app: At, ledger: Ledger): void {
  ledger.mapped(app.at("appId"), "the report's header");
  const production = app.at("productionBranch", "branchName");
  if (production.isThere) ledger.mapped(production, "the branch, when nobody names another");
  const headers = app.at("customHeaders");
  if (headers.isThere) ledger.mapped(headers, "read as app.customHeaders");
  else if (headers.textOrEmpty === undefined) ledger.dropped(headers, "the console adds no headers to answers");
  const platform = app.at("platform");
  if (platform.text === "WEB") askAboutServer(platform, ledger);
  else ledger.mapped(platform, "a server renders the pages: the chart's pods");
  const firewall = app.at("wafConfiguration");
  if (firewall.isThere) askAboutFirewall(firewall, ledger);
  else ledger.dropped(firewall, "no web application firewall stood before the site, and none does here");
}

function askAboutFirewall(at: At, ledger: Ledger): void {
  ledger.ask(at, {
    id: "waf",
    risk: "access lost",
    asks: "A web application firewall stands before the site on AWS, and none before the gateway. Which of its rules does the site live by (aws wafv2 get-web-acl: rates, addresses, countries, managed rules)?",
    options: [
      { answer: "elsewhere", means: "what it guarded against is guarded elsewhere" },
      { answer: "not-needed", means: "none of its rules is needed" },
    ],
    without: "whatever it kept out gets in",
  });
}

function askAboutSkew(at: At, ledger: Ledger): void {
  if (at.boolean !== true) ledger.dropped(at, "it was off: nothing changes for tabs that are open over a release");
  else
    ledger.ask(at, {
      id: "skew-protection",
      risk: "unreachable",
      asks: "Amplify gives an open tab the files of its own build (skew protection). Here deploymentId does what can be done: the tab reloads. Both sides must say the same one. Does next.config say deploymentId, and does Amplify build with it?",
      options: [
        { answer: "deployment-id", means: "both sides build with the commit as deploymentId (examples/frontend)" },
        ACCEPTED,
      ],
      without: "tabs that were open over a release ask for files that are gone",
    });
}

function askAboutVisitors(both: readonly At[], ledger: Ledger): void {
  const guarded = both.filter((at) => at.at("enableBasicAuth").boolean === true);
  for (const at of both.filter((one) => !guarded.includes(one)))
    for (const name of ["enableBasicAuth", "basicAuthCredentials"])
      if (at.at(name).isThere) ledger.dropped(at.at(name), "no login was asked for");
  if (guarded.length === 0) return;
  ledger.ask(
    guarded.flatMap((at) => [at.at("enableBasicAuth"), at.at("basicAuthCredentials")]).filter(({ isThere }) => isThere),
    {
      id: "basic-auth",
      risk: "access lost",
      asks: "Amplify asks visitors for a name and a password before it shows the site; the gateway does not, and the site becomes public. Who may see it?",
      options: [
        { answer: "public", means: "everybody" },
        { answer: "guarded", means: "the application asks by itself, in its proxy or middleware, before it moves" },
      ],
      without: "everybody sees it",
    },
  );
}

function askAboutRole(both: readonly At[], ledger: Ledger): void {
  const roles = both.map((at) => at.at("computeRoleArn"));
  const there = roles.filter(({ isThere }) => isThere);
  if (there.length === 0)
    for (const role of roles) ledger.dropped(role, "the application had no role of AWS, and gets none");
  else
    ledger.ask(there, {
      id: "compute-role",
      risk: "access lost",
      asks: "The application calls AWS with the rights of a role. Which are they (aws iam list-role-policies, list-attached-role-policies)? aws.permissions of the environment takes the statements.",
      options: [
        { answer: "permissions", means: "aws.permissions has its statements" },
        { answer: "unused", means: "the application calls nothing of AWS" },
      ],
      without: "the pods have no rights in AWS",
    });
}
