import { describe, expect, it } from "vitest";
import type { Environment } from "../../model/environment";
import { gatewayListens } from "../../model/gateway";
import { namesOf } from "../../model/naming";
import { firewallFor } from "../../tools/program/egress";
import { resourceGraph } from "../../tools/terraform/stack-json";
import { egressVariants } from "../support/egress-variants";
import { ENVIRONMENTS } from "../support/fixtures/environments/all";
import { production } from "../support/fixtures/environments/production";
import { isAfter } from "../support/order";
import { alone } from "../support/provider-stack";
import { type Block, type Synthesized, synthProgram } from "../support/synth";

const VARIANTS = egressVariants().map(({ title, environment }) => {
  const stack = synthProgram({ environments: [alone(environment)] })[`${environment.name}-infra`];
  if (!stack) throw new Error(`no stack of ${environment.name}`);
  return { title, environment, stack };
});
const shippedAs = (name: string) => VARIANTS.filter(({ environment }) => environment.name === name);
const CLUSTER = "azurerm_kubernetes_cluster.cluster";
const GATEWAY_IP = "${azurerm_public_ip.gateway-address.ip_address}";

const leavesByFirewall = ({ all }: Synthesized) =>
  all("azurerm_route_table").some(({ route = [] }: Block) =>
    route.some(
      ({ address_prefix, next_hop_type }: Block) =>
        address_prefix === "0.0.0.0/0" && next_hop_type === "VirtualAppliance",
    ),
  );
/** Whether somebody on the internet gets to a load balancer at the gateway's public address. */
const letsTheInternetIn = ({ all }: Synthesized) =>
  all("azurerm_network_security_rule").some(
    ({ access, destination_address_prefix, direction, source_address_prefix }: Block) =>
      access === "Allow" &&
      direction === "Inbound" &&
      (source_address_prefix === "Internet" || destination_address_prefix === GATEWAY_IP),
  );

describe("every environment with every egress", () => {
  it("is tried: both environments, each shape with each of its steps", () => {
    const seen = new Set(
      VARIANTS.map(({ environment: { name, egress } }) =>
        [name, egress.via, "routing" in egress ? egress.routing : "address" in egress ? egress.address : ""].join(" "),
      ),
    );
    expect(seen.size).toBe(ENVIRONMENTS.length * 6);
    // Both sides of what is asked below.
    expect(new Set(VARIANTS.map(({ stack }) => leavesByFirewall(stack)))).toEqual(new Set([true, false]));
    expect(new Set(VARIANTS.map(({ stack }) => letsTheInternetIn(stack)))).toEqual(new Set([true, false]));
  });

  it.each(VARIANTS)(
    "$title: a gateway with a public address, or a default route to a firewall, never both",
    ({ environment, stack }) => {
      const isPublic = gatewayListens(environment).on === "publicAddress";
      expect(letsTheInternetIn(stack)).toBe(isPublic);
      expect(leavesByFirewall(stack)).toBe(!isPublic);
      // One thing holds the address: the load balancer that AKS makes, or the firewall.
      const held = JSON.stringify(stack.all("azurerm_firewall")).includes("azurerm_public_ip.gateway-address.id");
      expect(held).toBe(!isPublic);
    },
  );

  it.each(VARIANTS)("$title: one and the same egress address, which somebody holds", ({ environment, stack }) => {
    const { egress } = environment;
    expect(stack.json.resource.azurerm_public_ip["egress-address"]).toMatchObject({
      name: namesOf(environment).egressAddress,
      allocation_method: "Static",
    });
    const { load_balancer_profile: profile } = stack.one("azurerm_kubernetes_cluster").network_profile;
    const byNat = stack.all("azurerm_nat_gateway_public_ip_association").map((held) => held.public_ip_address_id);
    const held = [...(profile?.outbound_ip_address_ids ?? []), ...byNat].filter((id) => id.includes("egress-address"));
    const between = egress.via === "loadBalancer" && egress.address !== "own";
    const further = egress.via === "loadBalancer" ? 0 : egress.addresses - 1;
    expect(held.sort()).toEqual([
      ...Array.from({ length: further }, (_, index) => `\${azurerm_public_ip.egress-address-${index + 2}.id}`),
      ...(between ? [] : ["${azurerm_public_ip.egress-address.id}"]),
    ]);
  });

  it.each(VARIANTS)("$title: AKS is told the way that is there", ({ environment: { egress }, stack }) => {
    const cluster = stack.one("azurerm_kubernetes_cluster");
    const expected = leavesByFirewall(stack)
      ? "userDefinedRouting"
      : egress.via === "loadBalancer"
        ? "loadBalancer"
        : "userAssignedNATGateway";
    expect(cluster.network_profile.outbound_type).toBe(expected);
  });

  it.each(VARIANTS)("$title: AKS joins when nothing else writes to the network any more", ({ stack }) => {
    const writers = [...resourceGraph(stack.json).keys()].filter((address) =>
      /^azurerm_(subnet|private_endpoint|network_security_rule|firewall\.|virtual_network_(dns|peering))/.test(address),
    );
    expect(writers.length).toBeGreaterThan(6);
    expect(writers.filter((address) => !isAfter(stack, CLUSTER, address))).toEqual([]);
  });

  it.each(VARIANTS)("$title: every subnet of machines has a way out", ({ environment, stack }) => {
    const out = [
      ...stack.all("azurerm_subnet_nat_gateway_association"),
      ...stack.all("azurerm_subnet_route_table_association"),
    ].map(({ subnet_id }) => /\.network_([a-z]+)_/.exec(subnet_id)?.[1]);
    expect(new Set(out).size).toBe(out.length);
    expect(out.sort()).toEqual(
      [
        ...(environment.egress.via === "firewall" ? ["firewall"] : []),
        ...(environment.egress.via === "loadBalancer" ? [] : ["nodes"]),
        ...(environment.runner.kind === "none" ? [] : ["runner"]),
      ].sort(),
    );
  });
});

