import { z } from "zod";
import { flat } from "../flat";
import { parseJson } from "../parse-json";
import { ARM, type Ask, askerOf } from "./ask";
import { NO_TOKEN } from "./login";

const API_VERSION = "2025-04-01";

const condition = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().nullish(),
  message: z.string().nullish(),
});

/** What Flux told Azure of one of its objects. */
const objectStatus = z.object({
  /** GitRepository, Kustomization or HelmRelease. */
  kind: z.string(),
  name: z.string(),
  namespace: z.string().nullish(),
  /** Compliant, Non-Compliant, Pending, Suspended or Unknown. */
  complianceState: z.string(),
  statusConditions: z.array(condition).nullish(),
});
export type FluxObjectStatus = z.infer<typeof objectStatus>;

/** Azure-rest-api-specs, kubernetesconfiguration/fluxConfigurations, GetFluxConfiguration.json. */
const configuration = z.object({
  properties: z.object({
    complianceState: z.string().nullish(),
    /** What Azure could not do with the configuration itself. */
    errorMessage: z.string().nullish(),
    /** When Flux last got another commit. */
    sourceUpdatedAt: z.string().nullish(),
    /** As <branch>/<commit>. */
    sourceSyncedCommitId: z.string().nullish(),
    /** What Azure has told Flux to apply, by the names that the configuration gives; known before Flux acts on it. */
    kustomizations: z.record(z.string(), z.unknown()).nullish(),
    statuses: z.array(objectStatus).nullish(),
    /** When Flux last told Azure anything; it does so by itself, over the network of the cluster. */
    statusUpdatedAt: z.string().nullish(),
  }),
});
export type FluxState = z.infer<typeof configuration>["properties"];

/** What Flux last told Azure; that there is no such configuration; or why nobody could ask. */
export type FluxAnswer =
  | { readonly is: "state"; readonly state: FluxState }
  | { readonly is: "absent" }
  | { readonly is: "unknown"; readonly why: string };

/** Asks Azure about a configuration of Flux. */
export type AskFlux = (configuration: string) => Promise<FluxAnswer>;

/** Where Azure keeps a configuration of Flux, under the id of its cluster. */
export const fluxConfigurationId = (cluster: string, name: string): string =>
  `${cluster}/providers/Microsoft.KubernetesConfiguration/fluxConfigurations/${name}`;

/**
 * What Flux on a cluster says of itself, through Azure Resource Manager: Reader is enough, and nobody reaches the cluster.
 * @param id of the configuration
 */
export const fluxStateOf: AskFlux = (id) => askFlux(id, () => askerOf(ARM));

/** As {@link fluxStateOf}, by another way of asking. */
export async function askFlux(id: string, asker: () => Ask): Promise<FluxAnswer> {
  try {
    const { body, status } = await asker()({ url: `${ARM}${id}?api-version=${API_VERSION}` });
    if (status === 404) return { is: "absent" };
    const answer = configuration.safeParse(parseJson(body));
    if (status === 403) return { is: "unknown", why: "Azure answers 403: whoever asks needs Reader on the cluster" };
    if (status !== 200) return { is: "unknown", why: `Azure answers ${status}` };
    if (!answer.success) return { is: "unknown", why: "Azure answers something that is no configuration of Flux" };
    return { is: "state", state: answer.data.properties };
  } catch (error) {
    const { message, name } = error as Error;
    if (NO_TOKEN.includes(name))
      return { is: "unknown", why: "there is no login to Azure, or an expired one: az login, then again" };
    return { is: "unknown", why: flat(message.split("\n")[0] ?? "") };
  }
}
