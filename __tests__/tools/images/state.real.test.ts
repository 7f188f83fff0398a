import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Contents, CopyTool } from "../../../tools/images/copy-tool";
import type { Artifact } from "../../../tools/images/desired-artifacts";
import { explain } from "../../../tools/images/failures";
import { withLogins } from "../../../tools/images/logins";
import { copyIfMissing, stateOf } from "../../../tools/images/state";
import { runTool, ToolError } from "../../../tools/images/tool-process";
import { tries } from "../../support/tries";

const DIGEST = `sha256:${"a".repeat(64)}`;
const ARTIFACT: Artifact = {
  kind: "image",
  origin: "ECR",
  ifTaken: "look",
  from: `ecr/app@${DIGEST}`,
  digest: DIGEST,
  to: "ours/app:1",
};
const failure = (said: string) => new ToolError(said, "", 1);

/** A tool in whose registry nothing is until it has copied, and which fails as it is told. */
function toolThat(failures: Error[], contents: Partial<Contents> = {}) {
  const copies: string[] = [];
  let isThere = false;
  const tool: CopyTool = {
    name: "regctl",
    refuses: () => undefined,
    digest: async () => (isThere ? DIGEST : undefined),
    contents: async () => ({ digest: DIGEST, platforms: [{ name: "linux/amd64", digest: DIGEST }], ...contents }),
    copy: async (from, to) => {
      copies.push(`${from} ${to}`);
      const error = failures.shift();
      if (error !== undefined) throw error;
      isThere = true;
    },
  };
  return { tool, copies };
}

describe("copyIfMissing", () => {
  it("tries the whole artifact again when what failed may pass", async () => {
    const { copies, tool } = toolThat([failure("read: connection reset by peer"), failure("[http 503]: busy")]);
    expect((await copyIfMissing(ARTIFACT, tool, tries(2))).after.is).toBe("there");
    expect(copies).toEqual(Array(3).fill(`${ARTIFACT.from} ${ARTIFACT.to}`));
  });

  it("gives up after the last pause, with what to do", async () => {
    const { copies, tool } = toolThat(Array(9).fill(failure("unexpected EOF")));
    expect((await copyIfMissing(ARTIFACT, tool, tries(1))).after).toEqual({
      is: "fault",
      why: "the registry cannot be reached, or drops the connection: again; what was copied stays (regctl: unexpected EOF)",
    });
    expect(copies).toHaveLength(2);
  });

  it("does not try again what does not pass", async () => {
    const { copies, tool } = toolThat([failure("request failed: forbidden [http 403]: denied")]);
    expect((await copyIfMissing(ARTIFACT, tool, tries(1, 60_000))).after.is).toBe("fault");
    expect(copies).toHaveLength(1);
  });

  it("is not content with a copy that lacks something", async () => {
    const { tool } = toolThat([]);
    let asked = 0;
    const half: CopyTool = {
      ...tool,
      contents: async () => {
        asked += 1;
        const source = { digest: DIGEST, platforms: [{ name: "linux/amd64", digest: DIGEST }] };
        return { ...source, referrers: asked % 2 === 1 ? ["sha256:signature"] : [] };
      },
    };
    // The first look asks the source alone.
    asked = 1;
    expect((await copyIfMissing(ARTIFACT, half, tries(0))).after).toEqual({
      is: "fault",
      why: "regctl copied without an error, and still: without 1 of its referrers (signatures, SBOMs); again",
    });
  });

  it("leaves a bug its trace", async () => {
    const { tool } = toolThat([new TypeError("a bug")]);
    await expect(copyIfMissing(ARTIFACT, tool, tries(1))).rejects.toThrow(TypeError);
  });

  it("looks without copying when it is only asked", async () => {
    const { copies, tool } = toolThat([]);
    expect(await stateOf(ARTIFACT, tool, tries(0))).toEqual({ is: "to copy", why: "not there" });
    expect(copies).toEqual([]);
  });
});

describe("explain", () => {
  it.each([
    ["too many requests: [http 429]", "throttles", true],
    ["dial tcp: lookup x: no such host", "cannot be reached, or drops", true],
    ["net/http: TLS handshake timeout", "cannot be reached, or drops", true],
    ["tls: failed to verify certificate: x509: certificate signed by unknown authority", "SSL_CERT_FILE", false],
    ["no credentials available: unauthorized", "refuses the login", false],
    ["request failed: unauthorized [http 403]: DENIED", "missing permission", false],
    ["manifest unknown: manifest unknown", "the source is gone", false],
  ])("knows: %s", (said, why, isPassing) => {
    const failed = explain("regctl", failure(said));
    expect(failed.line).toContain(why);
    expect(failed.line).toContain(`(regctl: ${said})`);
    expect(failed.isPassing).toBe(isPassing);
  });

  it("repeats what it does not know", () => {
    expect(explain("skopeo", failure("a new sentence"))).toEqual({ line: "skopeo: a new sentence", isPassing: false });
  });
});

describe("what a tool says", () => {
  it("stands on one line, without the log's frame", () => {
    const said = `time="2026-01-01T00:00:00Z" level=fatal msg="reading \\"x\\": no"\n`;
    expect(failure(said).message).toBe('reading "x": no');
  });

  it("has no signature of a URL, which opens what it leads to", () => {
    const said = 'Get "https://layers.s3.amazonaws.com/a?X-Amz-Signature=secret&X-Amz-Security-Token=secret": EOF';
    expect(failure(said).message).toBe('Get "https://layers.s3.amazonaws.com/a?…": EOF');
  });

  it("is that it was stopped, when it did not end in time", async () => {
    const run = runTool("sleep", ["60"], { minutes: 0.002 });
    await expect(run).rejects.toThrow("stopped after 0.002 minutes without an end (timeout)");
  });
});

describe("withLogins", () => {
  const TMPDIR = process.env["TMPDIR"];
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "mmrv-logins-"));
    process.env["TMPDIR"] = folder;
    process.env["DOCKER_AUTH_CONFIG"] = "{}";
  });
  afterEach(() => {
    if (TMPDIR === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = TMPDIR;
    delete process.env["DOCKER_AUTH_CONFIG"];
    rmSync(folder, { recursive: true });
  });
  const login = { host: "registry.invalid", user: "somebody", password: "a:password" };

  it("gives them to every tool in a file that nobody else reads, and nothing of the caller's", async () => {
    await withLogins([login], async (env) => {
      const file = join(env["DOCKER_CONFIG"] ?? "", "config.json");
      const auth = Buffer.from("somebody:a:password").toString("base64");
      expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({ auths: { "registry.invalid": { auth } } });
      expect([statSync(file).mode & 0o777, statSync(env["DOCKER_CONFIG"] ?? "").mode & 0o777]).toEqual([0o600, 0o700]);
      expect(env["REGISTRY_AUTH_FILE"]).toBe(file);
      expect(env["DOCKER_AUTH_CONFIG"]).toBeUndefined();
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  it("takes them away when the work fails", async () => {
    const work = withLogins([login], async () => {
      expect(readdirSync(folder)).toHaveLength(1);
      throw new Error("no");
    });
    await expect(work).rejects.toThrow("no");
    expect(readdirSync(folder)).toEqual([]);
  });
});