describe.each(ENVIRONMENTS.map(({ name }) => name))("the public addresses of %s", (name) => {
  it("are the same resources in every shape, so that a move replaces none", () => {
    const kept = shippedAs(name).map(({ stack }) => {
      const { "egress-address": egress, "gateway-address": gateway } = stack.json.resource.azurerm_public_ip;
      return JSON.stringify([egress, gateway]);
    });
    expect(kept.length).toBeGreaterThan(5);
    expect(new Set(kept).size).toBe(1);
  });
});

describe.each(ENVIRONMENTS.map((environment) => environment.name))("a firewall of %s", (name) => {
  const withFirewall = shippedAs(name).filter(({ environment: { egress } }) => egress.via === "firewall");

  it("has a subnet of its own without a security group, and logs what it let out", () => {
    expect(withFirewall.length).toBe(4);
    for (const { stack } of withFirewall) {
      expect(stack.all("azurerm_subnet").map((subnet) => subnet.name)).toContain("AzureFirewallSubnet");
      expect(stack.all("azurerm_network_security_group").map((group) => group.name)).not.toContain(
        "nsg-AzureFirewallSubnet",
      );
      const settings = stack
        .all("azurerm_monitor_diagnostic_setting")
        .filter(({ target_resource_id }) => target_resource_id.includes("azurerm_firewall."));
      expect(settings).toMatchObject([{ log_analytics_destination_type: "Dedicated" }]);
      expect(settings[0].enabled_log.map(({ category }: Block) => category)).toContain("AZFWApplicationRule");
    }
  });

  it("lets out what is on in the environment, of the subnets that are sent through it", () => {
    for (const { environment, stack } of withFirewall) {
      const { access, addressPlan, aws, database, defender, kubernetes, prometheus, runner } = environment;
      const [{ rule }] = stack.one("azurerm_firewall_policy_rule_collection_group").application_rule_collection;
      const rules = rule.map((one: Block) => one.name);
      const on = {
        "cost-analysis": kubernetes.costAnalysis,
        defender,
        prometheus,
        vaults: access.via === "authorizedRanges",
        registry: stack.one("azurerm_container_registry").public_network_access_enabled,
        "runner-github": runner.kind === "gitHub",
        application: aws.endpoints.length > 0,
      };
      for (const [one, isOn] of Object.entries(on)) expect([one, rules.includes(one)]).toEqual([one, isOn]);
      const deploys = rule.find((one: Block) => one.name === "runner-deploys");
      expect(deploys !== undefined).toBe(runner.kind !== "none");
      if (deploys)
        expect(deploys.destination_fqdns).toEqual(
          expect.arrayContaining([
            "secretsmanager.us-east-1.amazonaws.com",
            "000000000000.dkr.ecr.us-east-1.amazonaws.com",
            "registry-1.docker.io",
            "quay.io",
          ]),
        );
      const ports = stack.one("azurerm_firewall_policy_rule_collection_group").network_rule_collection;
      expect(ports !== undefined).toBe(database.via === "firewallRule");
      expect(stack.all("azurerm_ip_group").flatMap(({ cidrs }) => cidrs)).toEqual([
        addressPlan.nodes,
        ...(runner.kind === "none" ? [] : [runner.addressPrefix]),
      ]);
    }
  });
});

