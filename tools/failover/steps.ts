import { DATABASE_TYPES } from "../../constructs/existing-database";
import { applicationNames } from "../../model/applications";
import type { Environment } from "../../model/environment";
import { stackName } from "../../model/naming";
import { commandLine } from "../shell";
import type { DatabaseWay } from "./database";
import type { FindingName } from "./finding";

/** One thing that is done at a failover, in its order. */
export interface Step {
  readonly what: string;
  /** None for what a person does elsewhere. */
  readonly commands: readonly string[];
  /** What must be there for it. */
  readonly needs: readonly FindingName[];
}

const mmrv = (...words: string[]): string => commandLine("npx", "mmrv", ...words);

/** What is done when the region of an environment is gone, and users shall be served by its standby. */
export function stepsOf(
  primary: Environment,
  standby: Environment,
  { areUsersOnAws, way }: { readonly areUsersOnAws: boolean; readonly way: DatabaseWay },
): Step[] {
  const stack = (kind: string) => stackName(standby.name, kind);
  return [
    ...(areUsersOnAws
      ? [
          {
            what: "where AWS still serves, users go back there first: it is quicker than all of the rest",
            commands: [mmrv("cutover", "back", primary.name, "--now")],
            needs: [],
          },
        ]
      : []),
    {
      what: "the database, by its owner: nothing else can be taken back later",
      commands: databaseCommands(primary, standby, way),
      needs: ["database"],
    },
    {
      what: "secrets: nothing to do where the vaults are filled; else from the other environment's, and when those are gone too from the escrow file",
      commands: [
        mmrv("secrets", "copy", standby.name, "--from-vault", primary.name),
        `${mmrv("secrets", "copy", standby.name, "--from-escrow", "-", "--identity", "KEY_FILE")} < FILE`,
      ],
      needs: ["vaults", "escrow"],
    },
    {
      what: "the cluster, its way to the database, alerts; about twenty minutes",
      commands: [mmrv("deploy", stack("cluster"))],
      needs: ["markers", "states", "standby-infra", "sizes", "quota"],
    },
    {
      what: "the roles in AWS open for the cluster's tokens",
      commands: [mmrv("deploy", stack("aws-access"))],
      needs: ["aws-roles"],
    },
    {
      what: "what users are served by",
      commands: [
        ...["addons", "platform", ...applicationNames(standby)].map((kind) => mmrv("deploy", stack(kind))),
        "kubectl --namespace mmrv wait --for=condition=Ready certificate --all --timeout=15m",
      ],
      needs: ["registry-replica", "registry-endpoint", "images"],
    },
    {
      what: "users on Azure, in DNS",
      commands: [mmrv("cutover", "over", primary.name, "--now")],
      needs: ["dns"],
    },
  ];
}

/** docs/failover.md says what each loses. */
function databaseCommands(primary: Environment, standby: Environment, way: DatabaseWay): string[] {
  if (standby.database.via === "none" || primary.database.via === "none" || way === "none") return [];
  const { kind, name, resourceGroup } = standby.database.server;
  const server = ["--resource-group", resourceGroup, "--name", name];
  const from = primary.database.server;
  // By its id, which follows from its names: whoever would be asked for it may be gone with the region.
  const source = `/subscriptions/$(az account show --query id --output tsv)/resourceGroups/${from.resourceGroup}/providers/${DATABASE_TYPES[from.kind]}/${from.name}`;
  const restore = (of: string) =>
    `${commandLine("az", of, "flexible-server", "geo-restore", ...server, "--location", standby.region, "--source-server")} "${source}"`;
  const commands = {
    postgresqlFlexible: {
      promote: commandLine(
        ...["az", "postgres", "flexible-server", "replica", "promote", ...server],
        ...["--promote-mode", "standalone", "--promote-option", "forced"],
      ),
      restore: restore("postgres"),
    },
    mysqlFlexible: {
      promote: commandLine("az", "mysql", "flexible-server", "replica", "stop-replication", ...server),
      restore: restore("mysql"),
    },
    sql: {
      promote: commandLine(
        ...["az", "sql", "failover-group", "set-primary", "--resource-group", resourceGroup, "--server", name],
        ...["--name", "FAILOVER_GROUP", "--allow-data-loss"],
      ),
      restore: commandLine(
        "az",
        "sql",
        "recoverable-database",
        "list",
        "--resource-group",
        from.resourceGroup,
        "--server",
        from.name,
      ),
    },
  }[kind];
  return way === "promote" || way === "restore" ? [commands[way]] : [commands.promote, commands.restore];
}
