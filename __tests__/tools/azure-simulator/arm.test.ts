import { beforeEach, describe, expect, it } from "vitest";
import { Arm } from "../../../tools/azure-simulator/arm";
import type { JsonObject } from "../../../tools/azure-simulator/store";

const SUBSCRIPTION = "/subscriptions/5f1c0d4e-0000-4000-8000-7375626d6d76";
const GROUP = `${SUBSCRIPTION}/resourceGroups/rg-test`;
const NETWORK = `${GROUP}/providers/Microsoft.Network/virtualNetworks/vnet`;
const ADDRESS = `${GROUP}/providers/Microsoft.Network/publicIPAddresses/pip`;

let arm: Arm;
const send = (method: string, path: string, body?: JsonObject) =>
  arm.handle({ method, url: new URL(path, "https://management.azure.com"), body });
const put = (path: string, properties: JsonObject = {}) => send("PUT", path, { location: "eastus2", properties });
const stateOf = (path: string) =>
  (send("GET", path).body as { properties: JsonObject }).properties["provisioningState"];

beforeEach(() => {
  arm = new Arm();
  put(GROUP);
});

describe("an operation that fails", () => {
  const make = () => put(NETWORK, { addressSpace: { addressPrefixes: ["10.0.0.0/16"] } });

  it("is accepted, says so when it is asked how it ended, and leaves something that is there and does not work", () => {
    arm.failsNext = true;
    const { status, headers } = make();
    expect([status, stateOf(NETWORK)]).toEqual([201, "Failed"]);
    expect(send("GET", String(headers?.["Azure-AsyncOperation"]))).toMatchObject({
      status: 200,
      body: { status: "Failed", error: { code: "CreateFailed" } },
    });
  });

  it("is the next one alone, and an update ends what it left", () => {
    arm.failsNext = true;
    make();
    put(ADDRESS);
    expect([stateOf(NETWORK), stateOf(ADDRESS)]).toEqual(["Failed", "Succeeded"]);
    const { status, headers } = make();
    expect([status, stateOf(NETWORK)]).toEqual([200, "Succeeded"]);
    expect(send("GET", String(headers?.["Azure-AsyncOperation"])).body).toEqual({ status: "Succeeded" });
  });

  it("is none that Azure would have refused anyway, and no other for it", () => {
    arm.failsNext = true;
    expect(put(`${NETWORK}/subnets/a`, { addressPrefixes: ["10.0.1.0/24"] }).status).toBe(404);
    make();
    expect(stateOf(NETWORK)).toBe("Succeeded");
  });
});

describe("the list of what is in a group", () => {
  const listed = (query = "") => send("GET", `${GROUP}/resources?api-version=2021-04-01${query}`);
  const values = (query?: string) => (listed(query).body as { value: JsonObject[] }).value;

  it("says how each ended to whoever asks for it, and to nobody else", () => {
    arm.failsNext = true;
    put(NETWORK);
    put(ADDRESS);
    const [network, address] = [
      { id: NETWORK, name: "vnet", type: "Microsoft.Network/virtualNetworks", location: "eastus2" },
      { id: ADDRESS, name: "pip", type: "Microsoft.Network/publicIPAddresses", location: "eastus2" },
    ];
    expect(values()).toEqual([network, address]);
    expect(values("&$expand=createdTime,provisioningState")).toEqual([
      { ...network, provisioningState: "Failed" },
      { ...address, provisioningState: "Succeeded" },
    ]);
  });

  it("has pages of a thousand, each with the address of the next and the question as it was", () => {
    for (let index = 0; index < 2_001; index += 1) put(`${ADDRESS}-${index}`);
    const sizes: number[] = [];
    const names = new Set<unknown>();
    let query: string | undefined = "&$expand=provisioningState";
    while (query !== undefined) {
      const { nextLink, value } = listed(query).body as { nextLink?: string; value: JsonObject[] };
      sizes.push(value.length);
      for (const { name, provisioningState } of value) if (provisioningState === "Succeeded") names.add(name);
      query = nextLink && `&${new URL(nextLink).searchParams}`;
    }
    expect([sizes, names.size]).toEqual([[1000, 1000, 1], 2_001]);
  });

  it("is none of a group that is not there", () => {
    expect(send("GET", `${SUBSCRIPTION}/resourceGroups/nowhere/resources`)).toMatchObject({
      status: 404,
      body: { error: { code: "ResourceGroupNotFound" } },
    });
    expect(values()).toEqual([]);
  });
});
