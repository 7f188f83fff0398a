import { DOMParser } from "@xmldom/xmldom";
import { blobRefusal, unreachable } from "./blob-refusal";
import { type Send, type SentAnswer, type SentRequest, senderOf } from "./send";

/** Whom the tokens of the Blob service are for. */
const STORAGE = "https://storage.azure.com";
/** The first with retention of versions is 2020-06-12: learn.microsoft.com/rest/api/storageservices/versioning-for-the-azure-storage-services. */
const API_VERSION = "2021-12-02";

export const storageSender = (): Send => senderOf(STORAGE);

export interface BlobPlace {
  readonly account: string;
  readonly container: string;
  /** The blob. */
  readonly name: string;
}

export const placeText = ({ account, container, name }: BlobPlace): string =>
  `${container}/${name} in the storage account ${account}`;

/** What the list says of one version; every write makes one. */
export interface BlobVersion {
  /** Its time, to a ten-millionth of a second; undefined where the account keeps no versions. */
  readonly id: string | undefined;
  readonly isCurrent: boolean;
  readonly modified: Date;
  readonly bytes: number;
  /** Of its content, in Base64; undefined where the service did not keep one. */
  readonly md5: string | undefined;
}

/** A version as it was read. */
export interface BlobContent {
  readonly text: string;
  readonly etag: string;
  readonly versionId: string | undefined;
  readonly md5: string | undefined;
  /** Such as available, leased or broken; only of the current version. */
  readonly leaseState: string;
  readonly isLocked: boolean;
  /** Until when nobody may delete the version; undefined without a retention. */
  readonly keptUntil: Date | undefined;
  /** What stands beside it under a name, such as Terraform's note on who holds it. */
  readonly metadata: (name: string) => string | undefined;
}

/** When a write may happen: onto exactly what was read, or where nothing is. */
export type Condition = { readonly onto: string } | "absent" | "any";

/** One blob, through the data plane, with the login of whoever runs this. Whatever goes wrong is a BlobRefusal. */
export class Blob {
  constructor(
    readonly place: BlobPlace,
    private readonly send: Send,
  ) {}

  /** Every version that is there, the newest first. */
  async versions(): Promise<BlobVersion[]> {
    const { name } = this.place;
    const entries = await listBlobs(this.place, this.send, { prefix: name, versions: true });
    const own = entries.filter((entry) => entry.name === name);
    return own.sort((one, other) => byAge(other) - byAge(one) || (other.id ?? "").localeCompare(one.id ?? ""));
  }

  /** @returns undefined when there is none */
  async read(versionId?: string): Promise<BlobContent | undefined> {
    const answer = await this.ask({ method: "GET" }, versionId === undefined ? {} : { versionid: versionId });
    if (answer.status === 404 && answer.header("x-ms-error-code") !== "ContainerNotFound") return undefined;
    // Of an id that is none of the service's it says that the query is wrong.
    if (answer.status === 400 && versionId !== undefined) return undefined;
    const { body: text, header } = this.expect(answer, 200);
    const until = header("x-ms-immutability-policy-until-date");
    return {
      text,
      etag: header("etag") ?? "",
      versionId: header("x-ms-version-id"),
      md5: header("content-md5"),
      leaseState: header("x-ms-lease-state") ?? "",
      isLocked: header("x-ms-lease-status") === "locked",
      keptUntil: until === undefined ? undefined : new Date(until),
      metadata: (name) => header(`x-ms-meta-${name}`),
    };
  }

  /**
   * Writes the whole of it in one request: it is there as a whole, or not at all.
   * @returns the id of the version that it is
   */
  async write(text: string, condition: Condition, lease?: string): Promise<string | undefined> {
    const headers = {
      "content-type": "application/json",
      "x-ms-blob-type": "BlockBlob",
      ...(condition === "absent" && { "if-none-match": "*" }),
      ...(typeof condition === "object" && { "if-match": condition.onto }),
      ...(lease !== undefined && { "x-ms-lease-id": lease }),
    };
    return this.expect(await this.ask({ method: "PUT", headers, body: text }), 201).header("x-ms-version-id");
  }

