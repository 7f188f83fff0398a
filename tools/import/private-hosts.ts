import { isIP } from "node:net";

/** Names that lead to an address of a VPC only. */
const PRIVATE_NAMES = [
  /\.(local|internal|localdomain|lan|corp|intranet|home\.arpa)$/,
  /\.rds\.amazonaws\.com$/,
  /\.(cache|memorydb\.[a-z0-9-]+|docdb|neptune|dax-clusters\.[a-z0-9-]+|redshift|redshift-serverless)\.amazonaws\.com$/,
  /\.(rds|cache|memory-db|docdb|neptune|redshift|redshift-serverless|kafka|kafka-serverless|efs|fsx)\.[a-z0-9-]+\.amazonaws\.com$/,
  /\.cache\.amazonaws\.com$/,
  /\.vpce\.amazonaws\.com$/,
  /^vpc-[a-z0-9-]+\.[a-z0-9-]+\.(es|aoss)\.amazonaws\.com$/,
  /^internal-.*\.elb\.amazonaws\.com$/,
  /\.cluster-[a-z0-9-]+\.[a-z0-9-]+\.rds\.amazonaws\.com$/,
];

/** RFC 1918, what carriers share (RFC 6598), and IPv6's unique local addresses (RFC 4193). */
const PRIVATE_ADDRESSES =
  /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|f[cd][0-9a-f]{2}:)/i;

/**
 * Whether a host is reached only inside the VPC: a private address or zone, a database, a cache, an endpoint of the VPC, or a
 * name of one label, which Service Connect and Cloud Map have.
 */
export function isPrivateHost(host: string): boolean {
  if (isIP(host) !== 0) return PRIVATE_ADDRESSES.test(host);
  return !host.includes(".") || PRIVATE_NAMES.some((name) => name.test(host));
}
