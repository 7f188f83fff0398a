import type { Environment } from "../../../model/environment";
import { markersOf } from "../../../model/markers";
import type { AmplifyDraft, Build, BuildArgument, BuildSecret } from "./inputs";

/**
 * How build arguments reach the image: `publish-image.yml` takes them from the workflow of the application's repository, that
 * takes them from variables of the repository, and the Dockerfile names them. A secret is mounted, and named nowhere else.
 */
export function pipelineOf(
  build: Build,
  buildArguments: readonly BuildArgument[],
  environment: Environment,
  application: string,
): AmplifyDraft["pipeline"] {
  const names = buildArguments.map(({ name }) => name);
  const repository = repositoryOf(environment, application);
  const into = repository === undefined ? "" : ` --repo ${repository}`;
  const commands = buildArguments.flatMap(({ name, value }) =>
    value === undefined ? [] : [`gh variable set ${name}${into} --body ${quoted(value)}`],
  );
  return {
    dockerfile: [
      ...names.map((name) => `ARG ${name}\n`),
      ...mounted(build, "install", build.install.at(-1) ?? "npm ci"),
      ...mounted(build, "build", build.commands.at(-1) ?? "npm run build"),
    ].join(""),
    workflow: [
      "      build-args: |",
      "        COMMIT=${{ github.sha }}",
      ...names.map((name) => `        ${name}=\${{ vars.${name} }}`),
      "",
    ].join("\n"),
    commands: repository === undefined && commands.length > 0 ? [ANYWHERE, ...commands] : commands,
  };
}

const ANYWHERE =
  "# in a clone of the application's repository; anywhere else, add --repo OWNER/REPOSITORY to each of them";

/** Undefined as long as the environment has a marker for a part of it. */
function repositoryOf(environment: Environment, application: string): string | undefined {
  const { applications, owner } = environment.gitHub;
  const fields = [
    `${environment.name}.gitHub.owner`,
    `${environment.name}.gitHub.applications.${application}.repository`,
  ];
  const isOpen = markersOf(environment).some(({ path }) => fields.includes(path));
  return isOpen ? undefined : `${owner}/${applications[application]?.repository ?? application}`;
}

function mounted({ secrets }: Build, step: BuildSecret["neededBy"], command: string): string[] {
  const mounts = secrets.filter(({ neededBy }) => neededBy === step).map(({ name }) => mount(name));
  return mounts.length === 0 ? [] : [`RUN ${[...mounts, command].join(" \\\n    ")}\n`];
}

const mount = (name: string): string =>
  `--mount=type=secret,id=${name.toLowerCase().replaceAll("_", "-")},env=${name},required=true`;

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
