import { describe, expect, it } from "vitest";
import { parseId } from "../../../tools/azure-simulator/resource-id";
import { acquire, blobAccount, breakLease, containerPath, release } from "../../support/blob-account";

const FIXTURE = { account: "stmmrvstatetest", container: "c" };
const OURS = "5f1c0d4e-0000-4000-8000-00000000000c";
const THEIRS = "5f1c0d4e-0000-4000-8000-00000000000d";
const NOON = Date.UTC(2026, 11, 1, 12);
const DAY_MS = 86_400_000;

/** An account whose clock a test sets. */
function account(more: Partial<Parameters<typeof blobAccount>[0]> = {}) {
  const made = blobAccount({ ...FIXTURE, ...more });
  let now = NOON;
  made.blobs.now = () => now;
  return { ...made, later: (ms: number) => (now += ms) };
}

/** The versions of a list, as "name id current". */
const listed = (xml: string) =>
  [...xml.matchAll(/<Blob>(.*?)<\/Blob>/g)].map(([, blob = ""]) =>
    [/<Name>(.*?)</, /<VersionId>(.*?)</, /<IsCurrentVersion>(.*?)</]
      .map((part) => part.exec(blob)?.[1] ?? "-")
      .join(" "),
  );

describe("the blobs of the local Azure", () => {
  it("keep content and metadata, and list by prefix", () => {
    const { ask } = account({ versions: false });
    ask("PUT", "/c/a/b.tfstate", { "x-ms-blob-content-type": "application/json", "x-ms-meta-key": "value" }, "{}");
    ask("PUT", "/c/other");
    expect(ask("GET", "/c/a/b.tfstate")).toMatchObject({ said: "200 OK", text: "{}" });
    expect(ask("HEAD", "/c/a/b.tfstate")).toMatchObject({
      text: "",
      headers: {
        "Content-Length": "2",
        "Content-MD5": "mZFLkyvTelC5g8XnyQrpOw==",
        "Content-Type": "application/json",
        "x-ms-meta-key": "value",
      },
    });
    expect(listed(ask("GET", "/c?restype=container&comp=list&prefix=a/").text)).toEqual(["a/b.tfstate - -"]);
    expect([ask("DELETE", "/c/other").said, ask("GET", "/c/other").said]).toEqual(["202 OK", "404 BlobNotFound"]);
  });

  it("refuse who comes without a token, and what does not exist", () => {
    const { ask } = account();
    expect(ask("GET", "/c/b", { authorization: "SharedKey a:b" }).said).toBe("403 KeyBasedAuthenticationNotPermitted");
    expect(ask("GET", "/c/b").said).toBe("404 BlobNotFound");
    expect(ask("GET", "/nowhere/b").said).toBe("404 ContainerNotFound");
    expect(ask("PUT", "/c/b?comp=undelete").said).toBe("404 BlobNotFound");
  });

  it("write under a condition, or not at all", () => {
    const { ask } = account();
    const { ETag: etag = "" } = ask("PUT", "/c/b", { "if-none-match": "*" }, "one").headers;
    expect(ask("PUT", "/c/b", { "if-none-match": "*" }, "two").said).toBe("409 BlobAlreadyExists");
    expect(ask("PUT", "/c/b", { "if-match": '"0x8D"' }, "two").said).toBe("412 ConditionNotMet");
    expect(ask("GET", "/c/b").text).toBe("one");
    expect(ask("PUT", "/c/b", { "if-match": etag }, "two").said).toBe("201 OK");
    expect(ask("PUT", "/c/absent", { "if-match": etag }).said).toBe("412 ConditionNotMet");
  });

  it("go with their container", () => {
    const { ask, blobs, store } = account();
    ask("PUT", "/c/b");
    store.delete(parseId(containerPath(FIXTURE)).key);
    expect(ask("GET", "/c/b").said).toBe("404 ContainerNotFound");
    blobs.forgetOrphans();
    store.seed(containerPath(FIXTURE), {});
    expect(ask("GET", "/c/b").said).toBe("404 BlobNotFound");
  });
});

