import { describe, expect, it } from "vitest";
import { gatewayRules, hostRules, portRules } from "../../constructs/firewall-rule-collections";

const groupOf = (source: string) => `group of ${source}`;

describe("gatewayRules", () => {
  it("bring users from anywhere to the gateway, on its two ports", () => {
    const { rule, ...collection } = gatewayRules({
      address: { ipAddress: "203.0.113.1" } as never,
      privateIp: "10.0.0.250",
    });
    expect(collection).toEqual({ name: "in", priority: 100, action: "Dnat" });
    expect(rule).toEqual(
      [80, 443].map((port) => ({
        name: `gateway-${port}`,
        protocols: ["TCP"],
        sourceAddresses: ["*"],
        destinationAddress: "203.0.113.1",
        destinationPorts: [String(port)],
        translatedAddress: "10.0.0.250",
        translatedPort: port,
      })),
    );
  });
});

describe("portRules", () => {
  it("let nodes alone out over TCP, to hosts or to the addresses of a service", () => {
    expect(
      portRules(
        [
          { name: "database", hosts: ["db.invalid"], ports: ["5432"] },
          { name: "redirect", serviceTag: "Sql.eastus2", ports: ["11000-11999"] },
        ],
        groupOf,
      ),
    ).toEqual({
      name: "out-by-port",
      priority: 200,
      action: "Allow",
      rule: [
        {
          name: "database",
          sourceIpGroups: ["group of nodes"],
          protocols: ["TCP"],
          destinationFqdns: ["db.invalid"],
          destinationPorts: ["5432"],
        },
        {
          name: "redirect",
          sourceIpGroups: ["group of nodes"],
          protocols: ["TCP"],
          destinationAddresses: ["Sql.eastus2"],
          destinationPorts: ["11000-11999"],
        },
      ],
    });
  });
});

describe("hostRules", () => {
  it("let each source out to hosts by HTTPS, and by HTTP only to a list that Azure keeps", () => {
    expect(
      hostRules(
        [
          { name: "aks", from: "nodes", tag: "AzureKubernetesService" },
          { name: "github", from: "runner", hosts: ["github.com"] },
        ],
        groupOf,
      ),
    ).toEqual({
      name: "out-by-host",
      priority: 300,
      action: "Allow",
      rule: [
        {
          name: "aks",
          sourceIpGroups: ["group of nodes"],
          protocols: [
            { type: "Http", port: 80 },
            { type: "Https", port: 443 },
          ],
          destinationFqdnTags: ["AzureKubernetesService"],
        },
        {
          name: "github",
          sourceIpGroups: ["group of runner"],
          protocols: [{ type: "Https", port: 443 }],
          destinationFqdns: ["github.com"],
        },
      ],
    });
  });
});
