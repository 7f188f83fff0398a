import type { Row, Setting } from "../../model/recovery/plan";
import { bilingual } from "../../model/text";
import { hours, minutes, nothing } from "../objective";

const vault = (path: string, is: Setting["is"], where?: "guarded"): Setting => ({
  stack: "infra",
  type: "azurerm_key_vault",
  name: "*-ground_vault_*",
  path,
  is,
  ...(where && { where }),
});

/** What nobody may read, and without which nothing starts. */
export const SECRET_ROWS: readonly Row[] = [
  {
    id: "vaults",
    asset: bilingual(
      "The vaults: one for each application, one for Flux's credential",
      "Los almacenes: uno por aplicación, uno para la credencial de Flux",
    ),
    covers: [{ of: "resource", stack: "infra", type: "azurerm_key_vault", name: "*-ground_vault_*" }],
    threat: bilingual(
      "a vault or a secret is deleted, purged, or overwritten",
      "un almacén o un secreto se borra, se purga o se sobrescribe",
    ),
    protection: {
      what: bilingual(
        "soft delete (`vaults.softDeleteDays`), which Azure lets nobody switch off; purge protection, lock and `prevent_destroy` where guarded; every write of a secret is a version; a new deployment recovers a deleted vault",
        "eliminación temporal (`vaults.softDeleteDays`), que Azure no deja desactivar a nadie; purge protection, lock y `prevent_destroy` donde hay guarda; cada escritura de un secreto es una versión; un nuevo despliegue recupera un almacén borrado",
      ),
      settings: [
        vault("soft_delete_retention_days", 7),
        vault("rbac_authorization_enabled", true),
        vault("soft_delete_retention_days", 90, "guarded"),
        vault("purge_protection_enabled", true, "guarded"),
        vault("lifecycle.prevent_destroy", true, "guarded"),
        {
          stack: "infra",
          type: "azurerm_management_lock",
          name: "*-ground_vault_lock_*",
          path: "lock_level",
          is: "CanNotDelete",
          where: "guarded",
        },
      ],
    },
    rpo: minutes(0, "versions", "versiones"),
    rto: minutes(30, "recovered, then the roles by a deployment", "recuperado, después los roles con un despliegue"),
    restore: {
      what: bilingual(
        "recover the vault (`az keyvault recover`), or the secret (`npx mmrv secrets restore`); a recovered vault has lost its role assignments, and the next deployment makes them",
        "recupere el almacén (`az keyvault recover`) o el secreto (`npx mmrv secrets restore`); un almacén recuperado ha perdido sus asignaciones de roles, y el siguiente despliegue las crea",
      ),
      commands: ["npx mmrv deploy <env>-infra", "npx mmrv secrets restart <env> <application>"],
      page: "break-the-glass.md",
    },
    drill: "vault",
    notProtected: bilingual(
      "the region, beyond the read-only copy that Azure keeps in the pair of most regions. Without purge protection (staging) whoever may purge, may",
      "la región, más allá de la copia de solo lectura que Azure guarda en la pareja de la mayoría de las regiones. Sin purge protection (staging), quien puede purgar, purga",
    ),
  },
  {
    id: "secrets-from-aws",
    asset: bilingual("Secrets whose source is AWS", "Secretos cuyo origen es AWS"),
    covers: [
      { of: "secrets", from: "secretsManager" },
      { of: "secrets", from: "parameterStore" },
    ],
    threat: bilingual(
      "a vault is empty or has an old value; the region is lost",
      "un almacén está vacío o tiene un valor viejo; se pierde la región",
    ),
    protection: {
      what: bilingual(
        "AWS has them until they are deleted there, with a recovery window of 30 days ([retire-aws.md](retire-aws.md), row 9)",
        "AWS los tiene hasta que se borren allí, con una ventana de recuperación de 30 días ([retire-aws.md](retire-aws.md), fila 9)",
      ),
      settings: [],
    },
    rpo: minutes(0, "as AWS has them", "como los tiene AWS"),
    rto: minutes(30, "one command, then new pods", "un comando, después pods nuevos"),
    restore: {
      what: bilingual(
        "copied again; what is newer in the vault is left alone",
        "se copian otra vez; lo más nuevo del almacén no se toca",
      ),
      commands: [
        "npx mmrv secrets copy <env>",
        "npx mmrv secrets verify <env>",
        "npx mmrv secrets restart <env> <application>",
      ],
      page: "copying.md",
    },
    drill: "vault",
    notProtected: bilingual(
      "what was rotated in the vault alone, once AWS has no more of it",
      "lo que se rotó solo en el almacén, cuando AWS ya no lo tiene",
    ),
  },
  {
    id: "secrets-by-hand",
    asset: bilingual("Secrets that were written into a vault here", "Secretos que se escribieron aquí en un almacén"),
    covers: [{ of: "secrets", from: "byHand" }],
    threat: bilingual(
      "the vault's region is lost, or its soft delete has ended",
      "se pierde la región del almacén o termina su eliminación temporal",
    ),
    protection: {
      what: bilingual(
        "the vault's own, above; whoever issued the secret can issue another. A copy outside of Azure is its owner's to keep, encrypted",
        "la del almacén, arriba; quien emitió el secreto puede emitir otro. Una copia fuera de Azure, cifrada, queda a cargo de su dueño",
      ),
      settings: [],
    },
    rpo: nothing("as old as its owner's copy", "tan viejo como la copia de su dueño"),
    rto: hours(4, "whoever issues it", "quien lo emita"),
    restore: {
      what: bilingual(
        "`az keyvault secret set --file` from inside the network, then new pods",
        "`az keyvault secret set --file` desde dentro de la red, después pods nuevos",
      ),
      commands: ["npx mmrv secrets restart <env> <application>"],
      page: "workloads.md",
    },
    drill: "vault",
    notProtected: bilingual(
      "a value that nobody else has, such as a key that sessions are signed with",
      "un valor que nadie más tiene, como una clave con la que se firman sesiones",
    ),
  },
  {
    id: "git-credential",
    asset: bilingual(
      "The credential by which Flux reads this repository",
      "La credencial con la que Flux lee este repositorio",
    ),
    covers: [{ of: "secrets", from: "gitKey" }],
    threat: bilingual("deleted, expired, or known to somebody", "borrada, caducada o conocida por alguien"),
    protection: {
      what: bilingual(
        "a vault of its own; it is made again, and never kept elsewhere",
        "un almacén propio; se vuelve a crear y nunca se guarda en otro sitio",
      ),
      settings: [],
    },
    rpo: minutes(0, "nothing of it is needed", "no se necesita nada de ella"),
    rto: minutes(30, "another key, added on GitHub", "otra clave, añadida en GitHub"),
    restore: {
      what: bilingual(
        "a successor, whose public half is added on GitHub at once",
        "una sucesora, cuya mitad pública se añade en GitHub enseguida",
      ),
      commands: ["npx mmrv secrets git-key <env> --rotate"],
      page: "gitops.md",
    },
    drill: "repository",
    notProtected: bilingual(
      "deployments meanwhile; what runs, runs",
      "los despliegues mientras tanto; lo que corre sigue corriendo",
    ),
  },
  {
    id: "certificates",
    asset: bilingual("Certificates and their private keys", "Certificados y sus claves privadas"),
    covers: [{ of: "secrets", from: "certificates" }],
    threat: bilingual(
      "the Secret or the cluster is gone; the authority is away",
      "desaparece el Secret o el clúster; la autoridad no responde",
    ),
    protection: {
      what: bilingual(
        "cert-manager asks for others; renewed 30 days before they end",
        "cert-manager pide otros; se renuevan 30 días antes de terminar",
      ),
      settings: [],
    },
    rpo: minutes(0, "issued again", "se emiten de nuevo"),
    rto: minutes(15, "a challenge by DNS", "un desafío por DNS"),
    restore: {
      what: bilingual(
        "they come with the platform; Let's Encrypt gives five a week for one set of names",
        "vienen con la plataforma; Let's Encrypt da cinco por semana para un mismo conjunto de nombres",
      ),
      commands: ["npx mmrv deploy <env>-platform"],
      page: "runbooks/certificate.md",
    },
    drill: "cluster",
    notProtected: bilingual(
      "a rate limit of the authority that is used up",
      "un límite de la autoridad que ya se agotó",
    ),
  },
];
