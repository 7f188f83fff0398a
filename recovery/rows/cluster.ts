import type { Row } from "../../model/recovery/plan";
import { bilingual } from "../../model/text";
import { hours, minutes } from "../objective";

/** What runs, and what it is reached at. */
export const CLUSTER_ROWS: readonly Row[] = [
  {
    id: "releases",
    asset: bilingual("Releases: applications, platform, add-ons", "Releases: aplicaciones, plataforma, complementos"),
    covers: [
      { of: "resource", stack: "addons", type: "helm_release", name: "*" },
      { of: "resource", stack: "platform", type: "helm_release", name: "release" },
      { of: "resource", stack: "application", type: "helm_release", name: "release" },
    ],
    threat: bilingual(
      "a bad release, an object or the namespace deleted",
      "una release mala, un objeto o el namespace borrado",
    ),
    protection: {
      what: bilingual(
        "charts, values and digests in Git; a release that does not become ready is rolled back; Helm's history; Flux puts back what was changed by hand",
        "charts, valores y digests en Git; una release que no llega a estar lista se revierte; el historial de Helm; Flux repone lo que se cambió a mano",
      ),
      settings: [
        { stack: "application", type: "helm_release", name: "release", path: "atomic", is: true },
        { stack: "platform", type: "helm_release", name: "release", path: "atomic", is: true },
      ],
    },
    rpo: minutes(0, "in Git", "en Git"),
    rto: minutes(30, "a deployment; a rollback is a minute", "un despliegue; una reversión tarda un minuto"),
    restore: {
      what: bilingual(
        "the digest before, and deploy; with Flux the commit before; what was deleted comes back with the next deployment",
        "el digest anterior y despliegue; con Flux, el commit anterior; lo borrado vuelve con el siguiente despliegue",
      ),
      commands: [
        "npx mmrv deploy <env>-addons",
        "npx mmrv deploy <env>-platform",
        "npx mmrv deploy <env>-<application>",
        "npx mmrv gitops history <env>",
      ],
      page: "workloads.md",
    },
    drill: "cluster",
    notProtected: bilingual(
      "what a migration of the schema did: it may only add; cron jobs that were due meanwhile",
      "lo que hizo una migración del esquema: solo puede añadir; los cron jobs que tocaban mientras tanto",
    ),
  },
  {
    id: "cluster",
    asset: bilingual("The cluster, with what AKS keeps in it", "El clúster, con lo que AKS guarda en él"),
    covers: [{ of: "resource", stack: "infra", type: "azurerm_kubernetes_cluster", name: "cluster" }],
    threat: bilingual(
      "deleted, an upgrade that fails, its etcd damaged",
      "borrado, una actualización que falla, su etcd dañado",
    ),
    protection: {
      what: bilingual(
        "backup: none. Every object is in Git or made from it, no volume claims exist (the chart refuses them), and a backup by azurerm would stay in the region. `prevent_destroy` and the plan guard; AKS keeps etcd in three zones",
        "copia de seguridad: ninguna. Cada objeto está en Git o se hace a partir de él, no hay volume claims (el chart los rechaza) y una copia por azurerm se quedaría en la región. `prevent_destroy` y el plan guard; AKS guarda etcd en tres zonas",
      ),
      settings: [
        {
          stack: "infra",
          type: "azurerm_kubernetes_cluster",
          name: "cluster",
          path: "lifecycle.prevent_destroy",
          is: true,
          where: "guarded",
        },
      ],
    },
    rpo: minutes(0, "it holds nothing that is only there", "no guarda nada que solo esté allí"),
    rto: hours(2, "the cluster half an hour, then every release", "el clúster media hora, después cada release"),
    restore: {
      what: bilingual(
        "deploy in the order of the phases. A new cluster is another OIDC issuer: `aws-access` before the applications",
        "despliegue en el orden de las fases. Un clúster nuevo es otro emisor OIDC: `aws-access` antes que las aplicaciones",
      ),
      commands: [
        "npx mmrv deploy <env>-infra",
        "npx mmrv deploy <env>-aws-access",
        "npx mmrv deploy <env>-addons",
        "npx mmrv deploy <env>-platform",
        "npx mmrv deploy <env>-<application>",
      ],
      page: "deploy.md",
    },
    drill: "cluster",
    notProtected: bilingual(
      "objects that somebody made by hand; files in `volumes`, which end with their pod; requests under way",
      "objetos que alguien creó a mano; archivos en `volumes`, que terminan con su pod; peticiones en curso",
    ),
  },
  {
    id: "addresses",
    asset: bilingual(
      "The public addresses: gateway, egress, firewall, runner",
      "Las direcciones públicas: gateway, salida, firewall, runner",
    ),
    covers: [{ of: "resource", stack: "infra", type: "azurerm_public_ip", name: "*address*" }],
    threat: bilingual(
      "deleted, and with it what others have in DNS and allow-lists",
      "borradas, y con ellas lo que otros tienen en DNS y listas de permitidos",
    ),
    protection: {
      what: bilingual("lock and `prevent_destroy`; every zone", "lock y `prevent_destroy`; todas las zonas"),
      settings: [
        {
          stack: "infra",
          type: "azurerm_public_ip",
          name: "*address*",
          path: "lifecycle.prevent_destroy",
          is: true,
          where: "guarded",
        },
        {
          stack: "infra",
          type: "azurerm_management_lock",
          name: "gateway-address_lock_*",
          path: "lock_level",
          is: "CanNotDelete",
          where: "guarded",
        },
        {
          stack: "infra",
          type: "azurerm_management_lock",
          name: "egress-address_lock_*",
          path: "lock_level",
          is: "CanNotDelete",
          where: "guarded",
        },
      ],
    },
    rpo: nothingKept(),
    rto: hours(
      4,
      "another address, and everybody who has the old one",
      "otra dirección, y todos los que tienen la vieja",
    ),
    restore: {
      what: bilingual(
        "deploy, then the new address into DNS and to everybody who lists it; users back to AWS meanwhile",
        "despliegue, después la nueva dirección en DNS y a todos los que la tienen en su lista; mientras tanto, los usuarios de vuelta a AWS",
      ),
      commands: ["npx mmrv cutover back <env> --now", "npx mmrv deploy <env>-infra", "npx mmrv deploy <env>-platform"],
      page: "cutover.md",
    },
    drill: {
      none: bilingual(
        "Azure gives no address back: there is no way to walk",
        "Azure no devuelve ninguna dirección: no hay camino que recorrer",
      ),
    },
    notProtected: bilingual("the number of the address itself", "el número de la dirección misma"),
  },
];

function nothingKept() {
  return minutes(0, "no data in them", "no contienen datos");
}
