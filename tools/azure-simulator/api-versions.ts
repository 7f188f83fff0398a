import { type Refusal, refuse } from "./behaviour";
import { parseId } from "./resource-id";

interface RetiredApi {
  /** A namespace, in lower case. */
  readonly namespace: string;
  /** The oldest version that is still served, as YYYY-MM-DD. */
  readonly oldest: string;
}

/** API versions that Azure has said it will end, as if that day had come. */
const RETIRED: readonly RetiredApi[] = [
  // Ends on 27 February 2027: learn.microsoft.com/azure/key-vault/general/access-control-default.
  { namespace: "microsoft.keyvault", oldest: "2026-02-01" },
];

/** Why Azure would not answer a request in the API version that it names. */
export function refuseRetired({ pathname, searchParams }: URL): Refusal | undefined {
  const version = searchParams.get("api-version")?.slice(0, "YYYY-MM-DD".length) ?? "";
  const { type } = parseId(decodeURIComponent(pathname));
  const retired = RETIRED.find(({ namespace, oldest }) => type.startsWith(`${namespace}/`) && version < oldest);
  if (version === "" || !retired) return undefined;
  return refuse(
    400,
    "NoRegisteredProviderFound",
    `No registered resource provider found for API version '${version}' for type '${type}'. The supported api-versions are '${retired.oldest}'.`,
  );
}
