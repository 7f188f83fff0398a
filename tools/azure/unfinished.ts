import { z } from "zod";
import { flat } from "../flat";
import { parseJson } from "../parse-json";
import { ARM, askerOf } from "./ask";
import { NO_TOKEN } from "./login";

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

const API_VERSION = "2021-04-01";
/** How an operation ends that did not end well; whatever else a resource is in, Azure is at work on it, or done. */
const ENDED_BADLY = ["failed", "canceled"];
/** What the list of a group leaves out, by the type above it: children, and what extends a cluster. */
const BELOW: Readonly<Record<string, readonly { readonly list: string; readonly apiVersion: string }[]>> = {
  "microsoft.containerservice/managedclusters": [
    { list: "agentPools", apiVersion: "2025-05-01" },
    { list: "providers/Microsoft.KubernetesConfiguration/extensions", apiVersion: "2024-11-01" },
    { list: "providers/Microsoft.KubernetesConfiguration/fluxConfigurations", apiVersion: "2025-04-01" },
  ],
  "microsoft.network/firewallpolicies": [{ list: "ruleCollectionGroups", apiVersion: "2024-05-01" }],
};

/** Of a list of resources the state stands beside the id, of a list of children inside of the properties. */
const page = z.object({
  value: z.array(
    z.object({
      id: z.string(),
      provisioningState: z.string().optional(),
      properties: z.object({ provisioningState: z.string().optional() }).optional(),
    }),
  ),
  nextLink: z.string().optional(),
});

/**
 * The resources of a group that did not end well: `terraform import` takes them as healthy, and no plan sees it, because
 * azurerm reads the state of almost none (learn.microsoft.com/rest/api/resources/resources/list-by-resource-group).
 * @param group the id of the resource group
 */
export const unfinishedIn: AskAzure = async (group) => {
  try {
    const ask = askerOf(ARM);
    const found: Unfinished[] = [];
    const lists = [`${ARM}${group}/resources?api-version=${API_VERSION}&$expand=provisioningState`];
    for (let url = lists.pop(); url !== undefined; url = lists.pop()) {
      const { body, status } = await ask({ url });
      // A group, or a resource that went away in this moment.
      if (status === 404) continue;
      const answer = page.safeParse(parseJson(body));
      if (status !== 200 || !answer.success) return { unknown: `Azure answers ${status}` };
      if (answer.data.nextLink !== undefined) lists.push(answer.data.nextLink);
      for (const { id, properties, provisioningState = properties?.provisioningState ?? "Succeeded" } of answer.data
        .value) {
        if (ENDED_BADLY.includes(provisioningState.toLowerCase())) found.push({ id, state: provisioningState });
        const type = /\/providers\/([^/]+\/[^/]+)\/[^/]+$/i.exec(id)?.[1]?.toLowerCase() ?? "";
        for (const { apiVersion, list } of BELOW[type] ?? [])
          lists.push(`${ARM}${id}/${list}?api-version=${apiVersion}`);
      }
    }
    return { unfinished: found };
  } catch (error) {
    const { message, name } = error as Error;
    if (NO_TOKEN.includes(name))
      return { unknown: "there is no login to Azure, or an expired one: az login, then again" };
    return { unknown: flat(message.split("\n")[0] ?? "") };
  }
};
