import { type Behaviours, type Change, type Refusal, refuse, withProperties } from "../behaviour";
import { addressIn, parseCidr } from "../cidr";
import { dig, type Json, list, object, type Store, text } from "../store";
import { prefixesOf, refuseSharedAddress } from "./network";

const FIREWALL = "microsoft.network/azurefirewalls";

const configurationsOf = (body: Json) => list(dig(body, "properties", "ipConfigurations"));

/** What learn.microsoft.com/azure/firewall/firewall-faq asks of the subnet. */
function refuseFirewall(change: Change): Refusal | undefined {
  const { body, store } = change;
  const subnet = store.get(text(dig(configurationsOf(body)[0], "properties", "subnet", "id")));
  if (subnet?.id.name.toLowerCase() !== "azurefirewallsubnet")
    return refuse(400, "AzureFirewallSubnetNotFound", "The first IP configuration must be in AzureFirewallSubnet.");
  if (dig(subnet.body, "properties", "networkSecurityGroup", "id") !== undefined)
    return refuse(400, "SubnetWithNetworkSecurityGroup", "AzureFirewallSubnet takes no network security group.");
  const tooSmall = prefixesOf(subnet).some((range) => (parseCidr(range)?.prefix ?? 0) > 26);
  if (tooSmall) return refuse(400, "AzureFirewallSubnetTooSmall", "AzureFirewallSubnet must be /26 or larger.");
  const policy = store.get(text(dig(body, "properties", "firewallPolicy", "id")));
  const [tier, policyTier] = [dig(body, "properties", "sku", "tier"), dig(policy?.body, "properties", "sku", "tier")];
  if (policy && tier !== policyTier && !(tier === "Premium" && policyTier === "Standard"))
    return refuse(
      400,
      "AzureFirewallPolicySkuMismatch",
      `A ${text(tier)} firewall takes no ${text(policyTier)} policy.`,
    );
  return refuseSharedAddress(
    change,
    configurationsOf(body).map((one) => text(dig(one, "properties", "publicIPAddress", "id"))),
  );
}

/** Azure gives a firewall the first free address of its subnet: the fourth, after those that it keeps. */
function privateIpOf(store: Store, subnetId: string): string {
  const [prefix = ""] = prefixesOf(store.get(subnetId));
  return addressIn(prefix, 4) ?? "";
}

function completeFirewall({ body, store }: Change) {
  const [first] = configurationsOf(body);
  const privateIPAddress = privateIpOf(store, text(dig(first, "properties", "subnet", "id")));
  const ipConfigurations = configurationsOf(body).map((one, index) => ({
    ...object(one),
    id: `${text(body.id)}/azureFirewallIpConfigurations/${text(dig(one, "name"))}`,
    properties: { ...object(dig(one, "properties")), ...(index === 0 && { privateIPAddress }) },
  }));
  return withProperties(body, { ipConfigurations });
}

export const firewall: Behaviours = {
  // The provider reads both lists before it deletes a group.
  "microsoft.network/ipgroups": {
    complete: ({ body }) => withProperties(body, { firewalls: [], firewallPolicies: [] }),
  },
  [FIREWALL]: { refuse: refuseFirewall, complete: completeFirewall },
  "microsoft.network/firewallpolicies": {
    refuse: ({ body: { properties } }) =>
      dig(properties, "intrusionDetection") !== undefined && dig(properties, "sku", "tier") !== "Premium"
        ? refuse(400, "FirewallPolicyPremiumOnlyProperties", "intrusionDetection is for the Premium tier.")
        : undefined,
  },
  "microsoft.network/firewallpolicies/rulecollectiongroups": {
    refuse: ({ body, id, store }) => {
      const collections = list(dig(body, "properties", "ruleCollections"));
      const byName = collections
        .filter((collection) => dig(collection, "ruleCollectionType") === "FirewallPolicyFilterRuleCollection")
        .flatMap((collection) => list(dig(collection, "rules")))
        .some((rule) => dig(rule, "ruleType") === "NetworkRule" && list(dig(rule, "destinationFqdns")).length > 0);
      const hasProxy = dig(store.get(id.parentKey)?.body, "properties", "dnsSettings", "enableProxy") === true;
      return byName && !hasProxy
        ? refuse(400, "FirewallPolicyNetworkRuleFqdnRequiresDnsProxy", "Network rules by host need the DNS proxy.")
        : undefined;
    },
  },
};
