import { basename } from "node:path";
import { UserError } from "../../../model/user-error";
import { awsLogin } from "../../aws/login";
import { complain } from "../../output";
import { findApplication, findEnvironment } from "../../program/find-environment";
import { commandLine } from "../../shell";
import { decisionsText, filesOf } from "../conclude";
import { answersIn } from "../decisions-file";
import { Faults } from "../faults";
import { readEcs } from "../live/ecs";
import { complainAbout } from "../live/gaps";
import { readJson, type Shown, textOf } from "../read-input";
import type { Report } from "../report";
import { TASK_DEFINITION } from "../task/unwrap";
import type { Answer, EcsAnswers } from "./answers";
import { importEcs } from "./import-ecs";

/** What tells of a service: paths of files with AWS's answers, or a cluster to ask. */
export interface EcsOptions {
  readonly taskDefinition?: string;
  readonly service?: { readonly file?: string; readonly name?: string };
  readonly targetGroup?: readonly string[];
  readonly loadBalancer?: readonly string[];
  readonly rules?: readonly string[];
  readonly scaling?: readonly string[];
  readonly schedules?: readonly string[];
  readonly rolePolicies?: readonly string[];
  readonly alarms?: readonly string[];
  readonly logGroups?: readonly string[];
  readonly zoneRecords?: readonly string[];
  readonly envFile?: readonly string[];
  readonly cluster?: string;
}

/** Any other answer of AWS. */
const ANSWER: Shown = { is: "what the AWS CLI prints", by: "the command that --help names, with --output json" };

/**
 * What a service on ECS becomes, as far as the decisions are answered.
 * @throws UserError with all that is wrong with what was typed, with the files, or with the answers
 */
export async function ecsReport(name: string, application: string, options: EcsOptions): Promise<Report> {
  const environment = findEnvironment(name);
  findApplication(environment, application);
  const of = { environment: environment.name, application };
  const asked = { environment, application, answers: answersIn(decisionsText(of), filesOf(of).decisions) };
  const { cluster, service } = options;
  const wanted = service?.name;
  if (cluster === undefined && wanted !== undefined && service?.file === undefined)
    throw new UserError(
      `--service ${wanted}: needs --cluster, or a file that has it\n  next: npx mmrv import ecs --help`,
    );
  if (cluster === undefined) return importEcs(fromFiles(options), { ...asked, service: wanted });
  if (options.taskDefinition !== undefined || service?.file !== undefined)
    throw new UserError("--cluster: AWS is asked, or files are read, not both");
  if (wanted === undefined)
    throw new UserError(
      `--cluster: needs --service NAME\n  next: ${commandLine("aws", "ecs", "list-services", "--cluster", cluster)}`,
    );
  complain(`reading ${wanted} in ${cluster}, as ${await awsLogin(environment)}`);
  const live = await readEcs(environment.aws.region, cluster, wanted);
  complainAbout(live.gaps);
  // They lie in S3, which is not read.
  return importEcs({ ...live, envFiles: envFilesOf(options) }, { ...asked, service: wanted, gaps: live.gaps });
}

/** Every file is read before one of them is refused. */
function fromFiles(options: EcsOptions): EcsAnswers {
  if (options.taskDefinition === undefined)
    throw new UserError(
      "--task-definition FILE is needed, or --cluster NAME with --service NAME\n  next: npx mmrv import ecs --help",
    );
  const faults = new Faults();
  const read = (paths: readonly string[], shown = ANSWER): Answer[] =>
    paths.flatMap((path) => faults.take([], () => [{ file: basename(path), content: readJson(path, shown) }]));
  const [taskDefinition] = read([options.taskDefinition], TASK_DEFINITION);
  const [service] = options.service?.file === undefined ? [] : read([options.service.file]);
  const around = {
    targetGroup: read(options.targetGroup ?? []),
    loadBalancer: read(options.loadBalancer ?? []),
    rules: read(options.rules ?? []),
    scaling: read(options.scaling ?? []),
    schedules: read(options.schedules ?? []),
    rolePolicies: read(options.rolePolicies ?? []),
    alarms: read(options.alarms ?? []),
    logGroups: read(options.logGroups ?? []),
    zoneRecords: read(options.zoneRecords ?? []),
  };
  faults.throwAll();
  if (taskDefinition === undefined) throw new Error("no task definition, and nothing is wrong with it");
  return { taskDefinition, ...(service && { service }), ...around, envFiles: envFilesOf(options), known: new Map() };
}

const envFilesOf = ({ envFile = [] }: EcsOptions): ReadonlyMap<string, string> =>
  new Map(envFile.map((path) => [basename(path), textOf(path)]));
