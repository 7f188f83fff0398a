import { isIPv4, isIPv6 } from "node:net";
import type { AdoptedName } from "../../model/cutover/schema";
import { printable } from "../../model/printable";
import { UserError } from "../../model/user-error";

/**
 * Azure's addresses by their family.
 * @throws UserError for what is no address, and without one of IPv4
 */
export function parseAddresses(typed: readonly string[]): AdoptedName["azure"] {
  // Route 53 refuses a value that is there twice; an IPv6 address is the same in any case.
  const all = [...new Set(typed.map((one) => one.toLowerCase()))];
  // With a zone, as fe80::1%eth0 has it, an address means something on one machine only.
  const strange = all.filter((one) => !isIPv4(one) && (!isIPv6(one) || one.includes("%")));
  const [A, AAAA] = [all.filter((one) => isIPv4(one)), all.filter((one) => isIPv6(one))];
  if (strange.length > 0 || A.length === 0)
    throw new UserError(
      `--azure-address ${typed.map(printable).join(" ")}: must be IP addresses, at least one of IPv4; nothing was touched`,
    );
  return { A, ...(AAAA.length > 0 && { AAAA }) };
}
