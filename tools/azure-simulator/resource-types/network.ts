import { v5 as uuidv5 } from "uuid";
import { type Behaviours, type Change, type Refusal, refuse, withProperties } from "../behaviour";
import { isShared, isWithin, parseCidr } from "../cidr";
import { dig, type Json, type JsonObject, list, type Resource, type Store, stringsIn, text } from "../store";

const NETWORK = "microsoft.network";

/** A public address that is the same in every run, from the range that RFC 5737 keeps for documentation. */
function addressFor(key: string): string {
  const byte = Number.parseInt(uuidv5(key, uuidv5.URL).slice(0, 2), 16);
  return `198.51.100.${(byte % 254) + 1}`;
}

export const prefixesOf = (resource: Resource | undefined): string[] => {
  const properties = resource?.body.properties;
  const prefixes = [text(dig(properties, "addressPrefix")), ...list(dig(properties, "addressPrefixes")).map(text)];
  return [...new Set(prefixes.filter((prefix) => prefix !== ""))];
};

function refuseSubnet({ id, body, store }: Change): Refusal | undefined {
  const network = store.get(id.parentKey);
  const space = list(dig(network?.body, "properties", "addressSpace", "addressPrefixes")).map(text);
  const siblings = store.children(id.parentKey, id.type).filter((other) => other.id.key !== id.key);
  for (const prefix of prefixesOf({ id, body })) {
    const parsed = parseCidr(prefix);
    if (!parsed)
      return refuse(400, "InvalidCIDRNotation", `The address prefix ${prefix} has an invalid CIDR notation.`);
    if (parsed.prefix > 29) {
      return refuse(
        400,
        "NetcfgInvalidSubnet",
        `Subnet '${id.name}' is too small: /29 is the smallest that Azure takes.`,
      );
    }
    if (!space.some((range) => isWithin(prefix, range))) {
      return refuse(400, "NetcfgInvalidSubnet", `Subnet '${id.name}' (${prefix}) is not inside its virtual network.`);
    }
    const clash = siblings.find((other) => prefixesOf(other).some((taken) => isShared(taken, prefix)));
    if (clash)
      return refuse(400, "NetcfgSubnetRangesOverlap", `Subnet '${id.name}' overlaps with subnet '${clash.id.name}'.`);
  }
  return undefined;
}

function refuseNetwork({ id, body }: Change): Refusal | undefined {
  for (const range of list(dig(body, "properties", "addressSpace", "addressPrefixes")).map(text)) {
    if (!parseCidr(range))
      return refuse(400, "InvalidCIDRNotation", `Virtual network '${id.name}': ${range} has an invalid CIDR notation.`);
  }
  return undefined;
}

/** Who may hold a public address; Azure gives it to one at a time. */
const HOLDERS = [`${NETWORK}/natgateways`, `${NETWORK}/azurefirewalls`, "microsoft.containerservice/managedclusters"];

export function refuseSharedAddress({ id, store }: Change, addresses: readonly string[]): Refusal | undefined {
  const holders = store.all().filter((other) => HOLDERS.includes(other.id.type) && other.id.key !== id.key);
  for (const address of addresses.map((path) => path.toLowerCase())) {
    const holder = holders.find(({ body }) => stringsIn(body).some((value) => value.toLowerCase() === address));
    if (holder) return refuse(400, "PublicIPAddressInUse", `${address} is already allocated to ${holder.id.key}.`);
  }
  return undefined;
}

const idsOf = (references: Json | undefined) => list(references).map((reference) => text(dig(reference, "id")));

const embedded =
  (property: string, childType: string) =>
  (resource: Resource, store: Store): JsonObject =>
    withProperties(resource.body, {
      [property]: store.children(resource.id.key, childType).map((child) => child.body),
    });

export const network: Behaviours = {
  [`${NETWORK}/virtualnetworks`]: {
    refuse: refuseNetwork,
    // Whoever changes the network sends its subnets along as they were read; they are resources of their own here.
    complete: ({ body }) => withProperties(body, { subnets: undefined }),
    read: embedded("subnets", `${NETWORK}/virtualnetworks/subnets`),
  },
  [`${NETWORK}/virtualnetworks/subnets`]: { refuse: refuseSubnet },
  [`${NETWORK}/natgateways`]: {
    refuse: (change) => refuseSharedAddress(change, idsOf(dig(change.body, "properties", "publicIpAddresses"))),
  },
  [`${NETWORK}/networksecuritygroups`]: {
    read: embedded("securityRules", `${NETWORK}/networksecuritygroups/securityrules`),
  },
  [`${NETWORK}/publicipaddresses`]: {
    complete: ({ id, body }) => {
      const label = text(dig(body, "properties", "dnsSettings", "domainNameLabel"));
      const fqdn = `${label}.${text(body.location)}.cloudapp.azure.com`;
      return withProperties(body, {
        ipAddress: addressFor(id.key),
        ...(label !== "" && { dnsSettings: { ...(dig(body, "properties", "dnsSettings") as JsonObject), fqdn } }),
      });
    },
  },
  [`${NETWORK}/privatednszones`]: {
    complete: ({ body }) => withProperties(body, { numberOfRecordSets: 1, maxNumberOfRecordSets: 25_000 }),
    afterPut: ({ id, store }) => {
      if (!store.has(`${id.key}/soa/@`)) {
        store.seed(`${id.key}/SOA/@`, {
          id: `${id.key}/SOA/@`,
          name: "@",
          properties: {
            ttl: 3600,
            soaRecord: {
              host: "azureprivatedns.net",
              email: "azureprivatedns-host.microsoft.com",
              refreshTime: 3600,
              retryTime: 300,
              expireTime: 2_419_200,
              minimumTtl: 10,
              serialNumber: 1,
            },
          },
        });
      }
    },
  },
  [`${NETWORK}/privateendpoints`]: {
    complete: ({ id, body }) =>
      withProperties(body, {
        networkInterfaces: [],
        customDnsConfigs: [],
        privateLinkServiceConnections: list(dig(body, "properties", "privateLinkServiceConnections")).map(
          (connection) => ({
            ...(connection as JsonObject),
            id: `${text(body.id)}/privateLinkServiceConnections/${id.name}`,
          }),
        ),
      }),
  },
};
