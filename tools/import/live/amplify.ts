import {
  AmplifyClient,
  GetAppCommand,
  paginateListBranches,
  paginateListDomainAssociations,
} from "@aws-sdk/client-amplify";
import { PATIENT } from "../../aws/retry";
import type { AmplifyFiles, Named } from "../amplify/read";
import { Calls, type Gap } from "./calls";
import { all } from "./pages";

/** What AWS answered about one app, as files would hold it, and what it did not answer. */
export interface LiveApp {
  readonly files: AmplifyFiles;
  readonly gaps: readonly Gap[];
}

/**
 * An app on Amplify, by read-only calls. AWS answers with the values of its variables: they go nowhere but into the conversion.
 * @throws UserError without a login, and for an app that is not there
 */
export async function readApp(region: string, appId: string): Promise<LiveApp> {
  const calls = new Calls();
  const client = new AmplifyClient({ ...PATIENT, region });
  const app = await calls.must("amplify get-app", "amplify:GetApp", () => client.send(new GetAppCommand({ appId })));
  const branches = await calls.ask("amplify list-branches", "amplify:ListBranches", undefined, () =>
    all(paginateListBranches({ client }, { appId }), (page) => page.branches),
  );
  const domains = await calls.ask("amplify list-domain-associations", "amplify:ListDomainAssociations", undefined, () =>
    all(paginateListDomainAssociations({ client }, { appId }), (page) => page.domainAssociations),
  );
  const files = {
    app: named("amplify get-app", app),
    ...(branches !== undefined && branches.length > 0 && { branch: named("amplify list-branches", { branches }) }),
    ...(domains && { domains: named("amplify list-domain-associations", { domainAssociations: domains }) }),
  };
  return { files, gaps: calls.gaps };
}

const named = (call: string, answer: unknown): Named => ({ name: `aws ${call}`, text: JSON.stringify(answer) });
