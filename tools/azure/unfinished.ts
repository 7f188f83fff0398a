import {
  bearerTokenAuthenticationPolicy,
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
} from "@azure/core-rest-pipeline";
import { z } from "zod";
import { flat } from "../flat";
import { parseJson } from "../parse-json";
import { azureLogin, NO_TOKEN } from "./login";

/** Something that Azure accepted and did not bring to its end. */
export interface Unfinished {
  readonly id: string;
  /** As Azure calls it, such as Failed or Canceled. */
  readonly state: string;
}

/** What is unfinished, or why nobody could ask. */
export type Answer = { readonly unfinished: readonly Unfinished[] } | { readonly unknown: string };

/** Asks Azure about a resource group. */
export type AskAzure = (group: string) => Promise<Answer>;

const ARM = "https://management.azure.com";
const API_VERSION = "2021-04-01";
/** What a resource is in while Azure still works on it, or once it has ended well. */
const FINE = ["succeeded", "creating", "updating", "accepted", "running", "upgrading", "scaling"];

const page = z.object({
  value: z.array(z.object({ id: z.string(), provisioningState: z.string().optional() })),
  nextLink: z.string().optional(),
});

/**
 * The resources of a group that did not end well: `terraform import` takes them as healthy, and no plan sees it, because
 * azurerm reads the state of almost none (learn.microsoft.com/rest/api/resources/resources/list-by-resource-group).
 * @param group the id of the resource group
 */
export const unfinishedIn: AskAzure = async (group) => {
  try {
    const pipeline = createPipelineFromOptions({ retryOptions: { maxRetries: 3 } });
    pipeline.addPolicy(bearerTokenAuthenticationPolicy({ credential: azureLogin(), scopes: `${ARM}/.default` }));
    const client = createDefaultHttpClient();
    const found: Unfinished[] = [];
    let url: string | undefined = `${ARM}${group}/resources?api-version=${API_VERSION}&$expand=provisioningState`;
    while (url !== undefined) {
      const request = createPipelineRequest({ url, headers: createHttpHeaders({ accept: "application/json" }) });
      const { bodyAsText, status } = await pipeline.sendRequest(client, request);
      if (status === 404) return { unfinished: [] };
      const answer = page.safeParse(parseJson(bodyAsText ?? ""));
      if (status !== 200 || !answer.success) return { unknown: `Azure answers ${status}` };
      for (const { id, provisioningState: state = "Succeeded" } of answer.data.value)
        if (!FINE.includes(state.toLowerCase())) found.push({ id, state });
      url = answer.data.nextLink;
    }
    return { unfinished: found };
  } catch (error) {
    const { message, name } = error as Error;
    if (NO_TOKEN.includes(name))
      return { unknown: "there is no login to Azure, or an expired one: az login, then again" };
    return { unknown: flat(message.split("\n")[0] ?? "") };
  }
};
