import type { Row } from "../../model/recovery/plan";
import { bilingual } from "../../model/text";
import { hours, minutes, nothing } from "../objective";

/** What no code makes again. */
export const DATA_ROWS: readonly Row[] = [
  {
    id: "database",
    asset: bilingual("The database, which others made and keep", "La base de datos, que otros crearon y mantienen"),
    covers: [
      { of: "foreign", type: "azurerm_postgresql_flexible_server" },
      { of: "foreign", type: "azurerm_mysql_flexible_server" },
    ],
    threat: bilingual(
      "rows are damaged or dropped, the server is deleted, the region is lost",
      "filas dañadas o borradas, el servidor borrado, la región perdida",
    ),
    protection: {
      what: bilingual(
        "its own: point-in-time restore for as many days as the server keeps backups; in another region only with geo-redundant backup (decided when it is made) or a replica. `npx mmrv doctor <env>` says what it has: it is somebody else's, so a finding and never a change",
        "la suya: restauración a un punto en el tiempo durante los días que el servidor guarde copias; en otra región solo con copia con redundancia geográfica (se decide al crearlo) o una réplica. `npx mmrv doctor <env>` dice lo que tiene: es de otro, así que un hallazgo y nunca un cambio",
      ),
      settings: [],
    },
    rpo: minutes(
      5,
      "typical of the service in the region; up to an hour from another",
      "típico del servicio en la región; hasta una hora desde otra",
    ),
    rto: hours(
      4,
      "a proposal, until the drill has measured it",
      "una propuesta, hasta que el simulacro lo haya medido",
    ),
    restore: {
      what: bilingual(
        "its owner restores to another server; then `database.server` in the environment, its address into the secret, new pods",
        "su dueño restaura en otro servidor; después `database.server` en el entorno, su dirección en el secreto, pods nuevos",
      ),
      commands: ["npx mmrv deploy <env>-infra", "npx mmrv secrets restart <env> <application>"],
      page: "database.md",
    },
    drill: "database",
    notProtected: bilingual(
      "what was written after the minute it is restored to; older than its retention; roles and passwords outside of it",
      "lo escrito después del minuto al que se restaura; lo anterior a su retención; roles y contraseñas fuera de ella",
    ),
  },
  {
    id: "registry",
    asset: bilingual("The registry, with every image and chart", "El registro, con cada imagen y chart"),
    covers: [{ of: "resource", stack: "infra", type: "azurerm_container_registry", name: "registry" }],
    threat: bilingual(
      "a digest is deleted, a tag overwritten; the registry is deleted; the region is lost",
      "un digest borrado, una etiqueta sobrescrita; el registro borrado; la región perdida",
    ),
    protection: {
      what: bilingual(
        "releases name digests, not tags; lock and `prevent_destroy`; no admin user; a replica where guarded, which also repeats deletions; the same digests in ECR, and in the other environment's registry",
        "las releases nombran digests, no etiquetas; lock y `prevent_destroy`; sin usuario administrador; una réplica donde hay guarda, que también repite los borrados; los mismos digests en ECR y en el registro del otro entorno",
      ),
      settings: [
        { stack: "infra", type: "azurerm_container_registry", name: "registry", path: "admin_enabled", is: false },
        {
          stack: "infra",
          type: "azurerm_container_registry",
          name: "registry",
          path: "retention_policy_in_days",
          is: 7,
          where: "guarded",
        },
        {
          stack: "infra",
          type: "azurerm_container_registry",
          name: "registry",
          path: "lifecycle.prevent_destroy",
          is: true,
          where: "guarded",
        },
        {
          stack: "infra",
          type: "azurerm_management_lock",
          name: "registry_lock_*",
          path: "lock_level",
          is: "CanNotDelete",
          where: "guarded",
        },
      ],
    },
    rpo: minutes(0, "what runs is somewhere else too", "lo que corre también está en otro sitio"),
    rto: hours(1, "copied again, digests unchanged", "se copia otra vez, con los mismos digests"),
    restore: {
      what: bilingual(
        "from ECR and the sources of others; production's from staging's; else built again, under another digest",
        "desde ECR y los orígenes de otros; lo de producción, desde staging; si no, se compila otra vez, con otro digest",
      ),
      commands: ["npx mmrv images copy <env>", "npx mmrv images promote"],
      page: "copying.md",
    },
    drill: "registry",
    notProtected: bilingual(
      "images that run nowhere and are in no other registry; ACR's own soft delete, which goes with neither replica nor retention",
      "imágenes que no corren en ningún sitio ni están en otro registro; la eliminación temporal de ACR, incompatible con réplica y retención",
    ),
  },
  {
    id: "audit-archive",
    asset: bilingual("The archive of audit logs", "El archivo de los registros de auditoría"),
    covers: [
      { of: "resource", stack: "infra", type: "azurerm_storage_account", name: "audit-archive" },
      { of: "resource", stack: "infra", type: "azurerm_storage_container", name: "audit-archive_*" },
    ],
    threat: bilingual(
      "deleted or altered by somebody who hides something",
      "borrado o alterado por alguien que oculta algo",
    ),
    protection: {
      what: bilingual(
        "immutable for as long as it is kept: what is there can be added to, and neither altered nor deleted; reachable from inside the network alone, no key; soft delete of seven days; `prevent_destroy`; copies in the paired region",
        "inmutable mientras se conserva: se puede añadir a lo que hay, pero no alterarlo ni borrarlo; solo accesible desde dentro de la red, sin claves; eliminación temporal de siete días; `prevent_destroy`; copias en la región emparejada",
      ),
      settings: archive(),
    },
    rpo: minutes(15, "what the copy in the paired region lacks", "lo que le falta a la copia de la región emparejada"),
    rto: nothing("nobody waits for it", "nadie lo espera"),
    restore: {
      what: bilingual(
        "what was deleted comes back for seven days; a deleted account for fourteen, in the portal. Then collecting goes on by a deployment",
        "lo borrado vuelve durante siete días; una cuenta borrada, durante catorce, en el portal. Después se sigue recogiendo con un despliegue",
      ),
      commands: ["npx mmrv deploy <env>-infra"],
      page: "security.md",
    },
    drill: {
      none: bilingual(
        "to delete audit logs for a try is what the archive is against",
        "borrar registros de auditoría como prueba es justo lo que el archivo impide",
      ),
    },
    notProtected: bilingual(
      "what is older than `logs.auditArchive.days`; staging, which has none; an owner of the subscription, who may take the policy away, because it is not locked (a lock could never be taken back)",
      "lo anterior a `logs.auditArchive.days`; staging, que no tiene; un propietario de la suscripción, que puede quitar la política porque no está bloqueada (un bloqueo nunca se podría quitar)",
    ),
  },
  {
    id: "logs",
    asset: bilingual("Logs and metrics: Log Analytics, Prometheus", "Registros y métricas: Log Analytics, Prometheus"),
    covers: [
      { of: "resource", stack: "infra", type: "azurerm_log_analytics_workspace", name: "logs" },
      { of: "resource", stack: "infra", type: "azurerm_monitor_workspace", name: "operations_metrics_*" },
    ],
    threat: bilingual("a workspace is deleted; the region is lost", "se borra un área de trabajo; se pierde la región"),
    protection: {
      what: bilingual(
        "a deleted Log Analytics workspace can be recovered for fourteen days, one of metrics not at all: that has `prevent_destroy` and the plan guard",
        "un área de Log Analytics borrada se puede recuperar durante catorce días, una de métricas no: esa tiene `prevent_destroy` y el plan guard",
      ),
      settings: [
        {
          stack: "infra",
          type: "azurerm_monitor_workspace",
          name: "operations_metrics_*",
          path: "lifecycle.prevent_destroy",
          is: true,
          where: "guarded",
        },
      ],
    },
    rpo: nothing("what was there is lost with its region", "lo que había se pierde con su región"),
    rto: hours(
      1,
      "alerts work again with the next deployment",
      "las alertas funcionan otra vez con el siguiente despliegue",
    ),
    restore: {
      what: bilingual(
        "`az monitor log-analytics workspace recover`; else a new one, which begins empty",
        "`az monitor log-analytics workspace recover`; si no, una nueva, que empieza vacía",
      ),
      commands: ["npx mmrv deploy <env>-infra"],
      page: "deploy.md",
    },
    drill: {
      none: bilingual(
        "nothing is read from it that could not be done without",
        "no se lee nada de ahí de lo que no se pueda prescindir",
      ),
    },
    notProtected: bilingual(
      "eighteen months of metrics; logs of the lost region",
      "dieciocho meses de métricas; los registros de la región perdida",
    ),
  },
];

function archive() {
  const at = { stack: "infra", type: "azurerm_storage_account", name: "audit-archive" } as const;
  const policy = {
    stack: "infra",
    type: "azurerm_storage_container_immutability_policy",
    name: "audit-archive_*",
  } as const;
  return [
    { ...at, path: "public_network_access_enabled", is: false },
    { ...at, path: "shared_access_key_enabled", is: false },
    { ...at, path: "blob_properties.delete_retention_policy.days", is: 7 },
    { ...at, path: "account_replication_type", is: "GZRS" },
    { ...policy, path: "protected_append_writes_enabled", is: true },
    { ...policy, path: "immutability_period_in_days", is: 30 },
    { ...at, path: "lifecycle.prevent_destroy", is: true, where: "guarded" },
  ] as const;
}
