import { type Behaviours, type Change, refuse, withProperties } from "../behaviour";
import { parseId } from "../resource-id";
import { text } from "../store";

const ACCOUNT = "microsoft.storage/storageaccounts";

/** An account comes with its services. */
function makeServices({ body, store }: Change): void {
  for (const service of ["blobServices", "fileServices"]) {
    const path = `${text(body.id)}/${service}/default`;
    if (!store.has(path)) store.put(parseId(path), { id: path, name: "default", properties: {} });
  }
}

export const storage: Behaviours = {
  [ACCOUNT]: {
    refuse: ({ id, existing, store }) =>
      !existing && store.ofType(ACCOUNT).some((other) => other.id.name === id.name)
        ? refuse(409, "StorageAccountAlreadyTaken", `The storage account named ${id.name} is already taken.`)
        : undefined,
    complete: ({ id, body }) =>
      withProperties(body, {
        primaryLocation: text(body.location),
        statusOfPrimary: "available",
        primaryEndpoints: {
          blob: `https://${id.name}.blob.core.windows.net/`,
          dfs: `https://${id.name}.dfs.core.windows.net/`,
          file: `https://${id.name}.file.core.windows.net/`,
          queue: `https://${id.name}.queue.core.windows.net/`,
          table: `https://${id.name}.table.core.windows.net/`,
          web: `https://${id.name}.z20.web.core.windows.net/`,
        },
      }),
    afterPut: makeServices,
    // Not keys of anything; Azure lists them even when they open nothing.
    actions: {
      listkeys: () => ({
        keys: ["key1", "key2"].map((keyName) => ({ keyName, value: "rehearsal", permissions: "FULL" })),
      }),
    },
    merges: true,
    createdStatus: 200,
    deletedStatus: 200,
  },
  [`${ACCOUNT}/blobservices`]: { merges: true, createdStatus: 200 },
  [`${ACCOUNT}/blobservices/containers`]: { deletedStatus: 200 },
  [`${ACCOUNT}/managementpolicies`]: { createdStatus: 200, deletedStatus: 200 },
};
