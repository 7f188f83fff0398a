import { describe, expect, it } from "vitest";
import type { Environment } from "../../model/environment";
import { staging } from "../support/fixtures/environments/staging";
import { issuesOf } from "../support/issues";

const { logs, gitHub, aws, addressPlan, kubernetes, maintenance } = staging;
const nat = { via: "natGateway", addresses: 1, idleTimeoutMinutes: 4 };
const firewall = {
  via: "firewall",
  addresses: 1,
  idleTimeoutMinutes: 4,
  tier: "Standard",
  routing: "prepared",
  gatewayIp: "10.40.3.250",
  hosts: ["mail.example.com", "*.sentry.io"],
};
const server = { kind: "postgresqlFlexible", resourceGroup: "rg-data", name: "db" };
const peering = {
  via: "peering",
  server,
  network: { resourceGroup: "rg-data", name: "vnet-data", cidrs: ["10.60.0.0/16"] },
  privateDnsZone: { resourceGroup: "rg-data", name: "mmrv.postgres.database.azure.com" },
};

const window = (change: object) => ({
  maintenance: { ...maintenance, cluster: { ...maintenance.cluster, ...change } },
});

/** A file as a user may write it: the compiler is not there to help. */
const wrote = (change: object) => issuesOf([{ ...staging, ...change } as Environment]);

describe("a good environment", () => {
  it.each<[string, object]>([
    ["a NAT gateway with 16 addresses", { egress: { ...nat, addresses: 16, idleTimeoutMinutes: 120 } }],
    ["a prepared firewall", { egress: firewall }],
    ["an active Premium firewall", { egress: { ...firewall, tier: "Premium", routing: "active", hosts: [] } }],
    ["an archive of ten years", { logs: { ...logs, auditArchive: { to: "storage", days: 3650 } } }],
    ["no database", { database: { via: "none" } }],
    ["a database behind a private endpoint", { database: { via: "privateEndpoint", server, approval: "automatic" } }],
    ["Azure SQL behind a firewall", { database: { via: "firewallRule", server: { ...server, kind: "sql" } } }],
    ["a database in a peered network", { database: peering }],
    ["no call to AWS", { aws: { ...aws, endpoints: [] } }],
    ["a host below a cloud", { aws: { ...aws, endpoints: ["files.s3.us-east-1.amazonaws.com"] } }],
    ["a wildcard of one owner", { egress: { ...firewall, hosts: ["*.sentry.io", "*.notwindows.net"] } }],
    ["a key with blanks and colons", { aws: { ...aws, secrets: { backend: [secret("::the key::")] } } }],
    ...["1.34", "1.35", "1.36"].map((version): [string, object] => [
      `Kubernetes ${version}`,
      { kubernetes: { ...kubernetes, version } },
    ]),
    ["a patch of it", { kubernetes: { ...kubernetes, version: "1.36.2", upgradeChannel: "none" } }],
    ...["+00:00", "-12:00", "-03:30", "+05:45", "+14:00"].map((utcOffset): [string, object] => [
      `a window at ${utcOffset}`,
      window({ utcOffset }),
    ]),
    ["two zones in any order", { zones: ["3", "1"] }],
    ["no zone", { zones: [] }],
    ["the widest range of an office", { access: { via: "authorizedRanges", ranges: ["20.1.0.0/16"] } }],
  ])("may have %s", (_, change) => {
    expect(wrote(change)).toEqual([]);
  });
});

const secret = (key: string) => ({ from: "secretsManager", name: "db", key, to: "database-url" });

const OFFSET =
  "must be an offset from -12:00 to +14:00 such as -05:00, its minutes 00, 30 or 45 (no place has another time)";

