import { firstHostOf } from "../../model/domains";
import type { Environment } from "../../model/environment";

/** Hosts that no other environment has, for a test's copy of one: those of the original, below a name. */
export const ownDomains = ({ domains }: Environment, name: string): Environment["domains"] =>
  Object.fromEntries(
    Object.entries(domains).map(([application, domain]) => [application, `${name}.${firstHostOf(domain)}`]),
  );
