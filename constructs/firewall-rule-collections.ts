import type {
  FirewallPolicyRuleCollectionGroupApplicationRuleCollection,
  FirewallPolicyRuleCollectionGroupNatRuleCollection,
  FirewallPolicyRuleCollectionGroupNetworkRuleCollection,
} from "@cdktf/provider-azurerm/lib/firewall-policy-rule-collection-group";
import type { HostRule, PortRule, Source } from "./egress-rules";
import type { PublicAddress } from "./public-address";

/** The id of the IP group of a source. */
type GroupOf = (source: Source) => string;

/** What comes in: users, on the ports of the gateway, whatever their address. */
export const gatewayRules = ({
  address,
  privateIp,
}: {
  readonly address: PublicAddress;
  readonly privateIp: string;
}): FirewallPolicyRuleCollectionGroupNatRuleCollection => ({
  name: "in",
  priority: 100,
  action: "Dnat",
  rule: [80, 443].map((port) => ({
    name: `gateway-${port}`,
    protocols: ["TCP"],
    sourceAddresses: ["*"],
    destinationAddress: address.ipAddress,
    destinationPorts: [String(port)],
    translatedAddress: privateIp,
    translatedPort: port,
  })),
});

/** What goes out by TCP port. */
export const portRules = (
  rules: readonly PortRule[],
  groupOf: GroupOf,
): FirewallPolicyRuleCollectionGroupNetworkRuleCollection => ({
  name: "out-by-port",
  priority: 200,
  action: "Allow",
  rule: rules.map((rule) => ({
    sourceIpGroups: [groupOf("nodes")],
    name: rule.name,
    protocols: ["TCP"],
    ...("hosts" in rule ? { destinationFqdns: [...rule.hosts] } : { destinationAddresses: [rule.serviceTag] }),
    destinationPorts: [...rule.ports],
  })),
});

/** What goes out by the name of a host. */
export const hostRules = (
  rules: readonly HostRule[],
  groupOf: GroupOf,
): FirewallPolicyRuleCollectionGroupApplicationRuleCollection => ({
  name: "out-by-host",
  priority: 300,
  action: "Allow",
  rule: rules.map((rule) => ({
    sourceIpGroups: [groupOf(rule.from)],
    name: rule.name,
    ...("tag" in rule
      ? { protocols: [{ type: "Http", port: 80 }, HTTPS], destinationFqdnTags: [rule.tag] }
      : { protocols: [HTTPS], destinationFqdns: [...rule.hosts] }),
  })),
});

const HTTPS = { type: "Https", port: 443 };
