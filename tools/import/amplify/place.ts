import { UserError } from "../../../model/user-error";
import type { At } from "../at";
import type { AmplifyContext, AmplifyInputs } from "./inputs";

/**
 * The branch that became the environment: the one that somebody named, that of the file, the only one with a host, or the
 * app's production branch. Several with hosts are asked about.
 */
export function branchOf({ app, branch, domains }: AmplifyInputs, context: AmplifyContext): string | undefined {
  const named = context.branch ?? branch?.at("branchName").text;
  if (named !== undefined) return named;
  const places = domains.flatMap((domain) =>
    domain.at("subDomains").items.map((subDomain) => subDomain.at("subDomainSetting", "branchName")),
  );
  const names = [...new Set(places.flatMap(({ text }) => text ?? []))];
  if (names.length <= 1) return names[0] ?? app?.at("productionBranch", "branchName").text;
  return context.ledger.ask(places, {
    id: "branch",
    risk: "unreachable",
    asks: "Several branches answer at hosts of their own. Which of them became this environment?",
    options: names.map((name) => ({ answer: name, means: `the hosts and the variables of ${name}` })),
    without: "the hosts of all of them are taken",
  });
}

/** The folder of the application, where somebody or something names one. */
export function appRootOf({ app, branch, buildSpecs }: AmplifyInputs, { appRoot }: AmplifyContext): string | undefined {
  const variable = [branch, app]
    .flatMap((at) => at?.at("environmentVariables").entries ?? [])
    .find(([name]) => name === "AMPLIFY_MONOREPO_APP_ROOT");
  const roots = rootsIn(buildSpecs[0]);
  return appRoot ?? variable?.[1].text ?? (roots.length === 1 ? roots[0] : undefined);
}

const rootsIn = (file: At | undefined): string[] =>
  file?.at("applications").items.flatMap((application) => application.at("appRoot").text ?? []) ?? [];

/**
 * The application's part of a file that may list several.
 * @throws UserError when it lists several and nobody said which
 */
export function partOf(file: At, appRoot: string | undefined): At {
  const applications = file.at("applications").items;
  const [only, ...others] = applications;
  if (only === undefined) return file;
  const roots = rootsIn(file);
  const wanted = applications.find((application) => application.at("appRoot").text === appRoot);
  if (wanted) return wanted;
  if (others.length === 0 && (appRoot === undefined || only.at("appRoot").text === undefined)) return only;
  const got = appRoot === undefined ? "and nobody said which" : `and no ${appRoot}`;
  throw new UserError(
    `${file.source.name}: it has the applications ${roots.join(", ")}, ${got}; nothing was written\n  next: say --app-root and one of them`,
  );
}
