import { UserError } from "../../../model/user-error";
import { At, isRecord } from "../at";
import { parseStrictly } from "../read-input";
import type { AmplifyInputs } from "./inputs";
import { parseNextConfig } from "./next-config-text";
import { parseYaml } from "./strict-yaml";

/** A file that somebody named, or what AWS answered under a name. */
export interface Named {
  readonly name: string;
  readonly text: string;
}

export interface AmplifyFiles {
  /** GetApp or ListApps. */
  readonly app?: Named;
  /** GetBranch or ListBranches. */
  readonly branch?: Named;
  /** ListDomainAssociations or GetDomainAssociation. */
  readonly domains?: Named;
  readonly buildSpec?: Named;
  readonly redirects?: Named;
  readonly headers?: Named;
  readonly nextConfig?: Named;
}

/** Which of several. */
export interface Wanted {
  /** Name or id. */
  readonly app?: string;
  readonly branch?: string;
}

const APP = "aws amplify get-app --app-id ID > app.json";
const BRANCH = "aws amplify get-branch --app-id ID --branch-name BRANCH > branch.json";
const DOMAINS = "aws amplify list-domain-associations --app-id ID > domains.json";
const REDIRECTS = "aws amplify get-app --app-id ID --query app.customRules > redirects.json";
const BUILD_SPEC = {
  is: "a build spec",
  has: ["applications", "backend", "frontend", "test"],
  by: "aws amplify get-app --app-id ID --query app.buildSpec --output text > amplify.yml",
};
const HEADERS = {
  is: "a file of headers",
  has: ["applications", "customHeaders"],
  by: "aws amplify get-app --app-id ID --query app.customHeaders --output text > customHttp.yml",
};

/**
 * Everything that was given, unwrapped, with the texts inside of it read as well.
 * @throws UserError for a file that is not what it should be, and for several apps or branches of which nobody named one
 */
export function readAmplify(files: AmplifyFiles, wanted: Wanted = {}): AmplifyInputs {
  const app = files.app && appIn(files.app, wanted.app);
  const branch = files.branch && branchIn(files.branch, wanted.branch);
  const { nextConfig, redirects } = files;
  return {
    ...(app && { app }),
    ...(branch && { branch }),
    domains: files.domains ? domainsIn(files.domains) : [],
    buildSpecs: [
      ...(files.buildSpec ? [buildSpec(files.buildSpec.name, files.buildSpec.text)] : []),
      ...textsAt(branch, "buildSpec", buildSpec),
      ...textsAt(app, "buildSpec", buildSpec),
    ],
    ...(redirects && { redirects: redirectsIn(redirects) }),
    headers: [
      ...(files.headers ? [headers(files.headers.name, files.headers.text)] : []),
      ...textsAt(app, "customHeaders", headers),
    ],
    ...(nextConfig && { nextConfig: parseNextConfig(nextConfig.name, nextConfig.text) }),
  };
}

const json = ({ name, text }: Named, is: string, by: string): unknown =>
  parseStrictly(text.replace(/^\uFEFF/, ""), name, { is, by });

const buildSpec = (name: string, text: string): At =>
  At.root({ name, shape: "amplify.BuildSpec" }, parseYaml(text, name, BUILD_SPEC));

const headers = (name: string, text: string): At =>
  At.root({ name, shape: "amplify.CustomHttp" }, parseYaml(text, name, HEADERS));

/** What stands as YAML inside an answer of AWS, under the name of both. */
function textsAt(at: At | undefined, member: string, read: (name: string, text: string) => At): At[] {
  const text = at?.at(member).text;
  const isEmpty = text === undefined || text.split("\n").every((line) => /^\s*(#.*)?$/.test(line));
  return at === undefined || isEmpty ? [] : [read(`${at.source.name}.${member}`, text)];
}

function appIn(file: Named, wanted: string | undefined): At {
  const apps = unwrapped(json(file, "an app of Amplify", APP), "app", "apps").filter(has("appId", "platform", "name"));
  const fits = apps.filter(({ appId, name }) => wanted === undefined || appId === wanted || name === wanted);
  const content = theOne(fits, apps, { file, what: "app", by: "name", next: APP, option: "--app", wanted });
  return At.root({ name: "app", shape: "amplify.App" }, content);
}

function branchIn(file: Named, wanted: string | undefined): At {
  const answer = json(file, "a branch of Amplify", BRANCH);
  const branches = unwrapped(answer, "branch", "branches").filter(has("branchName"));
  const fits = branches.filter(({ branchName }) => wanted === undefined || branchName === wanted);
  const by = { file, what: "branch", by: "branchName", next: BRANCH, option: "--branch", wanted };
  return At.root({ name: "branch", shape: "amplify.Branch" }, theOne(fits, branches, by));
}

function domainsIn(file: Named): At[] {
  const answer = json(file, "a list of domain associations", DOMAINS);
  const all = unwrapped(answer, "domainAssociation", "domainAssociations");
  if (!all.every(has("domainName")) || (all.length === 0 && !isList(answer, "domainAssociations")))
    throw new UserError(
      `${file.name}: this is not a list of domain associations; nothing was written\n  next: ${DOMAINS}`,
    );
  return all.map((content) =>
    At.root({ name: `domain ${String(content["domainName"])}`, shape: "amplify.DomainAssociation" }, content),
  );
}

function redirectsIn(file: Named): At {
  const answer = json(file, "a list of redirects", REDIRECTS);
  const rules = isRecord(answer) ? answer["customRules"] : answer;
  if (!Array.isArray(rules) || !rules.every((rule) => isRecord(rule) && has("source", "target")(rule)))
    throw new UserError(`${file.name}: this is not a list of redirects; nothing was written\n  next: ${REDIRECTS}`);
  return At.root({ name: "redirects", shape: "amplify.Redirects" }, rules);
}

type Content = Readonly<Record<string, unknown>>;

/** One, in its wrapper or without, or a list of several. */
function unwrapped(answer: unknown, one: string, several: string): Content[] {
  if (Array.isArray(answer)) return answer.filter(isRecord);
  if (!isRecord(answer)) return [];
  const list = answer[several];
  if (Array.isArray(list)) return list.filter(isRecord);
  const inside = answer[one];
  return [isRecord(inside) ? inside : answer];
}

const isList = (answer: unknown, name: string): boolean =>
  Array.isArray(answer) || (isRecord(answer) && Array.isArray(answer[name]));

const has =
  (...names: readonly string[]) =>
  (content: Content): boolean =>
    names.some((name) => Object.hasOwn(content, name));

interface Choice {
  readonly file: Named;
  readonly what: string;
  /** The member that people know it by. */
  readonly by: string;
  readonly next: string;
  readonly option: string;
  readonly wanted: string | undefined;
}

function theOne(fits: readonly Content[], all: readonly Content[], choice: Choice): Content {
  const { by, file, next, option, wanted, what } = choice;
  const [only, ...others] = fits;
  if (only !== undefined && others.length === 0) return only;
  if (all.length === 0)
    throw new UserError(`${file.name}: this is not ${article(what)} of Amplify; nothing was written\n  next: ${next}`);
  const names = all.map((content) => String(content[by])).join(", ");
  const got = wanted === undefined ? `holds ${names}, and nobody said which` : `holds ${names}, and no ${wanted}`;
  throw new UserError(`${file.name}: ${got}; nothing was written\n  next: say ${option} and one of them`);
}

const article = (what: string): string => (/^[aeiou]/.test(what) ? `an ${what}` : `a ${what}`);
