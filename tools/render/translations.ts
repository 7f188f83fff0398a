import type { Stage } from "../../model/cutover/stages";
import type { Environment } from "../../model/environment";
import type { Delivery } from "../../model/schema/git-ops";

/** The languages of the pages that operations reads. */
export const LANGUAGES = ["en", "es"] as const;
export type Language = (typeof LANGUAGES)[number];

/** One text in each language; code spans stay as they are. */
export type Text = Readonly<Record<Language, string>>;

export const bilingual = (en: string, es: string): Text => ({ en, es });

/** Where users are, at each stage of a cutover. */
const USERS: Readonly<Record<Stage, Text>> = {
  off: bilingual("users on AWS", "usuarios en AWS"),
  adopt: bilingual("users on AWS", "usuarios en AWS"),
  ready: bilingual("users on AWS", "usuarios en AWS"),
  canary: bilingual("users on both clouds", "usuarios en ambas nubes"),
  ramp: bilingual("users on both clouds", "usuarios en ambas nubes"),
  full: bilingual("users on Azure, AWS kept", "usuarios en Azure, AWS se conserva"),
  drained: bilingual("users on Azure, AWS kept", "usuarios en Azure, AWS se conserva"),
  retired: bilingual("users on Azure, AWS off", "usuarios en Azure, AWS apagado"),
};

const VIA: Readonly<Record<Environment["database"]["via"], Text>> = {
  none: bilingual("not connected", "sin conexión"),
  firewallRule: bilingual("by a rule of its firewall", "por una regla de su firewall"),
  privateEndpoint: bilingual("by a private endpoint", "por un private endpoint"),
  peering: bilingual("by peering", "por peering"),
};

/** One text of several, in one cell of a table. */
const lines = (texts: readonly Text[]): Text =>
  texts.length === 0
    ? bilingual("none listed", "ninguno en la lista")
    : bilingual(texts.map(({ en }) => en).join("<br>"), texts.map(({ es }) => es).join("<br>"));

/** Who delivers a release, once that is not Terraform alone. */
const DELIVERY: Readonly<Record<Delivery, Text>> = {
  terraform: bilingual("", ""),
  handover: bilingual("; between Terraform and Flux", "; entre Terraform y Flux"),
  flux: bilingual("; Flux delivers", "; Flux la entrega"),
};

interface ReleaseStanding {
  readonly name: string;
  readonly hasImage: boolean;
  readonly delivery: Delivery;
  /** Of what is on the web. */
  readonly stage?: Stage;
}

/** What the page says of an environment. */
export const WORDS = {
  unknown: (field: string) => bilingual(`open: \`${field}\``, `pendiente: \`${field}\``),
  named: bilingual("repositories named", "repositorios nombrados"),
  promotedFrom: (environment: string) => bilingual(`promoted from ${environment}`, `se promueve desde ${environment}`),
  built: (alsoToEcr: boolean) =>
    alsoToEcr
      ? bilingual("built; pushed to both registries", "se compila; se sube a ambos registros")
      : bilingual("built; pushed to ours alone", "se compila; se sube solo al nuestro"),
  // Not which image: the page would change with every build, and pull requests of two applications collide on it.
  releases: (all: readonly ReleaseStanding[]) =>
    lines(
      all.map(({ delivery, hasImage, name, stage }) => {
        const image = hasImage
          ? bilingual("image named", "imagen nombrada")
          : bilingual("no image yet", "aún sin imagen");
        const users =
          stage === undefined ? bilingual("", "") : bilingual(`; ${USERS[stage].en}`, `; ${USERS[stage].es}`);
        const by = DELIVERY[delivery];
        return bilingual(`${name}: ${image.en}${users.en}${by.en}`, `${name}: ${image.es}${users.es}${by.es}`);
      }),
    ),
  jobs: (all: readonly { readonly name: string; readonly count: number; readonly workers: "aws" | "azure" }[]) =>
    lines(
      all.map(({ count, name, workers }) => {
        const cloud = workers === "aws" ? "AWS" : "Azure";
        return bilingual(
          `${name}: ${count} listed, run on ${cloud}`,
          `${name}: ${count} en la lista, corren en ${cloud}`,
        );
      }),
    ),
  secrets: (count: number) => bilingual(`${count} in the map`, `${count} en el mapa`),
  logs: (days: number, prometheus: boolean) =>
    bilingual(
      `${days} days of logs, ${prometheus ? "Prometheus" : "no Prometheus"}`,
      `${days} días de registros, ${prometheus ? "Prometheus" : "sin Prometheus"}`,
    ),
  roles: (applications: readonly string[]) =>
    applications.length === 0
      ? bilingual("no role listed", "ningún rol en la lista")
      : bilingual(`a role for ${applications.join(", ")}`, `un rol para ${applications.join(", ")}`),
  gateway: (behindFirewall: boolean) =>
    behindFirewall
      ? bilingual("behind the firewall", "detrás del firewall")
      : bilingual("on the public address", "en la dirección pública"),
  cutover: (stages: readonly (readonly [name: string, stage: Stage])[]) => {
    const all = stages.map(([name, stage]) => `${name} \`${stage}\``);
    return bilingual(all.join(", "), all.join(", "));
  },
  certificates: (hosts: readonly string[], authority: Environment["certificateAuthority"]) => {
    const list = `\`${hosts.join("`, `")}\``;
    return authority === "letsEncrypt" ? bilingual(list, list) : bilingual(`${list}, for a try`, `${list}, de prueba`);
  },
  database: (via: Environment["database"]["via"]) => VIA[via],
  endpoints: (hosts: readonly string[]) =>
    hosts.length === 0
      ? bilingual("none listed", "ninguno en la lista")
      : bilingual(`\`${hosts.join("`, `")}\``, `\`${hosts.join("`, `")}\``),
} as const;