describe("a lease", () => {
  it("lets one hold it, and only that one write", () => {
    const { ask } = account();
    ask("PUT", "/c/b");
    expect(ask("PUT", "/c/b?comp=lease", acquire(OURS)).said).toBe("201 OK");
    expect(ask("PUT", "/c/b?comp=lease", acquire(OURS)).said).toBe("201 OK");
    expect(ask("PUT", "/c/b?comp=lease", acquire(THEIRS)).said).toBe("409 LeaseAlreadyPresent");
    expect(ask("PUT", "/c/b").said).toBe("412 LeaseIdMissing");
    expect(ask("DELETE", "/c/b").said).toBe("412 LeaseIdMissing");
    expect(ask("PUT", "/c/b", { "x-ms-lease-id": THEIRS }).said).toBe("412 LeaseIdMismatchWithBlobOperation");
    expect(ask("PUT", "/c/b?comp=metadata", { "x-ms-lease-id": OURS, "x-ms-meta-a": "b" }).said).toBe("200 OK");
    expect(ask("GET", "/c/b").headers).toMatchObject({
      "x-ms-lease-duration": "infinite",
      "x-ms-lease-state": "leased",
      "x-ms-lease-status": "locked",
      "x-ms-meta-a": "b",
    });
    expect(ask("PUT", "/c/b?comp=lease", release(THEIRS)).said).toBe("409 LeaseIdMismatchWithLeaseOperation");
    expect(ask("PUT", "/c/b?comp=lease", release(OURS)).said).toBe("200 OK");
    expect(ask("PUT", "/c/b", { "x-ms-lease-id": OURS }).said).toBe("412 LeaseNotPresentWithBlobOperation");
    expect(ask("PUT", "/c/b?comp=lease", acquire(THEIRS)).said).toBe("201 OK");
  });

  it("that is broken is nobody's, and whoever held it has lost it", () => {
    const { ask } = account();
    ask("PUT", "/c/b");
    expect(ask("PUT", "/c/b?comp=lease", breakLease()).said).toBe("409 LeaseNotPresentWithLeaseOperation");
    ask("PUT", "/c/b?comp=lease", acquire(THEIRS));
    expect(ask("PUT", "/c/b?comp=lease", breakLease(0))).toMatchObject({
      said: "202 OK",
      headers: { "x-ms-lease-time": "0" },
    });
    expect(ask("HEAD", "/c/b").headers).toMatchObject({
      "x-ms-lease-state": "broken",
      "x-ms-lease-status": "unlocked",
    });
    expect(ask("PUT", "/c/b", { "x-ms-lease-id": THEIRS }).said).toBe("412 LeaseLost");
    expect(ask("PUT", "/c/b?comp=lease", breakLease(0)).said).toBe("202 OK");
    expect(ask("PUT", "/c/b").said).toBe("201 OK");
    expect(ask("HEAD", "/c/b").headers).toMatchObject({ "x-ms-lease-state": "available" });
  });

  it("takes the time to break that somebody gives it", () => {
    const { ask, later } = account();
    ask("PUT", "/c/b");
    ask("PUT", "/c/b?comp=lease", acquire(THEIRS));
    expect(ask("PUT", "/c/b?comp=lease", breakLease(20)).headers["x-ms-lease-time"]).toBe("20");
    expect(ask("HEAD", "/c/b").headers).toMatchObject({
      "x-ms-lease-state": "breaking",
      "x-ms-lease-status": "locked",
    });
    expect(ask("PUT", "/c/b").said).toBe("412 LeaseIdMissing");
    expect(ask("PUT", "/c/b?comp=lease", acquire(OURS)).said).toBe("409 LeaseAlreadyPresent");
    expect(ask("PUT", "/c/b?comp=lease", acquire(THEIRS)).said).toBe("409 LeaseIsBreakingAndCannotBeAcquired");
    later(20_000);
    expect(ask("PUT", "/c/b?comp=lease", acquire(OURS)).said).toBe("201 OK");
  });

  it("of a minute ends by itself", () => {
    const { ask, later } = account();
    ask("PUT", "/c/b");
    expect(ask("PUT", "/c/b?comp=lease", acquire(OURS, 14)).said).toBe("400 InvalidHeaderValue");
    expect(ask("PUT", "/c/b?comp=lease", { "x-ms-lease-action": "acquire" }).said).toBe("400 MissingRequiredHeader");
    expect(ask("PUT", "/c/b?comp=lease", acquire(OURS, 60)).said).toBe("201 OK");
    expect(ask("HEAD", "/c/b").headers["x-ms-lease-duration"]).toBe("fixed");
    later(60_000);
    expect(ask("HEAD", "/c/b").headers["x-ms-lease-state"]).toBe("expired");
    expect(ask("PUT", "/c/b").said).toBe("201 OK");
  });
});

