import type { Contingency } from "../../model/recovery/plan";
import { bilingual } from "../../model/text";

/** What may happen in one phase, whatever users do. */
export const PHASE_CASES: readonly Contingency[] = [
  {
    title: bilingual("Phase 0: `bootstrap` stops half-way", "Fase 0: `bootstrap` se detiene a la mitad"),
    phases: [0],
    when: bilingual(
      "A feature does not register, something *already exists*, or `move-state` was broken off.",
      "Una característica no se registra, algo *already exists*, o se interrumpió `move-state`.",
    ),
    now: bilingual(
      "Nobody uses anything yet. Adopt what is there and deploy again. `move-state` renames the local file only after it has read the other back: while `terraform.tfstate.d/bootstrap/terraform.tfstate` is there, that is the state; run it again.",
      "Nadie usa nada todavía. Adopte lo que existe y despliegue otra vez. `move-state` cambia el nombre del archivo local solo después de volver a leer el otro: mientras exista `terraform.tfstate.d/bootstrap/terraform.tfstate`, ese es el estado; ejecútelo otra vez.",
    ),
    commands: ["npx mmrv adopt bootstrap", "npx mmrv deploy bootstrap", "npx mmrv move-state bootstrap"],
    after: bilingual(
      "Read the plan before the next deployment: it must not unregister what others in the subscription use.",
      "Lea el plan antes del siguiente despliegue: no debe anular el registro de lo que otros usan en la suscripción.",
    ),
    page: "deploy.md",
  },
  {
    title: bilingual("Phases 1 and 2: the ground stops half-way", "Fases 1 y 2: la base se detiene a la mitad"),
    phases: [1, 2],
    when: bilingual(
      "`<env>-infra` fails for quota, a role that has not spread, or Azure that ends an operation as `Failed`.",
      "`<env>-infra` falla por cuota, por un rol que aún no se ha propagado o porque Azure termina una operación en `Failed`.",
    ),
    now: bilingual(
      "Users are on AWS and notice nothing: do not hurry, and send nobody back. Wait for the role, adopt what is there, deploy again; what Azure did not finish is named. In staging it may be taken down and built again under the same names; production keeps its addresses and vaults: never destroy it to get out of a failure.",
      "Los usuarios están en AWS y no notan nada: no se apresure ni devuelva a nadie. Espere al rol, adopte lo que existe, despliegue otra vez; lo que Azure no terminó se nombra. Staging se puede desmontar y rehacer con los mismos nombres; producción conserva sus direcciones y almacenes: nunca la destruya para salir de un fallo.",
    ),
    commands: ["npx mmrv adopt production-infra", "npx mmrv deploy production-infra", "npx mmrv plan production-infra"],
    after: bilingual(
      'An empty plan. An endpoint of the database with `approval: "manual"` waits for its owner, and a cluster that was made anew needs `<env>-aws-access` before the applications.',
      'Un plan vacío. Un endpoint de la base de datos con `approval: "manual"` espera a su dueño, y un clúster que se hizo de nuevo necesita `<env>-aws-access` antes que las aplicaciones.',
    ),
    page: "deploy.md",
  },
  {
    title: bilingual("Phases 3 and 4: the two frontends do not agree", "Fases 3 y 4: los dos frontends no coinciden"),
    phases: [3, 4],
    when: bilingual(
      "Chunks answer 404, Server Actions fail, or tabs reload for ever: Amplify and Azure serve two builds, or two keys.",
      "Los chunks responden 404, las Server Actions fallan o las pestañas se recargan sin fin: Amplify y Azure sirven dos compilaciones, o dos claves.",
    ),
    now: bilingual(
      "The frontend's users back, and the frontend's alone: the backend on Azure answers both. Nothing of Amplify was touched.",
      "De vuelta los usuarios del frontend, y solo ellos: el backend en Azure responde a ambos. De Amplify no se tocó nada.",
    ),
    commands: ["npx mmrv cutover back production frontend --now", "npx mmrv cutover status production frontend"],
    after: bilingual(
      "One commit, one `deploymentId`, one `NEXT_SERVER_ACTIONS_ENCRYPTION_KEY` on both sides; `status` compares them. Then from `ready` again.",
      "Un commit, un `deploymentId`, una `NEXT_SERVER_ACTIONS_ENCRYPTION_KEY` en ambos lados; `status` los compara. Después, otra vez desde `ready`.",
    ),
    page: "cutover.md",
  },
  {
    title: bilingual("Phase 5: a handover to Flux stops half-way", "Fase 5: un traspaso a Flux se detiene a la mitad"),
    phases: [5],
    when: bilingual(
      "A release is at `handover`, so nobody delivers it, or Flux is not Ready after the adoption.",
      "Una release está en `handover`, así que nadie la entrega, o Flux no está Ready tras la adopción.",
    ),
    now: bilingual(
      "Pods run on, and users notice nothing: there is time. Look what was touched; then one step back, which says itself what it waits for. An urgent image meanwhile: `helm upgrade` by hand, and the same in Git. **Never delete a HelmRelease that is not suspended.**",
      "Los pods siguen corriendo y los usuarios no notan nada: hay tiempo. Mire qué se tocó; después un paso atrás, que dice él mismo a qué espera. Si mientras tanto urge una imagen: `helm upgrade` a mano, y lo mismo en Git. **Nunca borre una HelmRelease que no esté suspendida.**",
    ),
    commands: ["npx mmrv handover status production backend", "npx mmrv handover back production backend"],
    after: bilingual(
      "The file says who delivers, and an empty plan says that Terraform agrees.",
      "El archivo dice quién entrega, y un plan vacío dice que Terraform está de acuerdo.",
    ),
    page: "gitops.md",
  },
  {
    title: bilingual(
      "Phase 5: what was switched off on AWS was still needed",
      "Fase 5: lo que se apagó en AWS aún hacía falta",
    ),
    phases: [5],
    when: bilingual(
      "A partner, a job or a private name still asked AWS after a row of the list was switched off.",
      "Un socio, un trabajo o un nombre privado aún preguntaba a AWS después de apagar una fila de la lista.",
    ),
    now: bilingual(
      "*Off* is back in minutes: rules enabled, `desiredCount` as before, the listener's rules as they were. *Deleted* is not: secrets come back within their 30 days, images and task definitions do not. Until `retired` users can go back by DNS, and then no more.",
      "Lo *apagado* vuelve en minutos: reglas habilitadas, `desiredCount` como antes, las reglas del listener como estaban. Lo *borrado* no: los secretos vuelven dentro de sus 30 días, las imágenes y las definiciones de tareas no. Hasta `retired` los usuarios pueden volver por DNS, y después ya no.",
    ),
    commands: ["aws secretsmanager restore-secret --secret-id NAME"],
    after: bilingual(
      "Seven days more before that row is deleted, counted anew.",
      "Siete días más antes de borrar esa fila, contados de nuevo.",
    ),
    page: "retire-aws.md",
  },
];
