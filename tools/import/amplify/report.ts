import { basename } from "node:path";
import { UserError } from "../../../model/user-error";
import { awsLogin } from "../../aws/login";
import { complain } from "../../output";
import { findApplication, findEnvironment } from "../../program/find-environment";
import { decisionsText, filesOf } from "../conclude";
import { answersIn } from "../decisions-file";
import { Faults } from "../faults";
import { TABLES } from "../fields/all";
import { Ledger } from "../ledger";
import { readApp } from "../live/amplify";
import type { Gap } from "../live/calls";
import { askAboutGaps, complainAbout } from "../live/gaps";
import { textOf } from "../read-input";
import type { Report } from "../report";
import { convertAmplify } from "./convert";
import type { AmplifyDraft } from "./inputs";
import { type AmplifyFiles, readAmplify } from "./read";

/** What is a file, or the name of one of several in it. */
type FileOrName = { readonly file: string } | { readonly name: string };

/** What tells of an app: paths of files, or an id to ask AWS about. */
export interface AmplifyOptions {
  readonly app?: FileOrName;
  readonly branch?: FileOrName;
  readonly domains?: string;
  readonly buildSpec?: string;
  readonly redirects?: string;
  readonly headers?: string;
  readonly nextConfig?: string;
  readonly appRoot?: string;
  readonly appId?: string;
}

/**
 * What an app on Amplify becomes, as far as the decisions are answered.
 * @throws UserError with what is wrong with what was typed, with a file, or with the answers
 */
export async function amplifyReport(name: string, application: string, options: AmplifyOptions): Promise<Report> {
  const environment = findEnvironment(name);
  findApplication(environment, application);
  const of = { environment: environment.name, application };
  const { decisions } = filesOf(of);
  const ledger = new Ledger(TABLES, answersIn(decisionsText(of), decisions));
  const { files, gaps } = await filesFrom(options, environment);
  const branch = nameIn(options.branch);
  const inputs = readAmplify(files, { ...wanted("app", nameIn(options.app)), ...wanted("branch", branch) });
  const context = {
    environment,
    application,
    ledger,
    ...wanted("branch", branch),
    ...wanted("appRoot", options.appRoot),
  };
  const draft = convertAmplify(inputs, context);
  askAboutGaps(gaps, ledger);
  const rows = ledger.settle();
  if (ledger.faults.length > 0) throw new UserError(`${decisions}:\n${ledger.faults.join("\n")}`);
  const from = [inputs.app?.at("appArn").text ?? inputs.app?.at("name").text, draft.branch].flatMap((one) => one ?? []);
  return {
    is: "amplify",
    ...of,
    from,
    rows,
    decisions: ledger.decisions(),
    notes: ledger.notes,
    draft,
    more: moreOf(draft),
  };
}

const nameIn = (given: FileOrName | undefined): string | undefined =>
  given !== undefined && "name" in given ? given.name : undefined;

const wanted = <K extends string>(key: K, value: string | undefined): Partial<Record<K, string>> =>
  (value === undefined ? {} : { [key]: value }) as Partial<Record<K, string>>;

async function filesFrom(
  options: AmplifyOptions,
  environment: Parameters<typeof awsLogin>[0],
): Promise<{ files: AmplifyFiles; gaps: readonly Gap[] }> {
  const files = given(options);
  if (options.appId === undefined) {
    if (Object.keys(files).length > 0) return { files, gaps: [] };
    throw new UserError(
      "--app FILE, --build-spec FILE or another, or --app-id ID\n  next: npx mmrv import amplify --help",
    );
  }
  if (files.app !== undefined) throw new UserError("--app-id: AWS is asked, or --app is read, not both");
  complain(`reading ${options.appId}, as ${await awsLogin(environment)}`);
  const live = await readApp(environment.aws.region, options.appId);
  complainAbout(live.gaps);
  // What lies in the repository only files tell.
  return { files: { ...live.files, ...files }, gaps: live.gaps };
}

/** Every file is read before one of them is refused. */
function given({ app, branch, buildSpec, domains, headers, nextConfig, redirects }: AmplifyOptions): AmplifyFiles {
  const fileOf = (one: FileOrName | undefined) => (one !== undefined && "file" in one ? one.file : undefined);
  const paths = { app: fileOf(app), branch: fileOf(branch), domains, buildSpec, redirects, headers, nextConfig };
  const faults = new Faults();
  const read = Object.entries(paths).flatMap(([key, path]) =>
    path === undefined ? [] : faults.take([], () => [[key, { name: basename(path), text: textOf(path) }] as const]),
  );
  faults.throwAll();
  return Object.fromEntries(read);
}

/** What is for other files than ours: each with its title, and without an end of line behind its last line. */
export function moreOf(draft: AmplifyDraft): [string, string][] {
  const { baked, build, byHand, domain, egressHosts, ignored, nextConfig, pipeline } = draft;
  const lists: [string, readonly string[]][] = [
    ["next.config already says, so compare (it is never edited)", nextConfig.overlaps],
    ["Was written into .env files, and so into what was built: now variables or secrets at run time", baked],
    ["Had no effect on Amplify, and has none here", ignored],
    ["Only Amplify has these values: into the vault by hand", byHand.map(({ env, name }) => `${env}: ${name}`)],
    ["Hosts for the firewall, besides aws.endpoints", egressHosts],
    ["The image is built by", [...build.install, ...build.commands]],
    ["To type", pipeline.commands],
  ];
  const texts: [string, string][] = [
    ["Into the object that next.config exports", nextConfig.fragment],
    ["Into the application's Dockerfile", pipeline.dockerfile],
    ["Into the application's workflow", pipeline.workflow],
    ["domains in the environment's file", domain === undefined ? "" : JSON.stringify(domain, null, 2)],
    ...lists.map(([title, lines]): [string, string] => [title, lines.join("\n")]),
  ];
  return texts
    .map(([title, text]): [string, string] => [title, text.replace(/\n+$/, "")])
    .filter(([, text]) => text !== "");
}
