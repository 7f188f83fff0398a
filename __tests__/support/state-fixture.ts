import { vi } from "vitest";
import { namesOf } from "../../model/naming";
import type { Send } from "../../tools/azure/send";
import { Blobs } from "../../tools/azure-simulator/blobs";
import { Store } from "../../tools/azure-simulator/store";
import type { SynthesizedStack } from "../../tools/program/stacks";
import { blobClient, seedAccount } from "./blob-account";
import { staging } from "./fixtures/environments/staging";
import { answered, stackInfo } from "./small-stack";

export const STATES = "stmmrvstatek3m7";
export const COPY = "stmmrvcopyk3m7";
export const STACK = "staging-infra";
export const SECRET = "a value of an attribute";
const SUBSCRIPTION = answered(staging).subscriptionId;
const GROUP = namesOf(staging).resourceGroup;

/** Speaks to the blobs of a stand-in in this process, as the network would. */
export const sendTo =
  (blobs: Blobs): Send =>
  async ({ body = "", headers = {}, method, url }) => {
    const answer = blobs.handle({
      method,
      url: new URL(url),
      headers: { authorization: "Bearer of-nobody", ...headers },
      body: Buffer.from(body),
    });
    const found = new Map(Object.entries(answer.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
    return {
      status: answer.status,
      body: answer.bytes?.toString() ?? "",
      header: (name) => found.get(name.toLowerCase()),
    };
  };

/** The stack of the tests: a network with as many subnets as are asked for. */
export const infraStack = (subnets: readonly string[], id = STACK): SynthesizedStack =>
  stackInfo(id, {
    json: {
      terraform: {
        backend: {
          azurerm: { storage_account_name: STATES, container_name: "staging", key: `${id}.tfstate` },
        },
      } as object,
      resource: {
        azurerm_virtual_network: { network: { name: "vnet", resource_group_name: GROUP } },
        azurerm_subnet: Object.fromEntries(
          subnets.map((name) => [name, { name, resource_group_name: GROUP, virtual_network_name: "vnet" }]),
        ),
      },
    },
  });

interface StateParts {
  readonly serial?: number;
  readonly lineage?: string;
  /** The group that its resources are in. */
  readonly group?: string;
}

/** A state of that stack; each resource has an attribute that nobody may read. */
export function stateText(
  subnets: readonly string[],
  { group = GROUP, lineage = "ours", serial = 1 }: StateParts = {},
) {
  const network = `/subscriptions/${SUBSCRIPTION}/resourceGroups/${group}/providers/Microsoft.Network/virtualNetworks/vnet`;
  const managed = (type: string, name: string, id: string) => ({
    mode: "managed",
    type,
    name,
    instances: [{ attributes: { id, input: SECRET } }],
  });
  const resources = [
    managed("azurerm_virtual_network", "network", network),
    ...subnets.map((name) => managed("azurerm_subnet", name, `${network}/subnets/${name}`)),
    { mode: "data", type: "azurerm_client_config", name: "azure", instances: [{ attributes: { id: "data" } }] },
  ];
  return `${JSON.stringify({ version: 4, serial, lineage, outputs: {}, resources }, null, 2)}\n`;
}

const NOON = Date.UTC(2026, 11, 1, 12);

/** The storage of the states and of their copy, with a clock that stands at noon, and what is said meanwhile. */
export function stateStage() {
  const store = new Store();
  seedAccount(store, { account: STATES, container: "staging" });
  for (const container of ["bootstrap", "production"]) seedAccount(store, { account: STATES, container });
  seedAccount(store, { account: COPY, container: "states", retention: { days: 30, state: "Unlocked" } });
  const blobs = new Blobs(store);
  let now = NOON;
  blobs.now = () => now;
  const states = blobClient(blobs, STATES);
  const said: string[] = [];
  for (const stream of ["log", "error"] as const)
    vi.spyOn(console, stream).mockImplementation((line) => void said.push(String(line)));
  const blob = `/staging/${STACK}.tfstate`;
  return {
    blobs,
    store,
    send: sendTo(blobs),
    states,
    copies: blobClient(blobs, COPY),
    blob,
    /** Writes a state a minute later, and returns its version. */
    write: (text: string): string => {
      now += 60_000;
      return states("PUT", blob, {}, text).headers["x-ms-version-id"] ?? "";
    },
    later: (ms: number) => (now += ms),
    current: () => states("GET", blob).text,
    said: () => said.splice(0).join("\n"),
  };
}

/** Terraform's note on who holds a state, in the metadata of its blob. */
export const lockNote = (id: string, who = "runner@host") =>
  Buffer.from(
    JSON.stringify({ ID: id, Operation: "OperationTypeApply", Who: who, Created: "2026-12-01T12:00:00Z" }),
  ).toString("base64");
