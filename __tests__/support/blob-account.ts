import { Blobs } from "../../tools/azure-simulator/blobs";
import { Store } from "../../tools/azure-simulator/store";
import { REHEARSAL_SUBSCRIPTION } from "../../tools/rehearsal/sandbox";

/** One request to the data plane of an account; the answer as "status code", and what is in it. */
export function blobClient(blobs: Blobs, account: string) {
  return (method: string, path: string, headers: Record<string, string> = {}, body = "") => {
    const answer = blobs.handle({
      method,
      url: new URL(path, `https://${account}.blob.core.windows.net`),
      headers: { authorization: "Bearer of-nobody", ...headers },
      body: Buffer.from(body),
    });
    const said = `${answer.status} ${answer.headers?.["x-ms-error-code"] ?? "OK"}`;
    return { said, headers: answer.headers ?? {}, text: answer.bytes?.toString() ?? "" };
  };
}

/** As Terraform takes it: it never ends. */
export const acquire = (lease: string, seconds = -1) => ({
  "x-ms-lease-action": "acquire",
  "x-ms-lease-duration": String(seconds),
  "x-ms-proposed-lease-id": lease,
});
export const release = (lease: string) => ({ "x-ms-lease-action": "release", "x-ms-lease-id": lease });
export const breakLease = (seconds?: number) => ({
  "x-ms-lease-action": "break",
  ...(seconds !== undefined && { "x-ms-lease-break-period": String(seconds) }),
});

export interface AccountFixture {
  readonly account: string;
  readonly container: string;
  /** Whether every write is a version. @default true */
  readonly versions?: boolean;
  /** The default policy for versions. @default none */
  readonly retention?: { readonly days: number; readonly state: "Unlocked" | "Locked" };
}

export const accountPath = (account: string) =>
  `/subscriptions/${REHEARSAL_SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/${account}`;
export const containerPath = ({ account, container }: AccountFixture) =>
  `${accountPath(account)}/blobServices/default/containers/${container}`;

/** Puts an account with one container where Resource Manager keeps it. */
export function seedAccount(store: Store, fixture: AccountFixture): void {
  const { account, retention, versions = true } = fixture;
  const policy = retention && {
    enabled: true,
    immutabilityPolicy: { immutabilityPeriodSinceCreationInDays: retention.days, state: retention.state },
  };
  store.seed(accountPath(account), { properties: policy ? { immutableStorageWithVersioning: policy } : {} });
  store.seed(`${accountPath(account)}/blobServices/default`, { properties: { isVersioningEnabled: versions } });
  store.seed(containerPath(fixture), { properties: {} });
}

/** An account of its own on a store of its own. */
export function blobAccount(fixture: AccountFixture) {
  const store = new Store();
  seedAccount(store, fixture);
  const blobs = new Blobs(store);
  return { store, blobs, ask: blobClient(blobs, fixture.account) };
}