describe("a firewall before Flux", () => {
  const GIT = { name: "git", protocols: ["TCP"], destination_ports: ["443"], destination_fqdns: ["ssh.github.com"] };
  const ruled = (gitOps: Environment["gitOps"]) => {
    const environment = {
      ...production,
      egress: firewallFor(production, { tier: "Standard", routing: "active" }),
      gitOps,
    };
    const stack = synthProgram({ environments: [alone(environment)] })["production-infra"];
    const rules = stack?.one("azurerm_firewall_policy_rule_collection_group");
    const named = ({ name, destination_fqdns }: Block) => [name, destination_fqdns];
    return {
      hosts: Object.fromEntries(rules.application_rule_collection[0].rule.map(named)),
      ports: (rules.network_rule_collection?.[0].rule ?? []) as Block[],
    };
  };
  const AZURE = [
    "login.microsoftonline.com",
    "management.azure.com",
    "eastus2.dp.kubernetesconfiguration.azure.com",
    "*.ingestion.msftcloudes.com",
    "*.microsoftmetrics.com",
  ];

  it("lets nothing of it out while Terraform delivers everything", () => {
    const { hosts, ports } = ruled({ via: "none" });
    expect(hosts).not.toHaveProperty("flux");
    expect(hosts).not.toHaveProperty("git");
    expect(ports.map(({ name }) => name)).not.toContain("git");
  });

  it("lets its SSH out by port, because no rule for hosts takes it for HTTPS", () => {
    const { hosts, ports } = ruled({ via: "deployKey", delivery: {} });
    expect(hosts.flux).toEqual(AZURE);
    expect(hosts).not.toHaveProperty("git");
    expect(ports).toContainEqual(expect.objectContaining(GIT));
  });

  it("lets a GitHub App out by host", () => {
    const { hosts, ports } = ruled({ via: "gitHubApp", appId: 1, installationId: 2, delivery: {} });
    expect(hosts).toMatchObject({ flux: AZURE, git: ["github.com", "api.github.com"] });
    expect(ports.map(({ name }) => name)).not.toContain("git");
  });
});

describe("what lies under a lock", () => {
  it("is the same in every shape, because Azure lets nothing go from under one", () => {
    const below = VARIANTS.map(({ environment, stack }) => {
      const roles = stack.json.resource.azurerm_role_assignment as Record<string, Block>;
      const onAddresses = Object.entries(roles)
        .filter(([, { scope }]) => /azurerm_public_ip\.(egress|gateway)-address\./.test(scope))
        .map(([name]) => name)
        .sort();
      return [environment.name, onAddresses.join()].join(": ");
    });
    expect(new Set(below).size).toBe(new Set(VARIANTS.map(({ environment }) => environment.name)).size);
  });
});

describe("gatewayListens", () => {
  it("inside once routing is active, at the address that the environment says", () => {
    for (const { environment } of VARIANTS) {
      const { egress } = environment;
      const expected =
        "routing" in egress && egress.routing === "active"
          ? { on: "privateIp", ip: egress.gatewayIp }
          : { on: "publicAddress" };
      expect(gatewayListens(environment)).toEqual(expected);
    }
  });
});
