import { firstHostOf } from "../../model/domains";
import type { Environment } from "../../model/environment";

/** The further names of the backend, one of each kind, in the order in which it says them. */
export const FURTHER = { redirects: "example.com", serves: "www.example.com" } as const;

/** An environment whose backend has further names. */
export const withFurtherNames = (environment: Environment): Environment => ({
  ...environment,
  domains: {
    ...environment.domains,
    backend: {
      host: firstHostOf(environment.domains["backend"] ?? ""),
      also: [
        { host: FURTHER.redirects, does: "redirects" },
        { host: FURTHER.serves, does: "serves" },
      ],
    },
  },
});
