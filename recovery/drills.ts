import type { Drill } from "../model/recovery/plan";
import { bilingual } from "../model/text";

/** Every way back that is walked again and again. */
export const DRILLS: readonly Drill[] = [
  {
    name: "state",
    proves: bilingual(
      "A state that is lost is made again from the program and from what runs: every resource is imported, nothing is created, replaced or destroyed.",
      "Un estado perdido se rehace a partir del programa y de lo que corre: cada recurso se importa, nada se crea, se reemplaza ni se destruye.",
    ),
    how: "command",
    everyDays: 90,
    inAzure: {
      everyDays: 180,
      steps: [
        bilingual(
          "In staging, with nobody deploying: copy the state of `staging-backend` aside, and delete its blob (HCP: a new workspace of another name).",
          "En staging, sin despliegues en curso: copie aparte el estado de `staging-backend` y borre su blob (HCP: un workspace nuevo con otro nombre).",
        ),
        bilingual(
          "Bring it back from the versions of the storage account (`npx mmrv state restore staging-backend --version VERSION`); delete it once more, and bring it back by `npx mmrv state rebuild staging-backend` alone.",
          "Recupérelo de las versiones de la cuenta de almacenamiento (`npx mmrv state restore staging-backend --version VERSION`); bórrelo otra vez y recupérelo solo con `npx mmrv state rebuild staging-backend`.",
        ),
        bilingual(
          "`npx mmrv plan staging-backend` must say that there are no changes.",
          "`npx mmrv plan staging-backend` debe decir que no hay cambios.",
        ),
      ],
      evidence: bilingual(
        "how many resources the state had before and after",
        "cuántos recursos tenía el estado antes y después",
      ),
    },
  },
  {
    name: "region",
    proves: bilingual(
      "A region that is gone is left: the standby is built from nothing in the paired one, with secrets and images in place, and the applications are ready.",
      "Se abandona una región perdida: el standby se construye desde cero en la región emparejada, con secretos e imágenes en su sitio, y las aplicaciones quedan listas.",
    ),
    how: "command",
    everyDays: 90,
    inAzure: {
      everyDays: 365,
      steps: [
        bilingual(
          "On a day that nobody needs the standby: deploy it as a failover would, without moving users, and take it down again.",
          "Un día en que nadie necesite el standby: despliéguelo como lo haría un failover, sin mover usuarios, y vuelva a desmontarlo.",
        ),
        bilingual(
          "Ask the applications through the standby's own gateway address (`curl --resolve`), sign in, and write one row to a copy of the database.",
          "Pregunte a las aplicaciones por la dirección del gateway del standby (`curl --resolve`), inicie sesión y escriba una fila en una copia de la base de datos.",
        ),
      ],
      evidence: bilingual(
        "secrets, images and ready pods, here and there",
        "secretos, imágenes y pods listos, aquí y allá",
      ),
    },
  },
  {
    name: "cluster",
    proves: bilingual(
      "A namespace and then a whole cluster that is wiped has every release again, by Terraform or by Flux, whoever delivers it.",
      "Un namespace, y después un clúster entero, que se borra vuelve a tener cada release, por Terraform o por Flux, según quién la entregue.",
    ),
    how: "command",
    everyDays: 90,
    inAzure: {
      everyDays: 180,
      steps: [
        bilingual(
          "In staging: `kubectl delete namespace mmrv`, then deploy `staging-platform` and the applications, or let Flux do it.",
          "En staging: `kubectl delete namespace mmrv`, después despliegue `staging-platform` y las aplicaciones, o deje que lo haga Flux.",
        ),
        bilingual(
          "`kubectl get deployment,httproute,certificate -n mmrv`: as many as before, certificates Ready.",
          "`kubectl get deployment,httproute,certificate -n mmrv`: tantos como antes, certificados Ready.",
        ),
      ],
      evidence: bilingual(
        "Deployments, routes and certificates before and after",
        "Deployments, rutas y certificados antes y después",
      ),
    },
  },
  {
    name: "vault",
    proves: bilingual(
      "A vault that was deleted comes back with its secrets, and the next apply gives it its roles again; of a secret that was overwritten the version before comes back.",
      "Un almacén borrado vuelve con sus secretos y el siguiente apply le devuelve sus roles; de un secreto sobrescrito vuelve la versión anterior.",
    ),
    how: "command",
    everyDays: 90,
    inAzure: {
      everyDays: 180,
      steps: [
        bilingual(
          "In staging: a secret `drill-canary` into the backend's vault, `az keyvault secret delete`, `npx mmrv secrets restore staging backend drill-canary`; compare its id.",
          "En staging: un secreto `drill-canary` en el almacén del backend, `az keyvault secret delete`, `npx mmrv secrets restore staging backend drill-canary`; compare su id.",
        ),
        bilingual(
          "The vault itself, where `locks` is off: `az keyvault delete`, `az keyvault recover`, then `npx mmrv deploy staging-infra`: the plan makes role assignments, and nothing else.",
          "El almacén mismo, donde `locks` está desactivado: `az keyvault delete`, `az keyvault recover`, después `npx mmrv deploy staging-infra`: el plan crea asignaciones de roles, y nada más.",
        ),
      ],
      evidence: bilingual(
        "secrets and role assignments before and after",
        "secretos y asignaciones de roles antes y después",
      ),
    },
  },
  {
    name: "registry",
    proves: bilingual(
      "A digest that was deleted in our registry comes back from where it was copied, the same digest with everything that refers to it.",
      "Un digest borrado en nuestro registro vuelve desde donde se copió: el mismo digest, con todo lo que se refiere a él.",
    ),
    how: "command",
    everyDays: 90,
    inAzure: {
      everyDays: 180,
      steps: [
        bilingual(
          "In staging: an image that nothing runs, deleted by its digest (`az acr manifest delete`), then `npx mmrv images copy staging`.",
          "En staging: una imagen que nada ejecuta, borrada por su digest (`az acr manifest delete`), después `npx mmrv images copy staging`.",
        ),
        bilingual(
          "`npx mmrv images plan staging` says that nothing is missing.",
          "`npx mmrv images plan staging` dice que no falta nada.",
        ),
      ],
      evidence: bilingual(
        "images and what refers to them before and after",
        "imágenes y lo que se refiere a ellas antes y después",
      ),
    },
  },
  {
    name: "database",
    proves: bilingual(
      "The database as it was at a minute of yesterday, on another server, with as many rows as were counted then; and how long that takes at its size.",
      "La base de datos como estaba en un minuto de ayer, en otro servidor, con tantas filas como se contaron entonces; y cuánto tarda con su tamaño.",
    ),
    how: "by hand",
    everyDays: 90,
    inAzure: {
      everyDays: 90,
      steps: [
        bilingual(
          "Count the rows of three tables, and note the minute in UTC.",
          "Cuente las filas de tres tablas y anote el minuto en UTC.",
        ),
        bilingual(
          "The server's owner restores to that minute under another name: `az postgres flexible-server restore --resource-group RG --name NAME-drill --source-server NAME --restore-time TIME`. Azure never restores over the server itself.",
          "El dueño del servidor restaura a ese minuto con otro nombre: `az postgres flexible-server restore --resource-group RG --name NAME-drill --source-server NAME --restore-time TIME`. Azure nunca restaura sobre el propio servidor.",
        ),
        bilingual(
          "Count again there; then delete that server: `az postgres flexible-server delete --resource-group RG --name NAME-drill`.",
          "Cuente otra vez allí; después borre ese servidor: `az postgres flexible-server delete --resource-group RG --name NAME-drill`.",
        ),
      ],
      evidence: bilingual("the rows of three tables, then and there", "las filas de tres tablas, entonces y allí"),
    },
  },
  {
    name: "repository",
    proves: bilingual(
      "The Git repositories exist a second time with another account or provider, and Flux and the pipelines can be led there.",
      "Los repositorios Git existen por segunda vez en otra cuenta u otro proveedor, y se puede llevar hasta allí a Flux y los pipelines.",
    ),
    how: "by hand",
    everyDays: 365,
    inAzure: {
      everyDays: 365,
      steps: [
        bilingual(
          "`git clone --mirror` of each repository into an empty folder, from the copy and not from GitHub.",
          "`git clone --mirror` de cada repositorio en una carpeta vacía, desde la copia y no desde GitHub.",
        ),
        bilingual(
          "In it: `git rev-parse main`, compared with GitHub's, and `npm ci && npm run test:unit` in a checkout of this one.",
          "En ella: `git rev-parse main`, comparado con el de GitHub, y `npm ci && npm run test:unit` en un checkout de este.",
        ),
      ],
      evidence: bilingual("branches and tags, there and here", "ramas y etiquetas, allí y aquí"),
    },
  },
];
