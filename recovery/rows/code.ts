import type { Row } from "../../model/recovery/plan";
import { bilingual } from "../../model/text";
import { hours, minutes, nothing } from "../objective";

const STATE_KINDS = ["bootstrap", "infra", "aws-access", "addons", "platform", "application", "gitops", "cutover"];

/** What is in Git, and what remembers what was made of it. */
export const CODE_ROWS: readonly Row[] = [
  {
    id: "program",
    asset: bilingual(
      "This repository: the program, environments, values, what Flux reads, how far users have moved",
      "Este repositorio: el programa, los entornos, los valores, lo que lee Flux, hasta dónde se han movido los usuarios",
    ),
    covers: [{ of: "repository", name: "program" }],
    threat: bilingual(
      "GitHub is away, the account or the repository is lost, history is rewritten",
      "GitHub no responde, se pierde la cuenta o el repositorio, se reescribe la historia",
    ),
    protection: {
      what: bilingual(
        "every clone; rulesets that `npx mmrv pipeline protect` demands; Flux runs on with what it read last. A mirror with another provider is yours to keep",
        "cada clon; las reglas que exige `npx mmrv pipeline protect`; Flux sigue con lo último que leyó. Un espejo en otro proveedor queda a su cargo",
      ),
      settings: [],
    },
    rpo: minutes(0, "what was pushed is in every newer clone", "lo que se subió está en cada clon posterior"),
    rto: hours(
      4,
      "push a clone elsewhere, lead Flux and the pipelines there",
      "subir un clon a otro sitio, llevar allí a Flux y los pipelines",
    ),
    restore: {
      what: bilingual(
        "push a clone to the new home; `gitHub` in `environments/bootstrap.ts`, then what the pipelines and Flux trust",
        "suba un clon al nuevo sitio; `gitHub` en `environments/bootstrap.ts`, después lo que confían los pipelines y Flux",
      ),
      commands: [
        "npx mmrv deploy bootstrap",
        "npx mmrv pipeline protect <env>",
        "npx mmrv pipeline variables <env>",
        "npx mmrv deploy <env>-gitops",
      ],
      page: "pipelines.md",
    },
    drill: "repository",
    notProtected: bilingual(
      "pull requests, issues and runs of workflows; branches that nobody has pushed",
      "pull requests, issues y ejecuciones de workflows; ramas que nadie ha subido",
    ),
  },
  {
    id: "application-repositories",
    asset: bilingual("The applications' repositories", "Los repositorios de las aplicaciones"),
    covers: [{ of: "repository", name: "applications" }],
    threat: bilingual("as above", "como arriba"),
    protection: {
      what: bilingual(
        "every clone. What runs needs none of them: images are in the registry, under their digest",
        "cada clon. Lo que corre no los necesita: las imágenes están en el registro, por su digest",
      ),
      settings: [],
    },
    rpo: minutes(0, "what was pushed is in every newer clone", "lo que se subió está en cada clon posterior"),
    rto: hours(
      8,
      "nothing new is built until then; what runs, runs",
      "hasta entonces no se compila nada nuevo; lo que corre sigue corriendo",
    ),
    restore: {
      what: bilingual(
        "push a clone; name the new repository in `environments/`, so that its tokens are trusted",
        "suba un clon; nombre el nuevo repositorio en `environments/`, para que se confíe en sus tokens",
      ),
      commands: ["npx mmrv deploy <env>-infra", "npx mmrv pipeline variables <env>"],
      page: "pipelines.md",
    },
    drill: "repository",
    notProtected: bilingual("as above", "como arriba"),
  },
  {
    id: "states",
    asset: bilingual("Terraform's states", "Los estados de Terraform"),
    covers: [
      ...STATE_KINDS.map((stack) => ({ of: "state", stack }) as const),
      { of: "resource", stack: "bootstrap", type: "azurerm_storage_account", name: "states" },
      { of: "resource", stack: "bootstrap", type: "azurerm_storage_container", name: "states_container-*" },
      { of: "resource", stack: "bootstrap", type: "azurerm_storage_account", name: "*-states" },
      { of: "resource", stack: "bootstrap", type: "azurerm_storage_container", name: "*-states_container-*" },
      { of: "resource", stack: "bootstrap", type: "azurerm_storage_account", name: "state-copy" },
      { of: "resource", stack: "bootstrap", type: "azurerm_storage_container", name: "state-copy_container*" },
    ],
    threat: bilingual(
      "a state is deleted, overwritten by an older one, or left locked; its region is lost",
      "un estado se borra, se sobrescribe con uno más viejo o queda bloqueado; se pierde su región",
    ),
    protection: {
      what: bilingual(
        "every write is a version; soft delete of blobs and containers; Entra alone, no key; lock and `prevent_destroy`; copies in the paired region (`state.replication`); every night a version in an account of another region, which nobody can delete before its time (`state.copy`). HCP Terraform keeps versions of its own, and is copied too",
        "cada escritura es una versión; eliminación temporal de blobs y contenedores; solo Entra, sin claves; lock y `prevent_destroy`; copias en la región emparejada (`state.replication`); cada noche, una versión en una cuenta de otra región que nadie puede borrar antes de tiempo (`state.copy`). HCP Terraform guarda sus propias versiones, y también se copia",
      ),
      settings: [
        of("blob_properties.versioning_enabled", true),
        of("blob_properties.delete_retention_policy.days", 7),
        of("blob_properties.container_delete_retention_policy.days", 7),
        of("shared_access_key_enabled", false),
        of("infrastructure_encryption_enabled", true),
        { ...of("account_replication_type", "GZRS"), where: "guarded" },
        { ...of("lifecycle.prevent_destroy", true), where: "guarded" },
        {
          stack: "bootstrap",
          type: "azurerm_management_lock",
          name: "states_lock_*",
          path: "lock_level",
          is: "CanNotDelete",
          where: "guarded",
        },
        ofTheCopy("blob_properties.versioning_enabled", true),
        ofTheCopy("immutability_policy.period_since_creation_in_days", 7),
        ofTheCopy("shared_access_key_enabled", false),
      ],
    },
    rpo: minutes(
      0,
      "every write is kept; 15 minutes when the region is lost, a day when the account is",
      "se guarda cada escritura; 15 minutos si se pierde la región, un día si se pierde la cuenta",
    ),
    rto: minutes(30, "a version; hours when it must be imported", "una versión; horas si hay que importarlo"),
    restore: {
      what: bilingual(
        "make a good version the state again, from the account or from the copy; without any, import all that is there",
        "vuelva a poner una versión buena, de la cuenta o de la copia; si no hay ninguna, importe todo lo que existe",
      ),
      commands: [
        "npx mmrv state list <stack>",
        "npx mmrv state restore <stack> --version VERSION",
        "npx mmrv state rebuild <stack>",
        "npx mmrv plan <stack>",
      ],
      page: "states.md",
    },
    drill: "state",
    notProtected: bilingual(
      "a local state (`context.state`: `local`), which is on one machine",
      "un estado local (`context.state`: `local`), que está en una sola máquina",
    ),
  },
  {
    id: "dns",
    asset: bilingual(
      "DNS: the records that move users, and the private zones of endpoints",
      "DNS: los registros que mueven a los usuarios y las zonas privadas de los endpoints",
    ),
    covers: [
      { of: "resource", stack: "cutover", type: "aws_route53_record", name: "*" },
      { of: "resource", stack: "infra", type: "azurerm_private_dns_zone", name: "*private-endpoints_*" },
    ],
    threat: bilingual(
      "a record is changed or deleted by hand, a step was wrong",
      "un registro se cambia o se borra a mano, un paso fue erróneo",
    ),
    protection: {
      what: bilingual(
        "`cutover/<env>.yaml` has every record as it was found and as it is; `prevent_destroy`; the calls that send users back are committed, for the AWS CLI alone. Private records are made with their endpoint",
        "`cutover/<env>.yaml` tiene cada registro como se encontró y como está; `prevent_destroy`; las llamadas que devuelven a los usuarios están en Git, solo con la AWS CLI. Los registros privados se crean con su endpoint",
      ),
      settings: [
        { stack: "cutover", type: "aws_route53_record", name: "*", path: "lifecycle.prevent_destroy", is: true },
      ],
    },
    rpo: minutes(0, "in Git", "en Git"),
    rto: minutes(15, "the call, and the TTL of 60 s", "la llamada y el TTL de 60 s"),
    restore: {
      what: bilingual(
        "back to AWS at once; else what differs, and a deployment",
        "de vuelta a AWS enseguida; si no, lo que difiere y un despliegue",
      ),
      commands: [
        "npx mmrv cutover back <env> --now",
        "npx mmrv cutover status <env>",
        "npx mmrv deploy <env>-cutover",
        "npx mmrv deploy <env>-infra",
      ],
      page: "cutover.md",
    },
    drill: {
      none: bilingual(
        "`npx mmrv cutover prove <env>` walks every stage and back on names of its own, before each cutover",
        "`npx mmrv cutover prove <env>` recorre cada etapa y vuelve, con nombres propios, antes de cada traslado",
      ),
    },
    notProtected: bilingual(
      "the zone itself and its other records, which are others'; a record after it was `retired`",
      "la zona misma y sus otros registros, que son de otros; un registro después de `retired`",
    ),
  },
  {
    id: "region",
    asset: bilingual(
      "A region of Azure, with everything of an environment in it",
      "Una región de Azure, con todo lo de un entorno en ella",
    ),
    covers: [],
    threat: bilingual(
      "the region is away for longer than users can wait",
      "la región no responde por más tiempo del que los usuarios pueden esperar",
    ),
    protection: {
      what: bilingual(
        "everything is code and names; states and audit archive are copied to the paired region, images to the replica of the registry (`registry.replica`); three zones before that",
        "todo es código y nombres; los estados y el archivo de auditoría se copian a la región emparejada, las imágenes a la réplica del registro (`registry.replica`); antes de eso, tres zonas",
      ),
      settings: [
        {
          stack: "infra",
          type: "azurerm_kubernetes_cluster",
          name: "cluster",
          path: "sku_tier",
          is: "Standard",
          where: "guarded",
        },
      ],
    },
    rpo: nothing("that of each thing below; the database's own", "el de cada cosa de abajo; el de la base de datos"),
    rto: hours(4, "a proposal: built from nothing, then DNS", "una propuesta: se construye desde cero, después DNS"),
    restore: {
      what: bilingual(
        "while users can still be served by AWS: back there. Else the same classes in the paired region, then secrets, releases, DNS",
        "mientras AWS aún pueda atender a los usuarios: de vuelta allí. Si no, las mismas clases en la región emparejada, después secretos, releases, DNS",
      ),
      commands: ["npx mmrv cutover back <env> --now"],
      page: "extend.md",
    },
    drill: "region",
    notProtected: bilingual(
      "logs and metrics of that region; what others have there",
      "los registros y métricas de esa región; lo que otros tengan allí",
    ),
  },
];

function of<T extends boolean | number | string>(path: string, is: T) {
  return { stack: "bootstrap", type: "azurerm_storage_account", name: "states", path, is } as const;
}

function ofTheCopy<T extends boolean | number | string>(path: string, is: T) {
  return { stack: "bootstrap", type: "azurerm_storage_account", name: "state-copy", path, is } as const;
}
