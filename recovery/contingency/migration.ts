import type { Contingency } from "../../model/recovery/plan";
import { bilingual } from "../../model/text";

/** What may happen while both clouds are there. */
export const MIGRATION_CASES: readonly Contingency[] = [
  {
    title: bilingual("Users meet errors on Azure", "Los usuarios encuentran errores en Azure"),
    phases: [1, 2, 3, 4, 5],
    when: bilingual(
      "A stage from `canary` to `drained`, and errors, slowness or an alert that nobody explains within minutes. Do not look for the cause first.",
      "Una etapa entre `canary` y `drained`, y errores, lentitud o una alerta que nadie explica en minutos. No busque antes la causa.",
    ),
    now: bilingual(
      "Cancel a deployment of `<env>-cutover` that is running. Then all of them, or one application with its name behind the environment. Without this program: the lines of `cutover/break-glass/<env>/README.md`, then `npx mmrv cutover back <env>`. Clients follow within 60 s; connections that stand stay, so Azure must go on running: scale nothing down, destroy nothing.",
      "Cancele un despliegue de `<env>-cutover` que esté en curso. Después todas, o una aplicación con su nombre tras el entorno. Sin este programa: las líneas de `cutover/break-glass/<env>/README.md`, después `npx mmrv cutover back <env>`. Los clientes siguen en 60 s; las conexiones abiertas se quedan, así que Azure debe seguir corriendo: no reduzca ni destruya nada.",
    ),
    commands: ["npx mmrv cutover back production --now", "npx mmrv cutover status production"],
    after: bilingual(
      "Commit what it wrote: the next plan of `<env>-cutover` is then empty. Jobs stay where they are: users and jobs move apart. At `retired` there is no way back by DNS any more.",
      "Haga commit de lo que escribió: el siguiente plan de `<env>-cutover` queda vacío. Los trabajos se quedan donde están: usuarios y trabajos se mueven por separado. En `retired` ya no hay vuelta por DNS.",
    ),
    page: "cutover.md",
  },
  {
    title: bilingual("The database has no connections left", "A la base de datos no le quedan conexiones"),
    phases: [1, 2],
    when: bilingual(
      "`too many connections` or `remaining connection slots are reserved` on either cloud: both pools are full at once, or a rollout has old and new pods.",
      "`too many connections` o `remaining connection slots are reserved` en cualquiera de las nubes: ambos pools están llenos a la vez, o un despliegue tiene pods viejos y nuevos.",
    ),
    now: bilingual(
      "Users back first: AWS's pool then has them all, and Azure's goes idle. Then fewer pods here: `autoscaling.maxReplicas` or `replicas` in `helm-values/backend/<env>.yaml`, and deploy; each pod that ends closes its connections. Do not touch ECS meanwhile.",
      "Primero los usuarios de vuelta: el pool de AWS los tiene entonces a todos y el de Azure queda ocioso. Después menos pods aquí: `autoscaling.maxReplicas` o `replicas` en `helm-values/backend/<env>.yaml`, y despliegue; cada pod que termina cierra sus conexiones. Mientras tanto no toque ECS.",
    ),
    commands: ["npx mmrv cutover back production backend --now", "npx mmrv deploy production-backend"],
    after: bilingual(
      "The most pods of both sides, times the pool's size, and a rollout's new ones, must be below `max_connections`: a smaller pool, a pooler, or a larger server, before `canary` again. `npx mmrv cutover next` asks about it.",
      "El máximo de pods de ambos lados, por el tamaño del pool, más los nuevos de un despliegue, debe quedar por debajo de `max_connections`: un pool más pequeño, un pooler o un servidor mayor, antes de otro `canary`. `npx mmrv cutover next` pregunta por ello.",
    ),
    page: "database.md",
  },
  {
    title: bilingual("Jobs run on both sides, or on none", "Los trabajos corren en ambos lados, o en ninguno"),
    phases: [1, 2],
    when: bilingual(
      "A cron job or a consumer acts twice, or a queue grows and nobody reads it: `workers` was deployed before AWS was stopped, or AWS was stopped and the deployment failed.",
      "Un cron job o un consumidor actúa dos veces, o una cola crece y nadie la lee: se desplegó `workers` antes de parar AWS, o se paró AWS y el despliegue falló.",
    ),
    now: bilingual(
      "On both: stop Azure's, whose work has not settled. Suspend each cron job by hand, then `workers: aws` in `helm-values/backend/<env>.yaml`, in `cutover/<env>.yaml` a step of `jobs` with `cloud: aws` and the gate `stopped-on-azure`, and deploy. On none: AWS's on again (rules enabled, `desiredCount` as before), whether or not Azure's release is there: it left `workers` as it was, because what fails is rolled back.",
      "En ambos: pare los de Azure, cuyo trabajo aún no está asentado. Suspenda cada cron job a mano, después `workers: aws` en `helm-values/backend/<env>.yaml`, en `cutover/<env>.yaml` un paso de `jobs` con `cloud: aws` y el gate `stopped-on-azure`, y despliegue. En ninguno: vuelva a encender los de AWS (reglas habilitadas, `desiredCount` como antes), esté o no la release de Azure: dejó `workers` como estaba, porque lo que falla se revierte.",
    ),
    commands: [
      "kubectl get cronjob -n mmrv",
      `kubectl patch cronjob NAME -n mmrv -p '{"spec":{"suspend":true}}'`,
      "npx mmrv deploy production-backend",
    ],
    after: bilingual(
      "What ran twice is found by its own traces (mails, rows, messages): a job must be repeatable before it moves. With Flux, suspend the HelmRelease before the cron job, or it comes back within ten minutes.",
      "Lo que corrió dos veces se encuentra por sus propias huellas (correos, filas, mensajes): un trabajo debe poder repetirse antes de moverse. Con Flux, suspenda la HelmRelease antes que el cron job, o vuelve en diez minutos.",
    ),
    page: "workloads.md",
  },
  {
    title: bilingual("Images came over in part", "Las imágenes llegaron en parte"),
    phases: [1, 2, 3, 4],
    when: bilingual(
      "`images copy` ended with exit 1 or was killed; a pod says `ImagePullBackOff`; a tag here has another image than in ECR.",
      "`images copy` terminó con exit 1 o fue interrumpido; un pod dice `ImagePullBackOff`; una etiqueta tiene aquí otra imagen que en ECR.",
    ),
    now: bilingual(
      "Nothing for users: what ran, runs. Copy again: what is there is left alone, and digests are compared. A tag of ours that has another image is never moved; its line says what to do. What was built here and never pushed to ECR has no other source: build that commit again, which gives another digest.",
      "Nada para los usuarios: lo que corría sigue corriendo. Copie otra vez: lo que está no se toca y se comparan los digests. Una etiqueta nuestra con otra imagen nunca se mueve; su línea dice qué hacer. Lo que se compiló aquí y nunca se subió a ECR no tiene otro origen: compile otra vez ese commit, lo que da otro digest.",
    ),
    commands: ["npx mmrv images plan staging", "npx mmrv images copy staging", "npx mmrv images plan staging"],
    after: bilingual(
      "As long as users may go back to AWS, builds go to both registries (`aws.imagePush`): the way back needs the same commit there.",
      "Mientras los usuarios puedan volver a AWS, las compilaciones van a ambos registros (`aws.imagePush`): el camino de vuelta necesita allí el mismo commit.",
    ),
    page: "copying.md",
  },
  {
    title: bilingual("A secret was written on one side only", "Un secreto se escribió en un solo lado"),
    phases: [1, 2, 3, 4],
    when: bilingual(
      "One cloud answers 401 or cannot sign in to the database after a rotation; `secrets verify` says *differs*.",
      "Una nube responde 401 o no puede entrar en la base de datos tras una rotación; `secrets verify` dice *differs*.",
    ),
    now: bilingual(
      "In AWS only: copy, then new pods. In the vault only (*newer in the vault*): `secrets copy` leaves it alone, so write the same value into AWS (all of the JSON, where the map names a `key`), from a file that you remove, and replace the tasks there; until then users who go back to AWS meet the old value. A session key that differs signs people out each time they change sides: users back to one cloud first.",
      "Solo en AWS: copie, después pods nuevos. Solo en el almacén (*newer in the vault*): `secrets copy` no lo toca, así que escriba el mismo valor en AWS (todo el JSON, donde el mapa nombra una `key`), desde un archivo que después elimina, y reemplace allí las tareas; hasta entonces los usuarios que vuelvan a AWS encuentran el valor viejo. Una clave de sesión distinta cierra la sesión a quien cambia de lado: primero los usuarios a una sola nube.",
    ),
    commands: [
      "npx mmrv secrets verify production",
      "npx mmrv secrets copy production",
      "npx mmrv secrets restart production backend",
      "aws secretsmanager put-secret-value --secret-id NAME --secret-string file://FILE",
      "aws ssm put-parameter --name NAME --type SecureString --overwrite --value file://FILE",
    ],
    after: bilingual(
      "While both clouds serve, rotate in AWS first, then copy: the order in which both are right soonest. `npx mmrv secrets verify` once more; remove the file.",
      "Mientras sirvan ambas nubes, rote primero en AWS y después copie: el orden en que ambas quedan bien antes. `npx mmrv secrets verify` una vez más; elimine el archivo.",
    ),
    page: "copying.md",
  },
  {
    title: bilingual("A release stops half-way", "Una release se detiene a la mitad"),
    phases: [1, 2, 3, 4],
    when: bilingual(
      "Pods do not become ready, the runner dies, or `another operation (install/upgrade/rollback) is in progress`.",
      "Los pods no llegan a estar listos, muere el runner, o `another operation (install/upgrade/rollback) is in progress`.",
    ),
    now: bilingual(
      "What was not ready in time was rolled back by itself, and users met the old pods. What hangs: unlock, which asks first. A migration of the schema that ran before stays: it may only add, and AWS works with it; never undo it by hand while AWS serves.",
      "Lo que no estuvo listo a tiempo se revirtió solo, y los usuarios encontraron los pods viejos. Lo que se cuelga: unlock, que pregunta antes. Una migración del esquema que ya corrió se queda: solo puede añadir, y AWS funciona con ella; nunca la deshaga a mano mientras AWS sirva.",
    ),
    commands: ["npx mmrv unlock production-backend", "npx mmrv deploy production-backend"],
    after: bilingual(
      "The image before: its digest in git, and deploy. The reason is in `kubectl get events -n mmrv`.",
      "La imagen anterior: su digest en git, y despliegue. La razón está en `kubectl get events -n mmrv`.",
    ),
    page: "release-locked.md",
  },
];