  /** Takes the lease for some seconds, 15 to 60: whoever dies with it holds up nobody. */
  async lease(seconds: number): Promise<string> {
    const headers = { "x-ms-lease-action": "acquire", "x-ms-lease-duration": String(seconds) };
    const answer = this.expect(await this.ask({ method: "PUT", headers }, { comp: "lease" }), 201);
    return answer.header("x-ms-lease-id") ?? "";
  }

  async release(lease: string): Promise<void> {
    const headers = { "x-ms-lease-action": "release", "x-ms-lease-id": lease };
    this.expect(await this.ask({ method: "PUT", headers }, { comp: "lease" }), 200);
  }

  /** Ends the lease of whoever holds it, at once. */
  async breakLease(): Promise<void> {
    const headers = { "x-ms-lease-action": "break", "x-ms-lease-break-period": "0" };
    this.expect(await this.ask({ method: "PUT", headers }, { comp: "lease" }), 202);
  }

  /** Takes away all that stands beside it. */
  async clearMetadata(etag: string): Promise<void> {
    this.expect(await this.ask({ method: "PUT", headers: { "if-match": etag } }, { comp: "metadata" }), 200);
  }

  private ask(request: Omit<SentRequest, "url">, query: Readonly<Record<string, string>> = {}): Promise<SentAnswer> {
    const { account, container, name } = this.place;
    return askStorage(this.send, placeText(this.place), {
      ...request,
      url: urlOf(account, `${container}/${name}`, query),
    });
  }

  private expect(answer: SentAnswer, status: number): SentAnswer {
    if (answer.status !== status) throw blobRefusal(placeText(this.place), answer);
    return answer;
  }
}

const byAge = ({ modified }: BlobVersion) => modified.getTime();

interface ListedBlob extends BlobVersion {
  readonly name: string;
}

/** The blobs of a container; with `versions` every version of each, also of one that was deleted. */
export async function listBlobs(
  { account, container }: Pick<BlobPlace, "account" | "container">,
  send: Send,
  { prefix = "", versions = false }: { readonly prefix?: string; readonly versions?: boolean } = {},
): Promise<ListedBlob[]> {
  const where = `${container} in the storage account ${account}`;
  const found: ListedBlob[] = [];
  for (let marker: string | undefined = ""; marker !== undefined; ) {
    const query = {
      restype: "container",
      comp: "list",
      prefix,
      ...(versions && { include: "versions" }),
      ...(marker !== "" && { marker }),
    };
    const answer: SentAnswer = await askStorage(send, where, { method: "GET", url: urlOf(account, container, query) });
    if (answer.status !== 200) throw blobRefusal(where, answer);
    const document = new DOMParser().parseFromString(answer.body.replace(/^\uFEFF/, ""), "text/xml");
    found.push(...[...document.getElementsByTagName("Blob")].map(listed));
    marker = document.getElementsByTagName("NextMarker")[0]?.textContent || undefined;
  }
  return found;
}

type XmlElement = ReturnType<ReturnType<DOMParser["parseFromString"]>["getElementsByTagName"]>[number];

function listed(blob: XmlElement): ListedBlob {
  const text = (tag: string) => blob.getElementsByTagName(tag)[0]?.textContent || undefined;
  const id = text("VersionId");
  return {
    name: text("Name") ?? "",
    id,
    // Without versions there is the current one alone, and nobody says so.
    isCurrent: id === undefined || text("IsCurrentVersion") === "true",
    modified: new Date(text("Last-Modified") ?? 0),
    bytes: Number(text("Content-Length") ?? 0),
    md5: text("Content-MD5"),
  };
}

function urlOf(account: string, path: string, query: Readonly<Record<string, string>>): string {
  const url = new URL(`https://${account}.blob.core.windows.net/${path.split("/").map(encodeURIComponent).join("/")}`);
  for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
  return url.href;
}

async function askStorage(send: Send, where: string, request: SentRequest): Promise<SentAnswer> {
  try {
    return await send({ ...request, headers: { "x-ms-version": API_VERSION, ...request.headers } });
  } catch (error) {
    throw unreachable(where, error);
  }
}
