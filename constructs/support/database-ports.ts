/** The TCP port of each kind of server. */
export const DATABASE_PORTS = { postgresqlFlexible: 5432, mysqlFlexible: 3306, sql: 1433 } as const;

/**
 * The ports to which SQL, inside Azure, sends a client on after the login, on another machine of the region:
 * learn.microsoft.com/azure/azure-sql/database/connectivity-architecture.
 */
export const SQL_REDIRECT_PORTS = { from: 11_000, to: 11_999 } as const;
