import { v5 as uuidv5 } from "uuid";
import { type Behaviours, refuse, withProperties } from "../behaviour";
import { dig, text } from "../store";

const CREDENTIAL = "microsoft.managedidentity/userassignedidentities/federatedidentitycredentials";

export const TENANT = "5f1c0d4e-0000-4000-8000-7e6e5f6d6d76";

export const identity: Behaviours = {
  "microsoft.managedidentity/userassignedidentities": {
    complete: ({ id, body }) =>
      withProperties(body, {
        principalId: uuidv5(`${id.key}/principal`, uuidv5.URL),
        clientId: uuidv5(`${id.key}/client`, uuidv5.URL),
        tenantId: TENANT,
      }),
  },
  [CREDENTIAL]: {
    refuse: ({ id, body, store }) => {
      const subject = (of: typeof body) =>
        `${text(dig(of, "properties", "issuer"))} ${text(dig(of, "properties", "subject"))}`;
      const others = store.children(id.parentKey, CREDENTIAL).filter((other) => other.id.key !== id.key);
      if (others.length >= 20)
        return refuse(
          400,
          "TooManyFederatedIdentityCredentials",
          "An identity takes at most 20 federated credentials.",
        );
      const twin = others.find((other) => subject(other.body) === subject(body));
      return twin && refuse(409, "Conflict", `Issuer and subject are those of the credential ${twin.id.name}.`);
    },
  },
};