describe("a version", () => {
  it("is made by every write, of metadata too, and named by its time", () => {
    const { ask, later } = account();
    const first = ask("PUT", "/c/b", {}, "one").headers["x-ms-version-id"];
    ask("PUT", "/c/b?comp=metadata", { "x-ms-meta-a": "b" });
    later(1_500);
    ask("PUT", "/c/b", {}, "two");
    expect(first).toBe("2026-12-01T12:00:00.0000000Z");
    expect(listed(ask("GET", "/c?restype=container&comp=list&include=versions").text)).toEqual([
      "b 2026-12-01T12:00:00.0000000Z -",
      "b 2026-12-01T12:00:00.0000001Z -",
      "b 2026-12-01T12:00:01.5000000Z true",
    ]);
    expect(ask("GET", `/c/b?versionid=${first}`)).toMatchObject({ text: "one", headers: { "x-ms-version-id": first } });
    expect(ask("GET", "/c/b?versionid=2026-12-01T12:00:09.0000000Z").said).toBe("404 BlobNotFound");
  });

  it("stays when its blob is deleted, and is deleted by its name alone", () => {
    const { ask } = account();
    const first = ask("PUT", "/c/b", {}, "one").headers["x-ms-version-id"];
    expect(ask("DELETE", `/c/b?versionid=${first}`).said).toBe("403 OperationNotAllowedOnRootBlob");
    expect(ask("DELETE", "/c/b").said).toBe("202 OK");
    expect(ask("GET", "/c/b").said).toBe("404 BlobNotFound");
    expect(listed(ask("GET", "/c?restype=container&comp=list").text)).toEqual([]);
    expect(ask("GET", `/c/b?versionid=${first}`).text).toBe("one");
    expect(ask("DELETE", `/c/b?versionid=${first}`).said).toBe("202 OK");
    expect(listed(ask("GET", "/c?restype=container&comp=list&include=versions").text)).toEqual([]);
  });

  it("is on the page that was asked for", () => {
    const { ask } = account();
    for (const content of ["one", "two", "three"]) ask("PUT", "/c/b", {}, content);
    const page = ask("GET", "/c?restype=container&comp=list&include=versions&maxresults=2").text;
    expect([listed(page).length, /<NextMarker>(.*)<\/NextMarker>/.exec(page)?.[1]]).toEqual([2, "2"]);
    expect(listed(ask("GET", "/c?restype=container&comp=list&include=versions&marker=2").text)).toEqual([
      "b 2026-12-01T12:00:00.0000002Z true",
    ]);
  });
});

describe.each(["Unlocked", "Locked"] as const)("a default policy for versions that is %s", (state) => {
  it("keeps each from being deleted until its time is over, and lets the next be written", () => {
    const { ask, later } = account({ retention: { days: 30, state } });
    const first = ask("PUT", "/c/b", {}, "one").headers["x-ms-version-id"];
    expect(ask("HEAD", "/c/b").headers).toMatchObject({
      "x-ms-immutability-policy-until-date": "Thu, 31 Dec 2026 12:00:00 GMT",
      "x-ms-immutability-policy-mode": state.toLowerCase(),
    });
    expect(ask("PUT", "/c/b?comp=metadata", { "x-ms-meta-a": "b" }).said).toBe("409 BlobImmutableDueToPolicy");
    expect(ask("PUT", "/c/b", {}, "two").said).toBe("201 OK");
    expect(ask("DELETE", "/c/b").said).toBe("202 OK");
    expect(ask("DELETE", `/c/b?versionid=${first}`).said).toBe("409 BlobImmutableDueToPolicy");
    later(30 * DAY_MS);
    expect(ask("DELETE", `/c/b?versionid=${first}`).said).toBe("202 OK");
  });

  it("keeps the container as long as there is something in it", () => {
    const { ask, blobs } = account({ retention: { days: 30, state } });
    expect(blobs.refuseDelete(containerPath(FIXTURE))).toBeUndefined();
    ask("PUT", "/c/b");
    expect(blobs.refuseDelete(containerPath(FIXTURE))).toEqual({
      status: 409,
      code: "ContainerProtectedFromDeletion",
      message: "The storage account stmmrvstatetest container c is protected from deletion due to ImmutabilityPolicy.",
    });
  });
});
