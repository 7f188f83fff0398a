import { applicationNames, webApplicationsOf } from "../../model/applications";
import { permissionsOf } from "../../model/aws-roles";
import type { Cutovers } from "../../model/cutover/files";
import { deliveryOf } from "../../model/delivery";
import { publicNamesOf } from "../../model/domains";
import type { Environment } from "../../model/environment";
import type { HelmValues } from "../../model/helm-values";
import { markersOf } from "../../model/markers";
import type { Application } from "../../model/schema/application";
import type { Workload } from "../../model/schema/workload";
import { bilingual, type Text, WORDS } from "./translations";

/** What says where an environment stands, beside its own file. */
export interface StandingFiles {
  readonly cutovers: Cutovers;
  readonly helmValues: HelmValues;
}

/** One AWS service that MMRV uses, and what becomes of it. */
export interface Service {
  readonly aws: Text;
  readonly azure: Text;
  /** The stack or command that does it. */
  readonly doneBy: Text;
  /** Where one environment stands, read from its file and its values. */
  readonly stands: (environment: Environment, files: StandingFiles) => Text;
}

/** Every AWS service in use, in the order in which it is moved. */
export const SERVICES: readonly Service[] = [
  {
    aws: bilingual("ECR", "ECR"),
    azure: bilingual("Container Registry", "Container Registry"),
    doneBy: bilingual(
      "`<env>-infra`; `npx mmrv images copy <env>`; builds: [pipelines.md](pipelines.md)",
      "`<env>-infra`; `npx mmrv images copy <env>`; compilaciones: [pipelines.md](pipelines.md)",
    ),
    stands: (environment) =>
      unless(environment, "aws.ecr", () =>
        environment.images.from === "promotion"
          ? WORDS.promotedFrom(environment.images.of)
          : WORDS.built(environment.aws.imagePush !== "none"),
      ),
  },
  {
    aws: bilingual("ECS, Fargate", "ECS, Fargate"),
    azure: bilingual(
      "AKS: Deployment, autoscaler, disruption budget",
      "AKS: Deployment, autoescalado, disruption budget",
    ),
    doneBy: bilingual(
      "`<env>-infra`, `<env>-<application>`; later Flux: [gitops.md](gitops.md)",
      "`<env>-infra`, `<env>-<application>`; después Flux: [gitops.md](gitops.md)",
    ),
    stands: releasesFrom("ecs"),
  },
  {
    aws: bilingual("Amplify", "Amplify"),
    azure: bilingual("AKS: Next.js standalone", "AKS: Next.js standalone"),
    doneBy: bilingual(
      "`<env>-<application>`; later Flux: [gitops.md](gitops.md)",
      "`<env>-<application>`; después Flux: [gitops.md](gitops.md)",
    ),
    stands: releasesFrom("amplify"),
  },
  {
    aws: bilingual("ECS consumers, scheduled tasks", "Consumidores y tareas programadas de ECS"),
    azure: bilingual("Deployment without a route, CronJob", "Deployment sin ruta, CronJob"),
    doneBy: bilingual(
      "`<env>-<application>`: `consumers`, `cronJobs`, `workers`",
      "`<env>-<application>`: `consumers`, `cronJobs`, `workers`",
    ),
    stands: (environment, { helmValues }) => {
      const jobs = environment.applications.map(({ name }) => {
        const { consumers, cronJobs, workers } = workloadOf(environment, helmValues, name);
        return { name, count: Object.keys(consumers).length + Object.keys(cronJobs).length, workers };
      });
      return WORDS.jobs(jobs.filter(({ count }) => count > 0));
    },
  },
  {
    aws: bilingual("Secrets Manager, SSM Parameter Store", "Secrets Manager, SSM Parameter Store"),
    azure: bilingual("Key Vault, one an application", "Key Vault, uno por aplicación"),
    doneBy: bilingual("`<env>-infra`; `npx mmrv secrets copy <env>`", "`<env>-infra`; `npx mmrv secrets copy <env>`"),
    stands: (environment) =>
      unless(environment, "aws.secrets", () => WORDS.secrets(Object.values(environment.aws.secrets).flat().length)),
  },
  {
    aws: bilingual("CloudWatch", "CloudWatch"),
    azure: bilingual(
      "Log Analytics, Prometheus, alerts, workbook",
      "Log Analytics, Prometheus, alertas, libro de trabajo",
    ),
    doneBy: bilingual(
      "`<env>-infra`; `<env>-platform` for the web's alerts, `<env>-gitops` for Flux's",
      "`<env>-infra`; `<env>-platform` para las alertas web, `<env>-gitops` para las de Flux",
    ),
    stands: ({ logs, prometheus }) => WORDS.logs(logs.retentionDays, prometheus),
  },
  {
    aws: bilingual("IAM task roles", "Roles de tarea de IAM"),
    azure: bilingual(
      "managed identity in Azure; in AWS a role by web identity",
      "identidad administrada en Azure; en AWS un rol por identidad web",
    ),
    doneBy: bilingual("`<env>-infra`, `<env>-aws-access`", "`<env>-infra`, `<env>-aws-access`"),
    stands: (environment) =>
      WORDS.roles(applicationNames(environment).filter((name) => permissionsOf(environment, name).length > 0)),
  },
  {
    aws: bilingual("IAM users and roles of pipelines", "Usuarios y roles de IAM de los pipelines"),
    azure: bilingual(
      "managed identities that trust GitHub's tokens",
      "identidades administradas que confían en los tokens de GitHub",
    ),
    doneBy: bilingual(
      "`bootstrap`, `<env>-infra`; `npx mmrv pipeline variables <env>`",
      "`bootstrap`, `<env>-infra`; `npx mmrv pipeline variables <env>`",
    ),
    stands: (environment) => unless(environment, "gitHub", () => WORDS.named),
  },
  {
    aws: bilingual("Application Load Balancer", "Application Load Balancer"),
    azure: bilingual("Envoy Gateway on an address of ours", "Envoy Gateway en una dirección nuestra"),
    doneBy: bilingual("`<env>-addons`, `<env>-platform`", "`<env>-addons`, `<env>-platform`"),
    stands: ({ egress }) => WORDS.gateway(egress.via === "firewall" && egress.routing === "active"),
  },
  {
    aws: bilingual("Route 53", "Route 53"),
    azure: bilingual("Route 53 stays; weights move users", "Route 53 se queda; los pesos mueven a los usuarios"),
    doneBy: bilingual(
      "`<env>-cutover`; `npx mmrv cutover next <env> <application>`: [cutover.md](cutover.md)",
      "`<env>-cutover`; `npx mmrv cutover next <env> <application>`: [cutover.md](cutover.md)",
    ),
    stands: (environment, { cutovers }) =>
      WORDS.cutover(
        webApplicationsOf(environment).map(({ name }) => [name, cutovers.of(environment).stageOf(name)] as const),
      ),
  },
  {
    aws: bilingual("Certificate Manager", "Certificate Manager"),
    azure: bilingual("cert-manager, Let's Encrypt", "cert-manager, Let's Encrypt"),
    doneBy: bilingual("`<env>-aws-access`, `<env>-platform`", "`<env>-aws-access`, `<env>-platform`"),
    stands: (environment) =>
      unless(environment, "domains", () =>
        WORDS.certificates(
          publicNamesOf(environment).map(({ host }) => host),
          environment.certificateAuthority,
        ),
      ),
  },
  {
    aws: bilingual("RDS", "RDS"),
    azure: bilingual("moved before: a database in Azure", "movida antes: una base de datos en Azure"),
    doneBy: bilingual("`<env>-infra`: [database.md](database.md)", "`<env>-infra`: [database.md](database.md)"),
    stands: (environment) => unless(environment, "database", () => WORDS.database(environment.database.via)),
  },
  {
    aws: bilingual("SQS, S3 and what else stays", "SQS, S3 y lo demás que se queda"),
    azure: bilingual("called from the pods, with the role above", "se llaman desde los pods, con el rol de arriba"),
    doneBy: bilingual("`aws.permissions`, `aws.endpoints`", "`aws.permissions`, `aws.endpoints`"),
    stands: ({ aws }) => WORDS.endpoints(aws.endpoints),
  },
];

/** What is said, once no value below a field is a marker any more. */
function unless(environment: Environment, field: string, say: () => Text): Text {
  const open = markersOf(environment).some(({ path }) => path.startsWith(`${environment.name}.${field}.`));
  return open ? WORDS.unknown(field) : say();
}

function workloadOf(environment: Environment, helmValues: HelmValues, application: string): Workload {
  return helmValues.of(application, environment).merged as Workload;
}

/** How far the applications are that something of AWS runs today. */
function releasesFrom(from: Application["from"]): Service["stands"] {
  return (environment, { cutovers, helmValues }) =>
    WORDS.releases(
      environment.applications
        .filter((application) => application.from === from)
        .map(({ kind, name }) => ({
          name,
          hasImage: workloadOf(environment, helmValues, name).image.digest !== undefined,
          delivery: deliveryOf(environment, name),
          ...(kind === "web" && { stage: cutovers.of(environment).stageOf(name) }),
        })),
    );
}