/** Each row: what a user wrote, and everything that comes back. */
const BAD: [string, object, ...string[]][] = [
  [
    "a NAT gateway without an address, and an impatient one",
    { egress: { ...nat, addresses: 0, idleTimeoutMinutes: 3 } },
    "egress.addresses: got 0, must be a whole number from 1 to 16 (a NAT gateway's limit)",
    "egress.idleTimeoutMinutes: got 3, must be a whole number from 4 to 120 (Azure's limits)",
  ],
  [
    "a NAT gateway above its limits",
    { egress: { ...nat, addresses: 17, idleTimeoutMinutes: 121 } },
    "egress.addresses: got 17, must be a whole number from 1 to 16 (a NAT gateway's limit)",
    "egress.idleTimeoutMinutes: got 121, must be a whole number from 4 to 120 (Azure's limits)",
  ],
  [
    "addresses of a load balancer",
    { egress: { via: "loadBalancer", address: "own", addresses: 2 } },
    "egress.addresses: got 2, must be absent (the load balancer has an address and nothing else)",
  ],
  [
    "somebody else's address",
    { egress: { via: "loadBalancer", address: "theirs" } },
    'egress.address: got "theirs", must be one of own, managed, unset',
  ],
  [
    "a tier of a NAT gateway",
    { egress: { ...nat, tier: "Premium" } },
    'egress.tier: got "Premium", must be absent (a NAT gateway has addresses and an idle timeout, nothing else)',
  ],
  [
    "a Basic firewall",
    { egress: { ...firewall, tier: "Basic" } },
    'egress.tier: got "Basic", must be one of Standard, Premium',
  ],
  [
    "a routing that is none",
    { egress: { ...firewall, routing: "on" } },
    'egress.routing: got "on", must be one of prepared, active',
  ],
  [
    "an address that is none",
    { egress: { ...firewall, gatewayIp: "10.40.3" } },
    'egress.gatewayIp: got "10.40.3", must be an IPv4 address such as 10.40.3.250 (the firewall sends users there)',
  ],
  [
    "a way out to everywhere",
    { egress: { ...firewall, hosts: ["*"] } },
    'egress.hosts.0: got "*", must be a lower-case host name; a leading *. stands for every name below it',
  ],
  [
    "a URL for a host",
    { egress: { ...firewall, hosts: ["mail.example.com", "https://sentry.io"] } },
    'egress.hosts.1: got "https://sentry.io", must be a lower-case host name; a leading *. stands for every name below it',
  ],
  [
    "a setting of another egress",
    { egress: { ...firewall, address: "own" } },
    'egress.address: got "own", must be absent (the firewall has no such setting; model/schema/network.ts lists them)',
  ],
  [
    "no range for a firewall",
    { addressPlan: { ...addressPlan, firewall: undefined } },
    "addressPlan.firewall: got nothing, must be an IPv4 range such as 10.40.0.0/16",
  ],
  [
    "words that are none",
    { podSecurity: "Off", defender: 1, prometheus: "yes", hostEncryption: "no" },
    'podSecurity: got "Off", must be one of Audit, Deny',
    "defender: got 1, must be true or false",
    'prometheus: got "yes", must be true or false',
    'hostEncryption: got "no", must be true or false',
  ],
  [
    "the whole audit log in the workspace",
    { logs: { ...logs, controlPlane: ["guard", "kube-audit"] } },
    'logs.controlPlane.1: got "kube-audit", must be one of kube-audit-admin, guard, kube-controller-manager, cluster-autoscaler, kube-apiserver (kube-audit goes to auditArchive)',
  ],
  [
    "an archive elsewhere",
    { logs: { ...logs, auditArchive: { to: "s3" } } },
    'logs.auditArchive.to: got "s3", must say to: none or storage',
  ],
  [
    "days of no archive",
    { logs: { ...logs, auditArchive: { to: "none", days: 30 } } },
    "logs.auditArchive.days: got 30, must be absent (without an archive nothing is kept)",
  ],
  [
    "an archive of a moment, and an alert for every day",
    { logs: { ...logs, auditArchive: { to: "storage", days: 0 }, warnAtGbPerDay: 0 } },
    "logs.auditArchive.days: got 0, must be a whole number from 1 to 3650 (ten years at most)",
    "logs.warnAtGbPerDay: got 0, must be a number of GB above 0 (every day would alarm)",
  ],
  [
    "a repository with its owner",
    { gitHub: { ...gitHub, infrastructure: { repository: "org/app" } } },
    'gitHub.infrastructure.repository: got "org/app", must be a GitHub name (federation compares it letter by letter)',
  ],
  [
    "no repository of this program",
    { gitHub: { ...gitHub, infrastructure: undefined } },
    "gitHub.infrastructure: got nothing, must be an object",
  ],
  [
    "another way to a database",
    { database: { via: "vpn" } },
    'database.via: got "vpn", must say via: none, privateEndpoint, firewallRule or peering',
  ],
  [
    "a server of no database",
    { database: { via: "none", server } },
    'database.server: got {"kind":"postgresqlFlexible","resourceGroup":"rg-data","name":"db"}, must be absent (there is no database to describe)',
  ],
  [
    "a database of another kind, without a name",
    { database: { via: "firewallRule", server: { ...server, kind: "oracle", name: "" } } },
    'database.server.kind: got "oracle", must be one of postgresqlFlexible, mysqlFlexible, sql',
    'database.server.name: got "", must be a name, without its path',
  ],
  [
    "an approval by nobody",
    { database: { via: "privateEndpoint", server, approval: "never" } },
    'database.approval: got "never", must be one of automatic, manual',
  ],
  [
    "a subscription that is none",
    { database: { via: "privateEndpoint", server: { ...server, subscriptionId: "theirs" }, approval: "manual" } },
    'database.server.subscriptionId: got "theirs", must be a UUID (az account show --query id)',
  ],
  [
    "Azure SQL in a network of its own, which has no ranges",
    { database: { ...peering, server: { ...server, kind: "sql" }, network: { ...peering.network, cidrs: [] } } },
    'database.server.kind: got "sql", must be one of postgresqlFlexible, mysqlFlexible',
    "database.network.cidrs: got [], must be at least one range (they must not overlap ours)",
  ],
  [
    "a peered network with a range that is none",
    { database: { ...peering, network: { ...peering.network, cidrs: ["10.60.0.0/33"] } } },
    'database.network.cidrs.0: got "10.60.0.0/33", must be an IPv4 range such as 10.40.0.0/16 (no such address or prefix)',
  ],
  [
    "an endpoint in capitals",
    { aws: { ...aws, endpoints: ["SQS.amazonaws.com"] } },
    'aws.endpoints.0: got "SQS.amazonaws.com", must be a lower-case host name; a leading *. stands for every name below it',
  ],
  [
    "no word on AWS",
    { aws: { ...aws, endpoints: undefined } },
    "aws.endpoints: got nothing, must be a list of host names",
  ],
  ["DNS nowhere", { dns: { via: "azure" as "route53" } }, 'dns.via: got "azure", must say via: route53 or other'],
  [
    "DNS elsewhere without a place for challenges",
    { dns: { via: "other" } as Environment["dns"] },
    "dns.challenges: got nothing, must be a lower-case DNS host name (it has every challenge below it)",
  ],
  ...["1.29", "1.33", "1.37", "1.99", "1.33.4"].map((version): [string, object, string] => [
    `Kubernetes ${version}`,
    { kubernetes: { ...kubernetes, version } },
    `kubernetes.version: got "${version}", must be one of 1.34, 1.35, 1.36 (AKS supports no older one, and this program knows no newer one)`,
  ]),
  ...["+99:99", "-12:30", "+14:30", "+15:00", "+05:15", "-00:30", "05:00"].map(
    (utcOffset): [string, object, string] => [
      `a window at ${utcOffset}`,
      window({ utcOffset }),
      `maintenance.cluster.utcOffset: got "${utcOffset}", ${OFFSET}`,
    ],
  ),
  ["a zone twice", { zones: ["1", "1"] }, 'zones: got ["1","1"], must name each zone once (twice spreads no further)'],
  ...["20.0.0.0/8", "20.0.0.0/15", "0.0.0.0/0"].map((range): [string, object, string] => [
    `the API server open to ${range}`,
    { access: { via: "authorizedRanges", ranges: [range] } },
    `access.ranges.0: got "${range}", must be /16 or smaller (a wider range lets strangers at the API server and the vaults)`,
  ]),
  ...[
    ["*.blob.core.windows.net", "windows.net"],
    ["*.windows.net", "windows.net"],
    ["*.servicebus.windows.net", "windows.net"],
    ["*.amazonaws.com", "amazonaws.com"],
    ["*.s3.us-east-1.amazonaws.com", "amazonaws.com"],
    ["*.vercel.app", "vercel.app"],
  ].flatMap(([host, cloud]): [string, object, string][] => {
    const must = `must name one host below ${cloud}, without *. (anybody may have an account there: a way out for data)`;
    return [
      [`${host} for AWS`, { aws: { ...aws, endpoints: [host] } }, `aws.endpoints.0: got "${host}", ${must}`],
      [
        `${host} through the firewall`,
        { egress: { ...firewall, hosts: ["mail.example.com", host] } },
        `egress.hosts.1: got "${host}", ${must}`,
      ],
    ];
  }),
  ...[
    ["url\u001b[2J", "url\\u001b[2J"],
    ["url\u200b", "url\\u200b"],
  ].map(([key = "", shown]): [string, object, string] => [
    `a key of a secret with what nobody sees, ${shown}`,
    { aws: { ...aws, secrets: { backend: [secret(key)] } } },
    `aws.secrets.backend.0.key: got "${shown}", must be a key without control characters or others that nobody sees (a copy has brought them in)`,
  ]),
  [
    "a name of a secret with a line break",
    { aws: { ...aws, secrets: { backend: [{ ...secret("url"), name: "db\n" }] } } },
    'aws.secrets.backend.0.name: got "db\\n", must be the name of a secret without the six characters that an ARN adds (aws secretsmanager list-secrets)',
  ],
  [
    "ranges with leading zeros, wherever they stand",
    {
      access: { via: "authorizedRanges", ranges: ["010.0.0.1/32"] },
      aws: { ...aws, vpcCidrs: ["10.0.0.0/08"] },
      addressPlan: { ...addressPlan, pods: "10.0128.0.0/16" },
    },
    ...[
      'addressPlan.pods: got "10.0128.0.0/16"',
      'access.ranges.0: got "010.0.0.1/32"',
      'aws.vpcCidrs.0: got "10.0.0.0/08"',
    ].map((got) => `${got}, must be an IPv4 range without leading zeros (some read 010 as 10, and others as octal 8)`),
  ],
];

describe("a field", () => {
  it.each(BAD)("is refused: %s", (_, change, ...sentences) => {
    expect(wrote(change)).toEqual(sentences.map((sentence) => `staging.${sentence}`));
  });
});
