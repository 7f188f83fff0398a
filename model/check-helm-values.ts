import { applicationNamesIn } from "./applications";
import type { Environment } from "./environment";
import { type HelmValues, type ReleaseValues, releasesOf } from "./helm-values";
import type { Values } from "./read-values";
import { overNodes, overQuota, type Tenants } from "./rules/capacity";
import { describeFileIssue, describeIssue, describeIssues, type Issue } from "./rules/issue";
import { PLATFORM_RULES } from "./rules/platform";
import { evaluateShape, type Shape } from "./rules/shape";
import { SERVER_RULES, WORKER_RULES, WORKLOAD_RULES } from "./rules/workload";
import type { Application } from "./schema/application";
import { type PlatformValues, platformSchema } from "./schema/platform";
import { type Workload, workerSchema, workloadSchema } from "./schema/workload";

/** An environment, and what of it values can be judged by. */
interface EvaluatedEnvironment {
  readonly settings: Environment;
  readonly shape: Pick<Shape, "isSound">;
}

/** What is wrong, in a file that several environments may share. */
interface Line {
  readonly environment: string;
  readonly file: string;
  /** Whether the file is that environment's own. */
  readonly isOwn: boolean;
  readonly text: string;
}

/**
 * Every issue of helm-values/, one a line, with the file to change.
 * @param known environments that have files too, and are not judged here
 */
export function helmValueIssues(
  environments: readonly EvaluatedEnvironment[],
  helmValues: HelmValues,
  known: readonly Pick<Environment, "name" | "applications">[],
): string[] {
  // With a name or a list of applications that is none, nobody knows which files are its.
  const named = environments.filter(({ shape }) => shape.isSound("name") && shape.isSound("applications"));
  const isComplete = named.length === environments.length;
  const all = [...known, ...named.map(({ settings }) => settings)];
  const applications = applicationNamesIn(all);
  const lines = named.flatMap((environment) =>
    releasesOf([environment.settings]).flatMap((release) =>
      linesOf(helmValues.of(release, environment.settings), release, environment, applications).map((line) => ({
        ...line,
        environment: environment.settings.name,
      })),
    ),
  );
  const strays = isComplete ? [...helmValues.strayFolders(all), ...helmValues.strayFiles(all)] : [];
  const room = lines.length > 0 ? [] : named.flatMap((environment) => roomLines(environment, helmValues));
  return [...strays.map(describeFileIssue), ...joined(lines, named.length), ...room];
}

/** What all releases of an environment ask for together; each by itself is good by now. */
function roomLines({ settings, shape }: EvaluatedEnvironment, helmValues: HelmValues): string[] {
  const valuesOf = (release: string) => helmValues.of(release, settings);
  const platform = valuesOf("platform");
  const tenants: Tenants = {
    applications: new Map(
      settings.applications.map(({ kind, name }) => {
        const workload = valuesOf(name).merged as unknown as Workload;
        return [name, { isWorker: kind === "worker", workload }];
      }),
    ),
    platform: platform.merged as unknown as PlatformValues,
  };
  return [
    ...overQuota(tenants).map((each) => describeIssue(`${fileOf(platform, each)} `, each)),
    ...(shape.isSound("nodePools") && shape.isSound("gitOps")
      ? overNodes(settings, tenants).map((each) => describeIssue(`${settings.name}.`, each))
      : []),
  ];
}

/** What is wrong in a file of all environments is said once, with those that it breaks when others bear it. */
function joined(lines: readonly Line[], all: number): string[] {
  const isSame = (one: Line) => (other: Line) => other.file === one.file && other.text === one.text;
  return lines
    .filter((line, index) => lines.findIndex(isSame(line)) === index)
    .map((line) => {
      const broken = lines.filter(isSame(line)).map(({ environment }) => environment);
      const which = line.isOwn || broken.length === all ? "" : ` (${broken.join(", ")})`;
      return `${line.file}${which}${line.text}`;
    });
}

function linesOf(
  values: ReleaseValues,
  release: string,
  environment: EvaluatedEnvironment,
  applications: readonly string[],
): Omit<Line, "environment">[] {
  // What cannot be read is no environment's more than another's.
  if (values.issues.length > 0)
    return values.issues.map((issue) => ({ file: "", text: describeFileIssue(issue), isOwn: true }));
  const own = values.layers.at(-1)?.file;
  const issues = contentIssues(release, environment, values.merged, applications);
  const files = [...new Set(issues.map((issue) => fileOf(values, issue)))];
  return files.flatMap((file) =>
    describeIssues(
      () => "",
      issues.filter((issue) => fileOf(values, issue) === file),
    ).map((text) => ({ file, text: ` ${text}`, isOwn: file === own })),
  );
}

function contentIssues(
  release: string,
  environment: EvaluatedEnvironment,
  merged: Values,
  applications: readonly string[],
): readonly Issue[] {
  const application = environment.settings.applications.find(({ name }) => name === release);
  if (application) return workloadIssues(merged, application, environment);
  if (release === "platform") return platformIssues(merged, applications);
  // A chart of others has a schema of its own, or none.
  return [];
}

function workloadIssues(merged: Values, application: Application, { settings, shape }: EvaluatedEnvironment): Issue[] {
  const { kind } = application;
  const { issues, isReadable, news } = evaluateShape(kind === "worker" ? workerSchema : workloadSchema, merged);
  const rules = [...WORKLOAD_RULES, ...(kind === "worker" ? WORKER_RULES : SERVER_RULES)].filter(
    ({ reads, readsOfEnvironment = [] }) => isReadable(reads) && readsOfEnvironment.every(shape.isSound),
  );
  return [
    ...issues,
    ...news(rules.flatMap((rule) => rule.issues(merged as unknown as Workload, settings, application))),
  ];
}

function platformIssues(merged: Values, applications: readonly string[]): Issue[] {
  const { issues, isReadable, news } = evaluateShape(platformSchema, merged);
  const rules = PLATFORM_RULES.filter(({ reads }) => isReadable(reads));
  return [...issues, ...news(rules.flatMap((rule) => rule.issues(merged as unknown as PlatformValues, applications)))];
}

/** Whether there is something at a path, whose keys may have dots of their own. */
function holds(values: unknown, path: string): boolean {
  if (typeof values !== "object" || values === null) return false;
  return Object.entries(values).some(
    ([key, inner]) => key === path || (path.startsWith(`${key}.`) && holds(inner, path.slice(key.length + 1))),
  );
}

/** The file that says it; where it is missing, the one that says what it is missing from, or that of all environments. */
function fileOf({ layers }: ReleaseValues, { path }: Issue): string {
  const [base, own] = layers;
  const says = (values: Values | undefined, at: string) => values !== undefined && holds(values, at);
  if (says(own?.values, path)) return own?.file ?? "helm-values";
  const parts = path.split(".");
  const around = parts.map((_, index) => parts.slice(0, parts.length - index).join("."));
  const nearest = around.find((at) => says(base?.values, at) || says(own?.values, at)) ?? "";
  return (says(own?.values, nearest) && !says(base?.values, nearest) ? own : base)?.file ?? "helm-values";
}
