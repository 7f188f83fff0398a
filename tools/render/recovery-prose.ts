/** `mmrv drill record`, as a form to fill in; the same in both languages. */
const RECORD =
  "npx mmrv drill record database staging --lost WHAT --done WHAT --back WHAT --count rows=812:812 --minutes 40 --by NAME";

/** What the page on recovery says around its data. */
export const RECOVERY_PROSE = {
  en: {
    title: "Disaster recovery: how each thing comes back",
    other: "Español: [es/disaster-recovery.md](es/disaster-recovery.md)",
    made: "Written by `npx mmrv render` from `recovery/`: change that, not this page. A test reads every stack, and fails when something that holds data has no row here, or a setting is not as a row says.",
    glance: "At a glance",
    glanceHead: ["What", "May be lost", "Is back in", "Drill"],
    proposal:
      "The times are proposals for production, until its owner agrees to others; no drill on a quiet day proves one. *none*: nobody promises anything.",
    phases: "When a phase fails half-way",
    phasesIntro:
      "Users first, cause later. As long as AWS runs, and no application is `retired`, they can go back in a minute, and nothing that is done in Azure takes that away. `production` and `backend` stand for yours.",
    phasesHead: ["Phase", "What may fail"],
    assets: "What, and how it comes back",
    drills: "Drills",
    drillsIntro:
      "A way back that nobody has walked is a hope. `npx mmrv drill` and the name of one loses something of stand-ins on this machine and brings it back; what only Azure or GitHub can show is done there, by hand. Both leave a file in `recovery/evidence/`, which a person commits. `npx mmrv drill list` says what is due, and `npx mmrv review` every night what is overdue.",
    drillsHead: ["Drill", "Proves", "Here: every; last", "In Azure: every; last"],
    drillsRecord: "What was done by hand is written down by:",
    record: RECORD,
    none: "none",
    words: {
      now: "Now",
      after: "After",
      more: "More",
      threat: "Threat",
      protection: "Protection",
      drill: "Drill",
      noDrill: "none",
      notProtected: "Not protected",
      restore: "Way back",
      never: "never",
      days: "days",
      inAzure: "in Azure",
      keep: "Keep",
    },
  },
  es: {
    title: "Recuperación ante desastres: cómo vuelve cada cosa",
    other: "English: [disaster-recovery.md](../disaster-recovery.md)",
    made: "La escribe `npx mmrv render` a partir de `recovery/`: cambie eso, no esta página. Una prueba lee todos los stacks y falla cuando algo que guarda datos no tiene aquí una fila, o un ajuste no es como dice su fila.",
    glance: "De un vistazo",
    glanceHead: ["Qué", "Se puede perder", "Vuelve en", "Simulacro"],
    proposal:
      "Los tiempos son propuestas para producción, hasta que su dueño acepte otros; ningún simulacro de un día tranquilo prueba uno. *ninguno*: nadie promete nada.",
    phases: "Cuando una fase falla a la mitad",
    phasesIntro:
      "Primero los usuarios, después la causa. Mientras AWS corra y ninguna aplicación esté en `retired`, pueden volver en un minuto, y nada de lo que se haga en Azure lo impide. `production` y `backend` representan los suyos.",
    phasesHead: ["Fase", "Qué puede fallar"],
    assets: "Qué, y cómo vuelve",
    drills: "Simulacros",
    drillsIntro:
      "Un camino de vuelta que nadie ha recorrido es una esperanza. `npx mmrv drill` y el nombre de uno pierde algo de sustitutos en esta máquina y lo recupera; lo que solo Azure o GitHub pueden mostrar se hace allí, a mano. Ambos dejan un archivo en `recovery/evidence/`, del que una persona hace commit. `npx mmrv drill list` dice qué toca, y `npx mmrv review`, cada noche, qué está atrasado.",
    drillsHead: ["Simulacro", "Prueba", "Aquí: cada; último", "En Azure: cada; último"],
    drillsRecord: "Lo que se hizo a mano se anota con:",
    record: RECORD,
    none: "ninguno",
    words: {
      now: "Ahora",
      after: "Después",
      more: "Más",
      threat: "Amenaza",
      protection: "Protección",
      drill: "Simulacro",
      noDrill: "ninguno",
      notProtected: "Sin proteger",
      restore: "Camino de vuelta",
      never: "nunca",
      days: "días",
      inAzure: "en Azure",
      keep: "Guarde",
    },
  },
} as const;
