import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { az } from "../../../tools/images/az";
import { acrLogin, refuseUnreachable } from "../../../tools/images/azure";
import type { Artifact } from "../../../tools/images/desired-artifacts";
import { findCopyTool, requireTools } from "../../../tools/images/find-tool";
import { copyIfMissing } from "../../../tools/images/state";
import { production } from "../../support/fixtures/environments/production";
import { staging } from "../../support/fixtures/environments/staging";
import { standIn } from "../../support/stand-in";

const PATH = process.env["PATH"];
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mmrv-az-"));
});
afterEach(() => {
  process.env["PATH"] = PATH;
  rmSync(folder, { recursive: true });
  vi.unstubAllGlobals();
});

/** An az that writes down what it is asked. */
const azThat = (script: string) => standIn(folder, "az", `echo "$@" >> ${folder}/asked\n${script}`);
const asked = () => readFileSync(join(folder, "asked"), "utf8").trim().split("\n");

describe("refuseUnreachable", () => {
  const answering = (status: number) => vi.stubGlobal("fetch", async () => new Response(null, { status }));
  const silent = () =>
    vi.stubGlobal("fetch", async () => {
      throw new TypeError("fetch failed", { cause: new Error("getaddrinfo ENOTFOUND") });
    });

  it.each([200, 401])("goes on when the registry answers with %d", async (status) => {
    answering(status);
    await expect(refuseUnreachable(production)).resolves.toBeUndefined();
  });

  it("asks the registry itself, anonymously", async () => {
    const fetched = vi.fn(async () => new Response(null, { status: 401 }));
    vi.stubGlobal("fetch", fetched);
    await refuseUnreachable(staging);
    expect(fetched).toHaveBeenCalledWith("https://crmmrvstgk3m7.azurecr.io/v2/", { signal: expect.any(AbortSignal) });
  });

  it("says in one line that a private registry is private, and where to run this", async () => {
    answering(403);
    await expect(refuseUnreachable(production)).rejects.toThrow(
      /^crmmrvprdk3m7\.azurecr\.io does not answer from here \(403\), nothing was touched: it is private, and hosted runners and laptops are outside; run it on the runner inside the network \(runs-on: mmrv-production\)$/,
    );
  });

  it.each([
    [
      { kind: "agent", addressPrefix: "10.50.6.0/26" },
      "run it on the machine of the HCP Terraform agent inside the network",
    ],
    [{ kind: "none" }, "run it on a machine inside the network, which environments/ gives none yet (runner)"],
  ] as const)("knows who is inside", async (runner, where) => {
    silent();
    await expect(refuseUnreachable({ ...production, runner })).rejects.toThrow(
      `crmmrvprdk3m7.azurecr.io does not answer from here (getaddrinfo ENOTFOUND), nothing was touched: it is private, and hosted runners and laptops are outside; ${where}`,
    );
  });

  it("tells a public registry and a filtered one from a private one", async () => {
    silent();
    await expect(refuseUnreachable(staging)).rejects.toThrow(
      "it is public; is staging-infra deployed? does this network let you out?",
    );
    answering(403);
    await expect(refuseUnreachable({ ...production, access: staging.access })).rejects.toThrow(
      "it takes the ranges of access.ranges only; run it from one of them",
    );
  });

  it("goes on when somebody answers whose certificate Node does not trust: the tools judge it", async () => {
    const cause = Object.assign(new Error("self-signed certificate"), { code: "SELF_SIGNED_CERT_IN_CHAIN" });
    vi.stubGlobal("fetch", async () => {
      throw new TypeError("fetch failed", { cause });
    });
    await expect(refuseUnreachable(production)).resolves.toBeUndefined();
  });

  it("leaves it to the tools behind a proxy, which Node's requests do not know", async () => {
    silent();
    vi.stubEnv("HTTPS_PROXY", "http://proxy.invalid:8080");
    await expect(refuseUnreachable(production)).resolves.toBeUndefined();
    vi.stubEnv("HTTPS_PROXY", "");
    await expect(refuseUnreachable(production)).rejects.toThrow("it is private");
    vi.unstubAllEnvs();
  });

  it("does not wait for ever", async () => {
    const timeout = vi.spyOn(AbortSignal, "timeout").mockReturnValue(AbortSignal.abort(new Error("no answer in time")));
    await expect(refuseUnreachable(staging)).rejects.toThrow("does not answer from here (no answer in time)");
    expect(timeout).toHaveBeenCalledWith(8_000);
    timeout.mockRestore();
  });
});

describe("acrLogin", () => {
  it("takes the token of the Azure CLI", async () => {
    azThat(`echo '{"accessToken":"a-token","loginServer":"crmmrvstgk3m7.azurecr.io"}'`);
    const login = {
      host: "crmmrvstgk3m7.azurecr.io",
      user: "00000000-0000-0000-0000-000000000000",
      password: "a-token",
    };
    expect(await acrLogin(staging)).toEqual(login);
    expect(asked()).toEqual(["acr login --name crmmrvstgk3m7 --expose-token --output json"]);
  });

  it.each([
    ["Please run 'az login' to setup account.", "the Azure CLI has no login, or an expired one: az login, then again"],
    ["AADSTS700082: The refresh token has expired due to inactivity.", "az login, then again"],
    // As azure-cli has it: acr/_docker_utils.py.
    [
      "Unable to authenticate using AAD or admin login credentials. Please specify both username and password in non-interactive mode.",
      "you have no role on it: AcrPush, which an owner gives you",
    ],
    [
      "The resource with name 'crmmrvstgk3m7' and type 'Microsoft.ContainerRegistry/registries' could not be found in subscription 'x'.",
      "it is not in the subscription that az uses: npx mmrv deploy staging-infra, or az account set --subscription ID",
    ],
    ["ERROR: something else", "az acr login: ERROR: something else"],
  ])("says in one line what to do about: %s", async (said, remedy) => {
    azThat(`echo "${said}" >&2; exit 1`);
    const start = /^no login to crmmrvstgk3m7\.azurecr\.io, nothing was touched: [^\n]*$/;
    await expect(acrLogin(staging)).rejects.toThrow(start);
    await expect(acrLogin(staging)).rejects.toThrow(remedy);
  });

  it("says that az is missing", async () => {
    process.env["PATH"] = folder;
    await expect(acrLogin(staging)).rejects.toThrow(
      "az is not on the PATH; install the Azure CLI: learn.microsoft.com/cli/azure/install",
    );
  });
});

describe("az as the copying tool", () => {
  const digest = `sha256:${"a".repeat(64)}`;
  const artifact = (from: string): Artifact => {
    const to = "crmmrvstgk3m7.azurecr.io/third-party/x/gateway:v1";
    return { kind: "image", origin: "its makers", ifTaken: "look", from: `${from}@${digest}`, digest, to };
  };
  const notFound = `echo "Error: manifest tagged by \\"v1\\" is not found. Correlation ID: 1." >&2; exit 1`;

  it("imports what is public without moving a tag, and compares digests", async () => {
    azThat(
      `case "$*" in *import*) touch ${folder}/done;; *) [ -e ${folder}/done ] && echo ${digest} || { ${notFound}; };; esac`,
    );
    expect((await copyIfMissing(artifact("docker.io/x/gateway"), az())).after).toEqual({ is: "there" });
    const show =
      "acr repository show --name crmmrvstgk3m7 --image third-party/x/gateway:v1 --query digest --output tsv";
    const source = `--source docker.io/x/gateway@${digest} --image third-party/x/gateway:v1`;
    expect(asked()).toEqual([show, `acr import --name crmmrvstgk3m7 ${source} --output none`, show]);
  });

  it("refuses ECR, because its password would stand in an argument list", async () => {
    azThat(notFound);
    const ecr = artifact("123456789012.dkr.ecr.us-east-1.amazonaws.com/app");
    expect((await copyIfMissing(ecr, az())).after).toEqual({
      is: "fault",
      why: "az takes ECR's password as an argument only, where every process of this machine can read it: install regctl or skopeo",
    });
  });

  it("says what it does not do", () => {
    expect(az().limits).toBe(
      "az takes nothing from ECR, copies no signatures and other referrers, and looks into no image; regctl does all three. To import, it needs the role Container Registry Data Importer and Data Reader",
    );
  });
});

describe("findCopyTool", () => {
  beforeEach(() => {
    process.env["PATH"] = folder;
  });

  it("takes regctl before skopeo before az", () => {
    const found = ["az", "skopeo", "regctl"].map((tool) => {
      standIn(folder, tool, "exit 0");
      return findCopyTool()({}).name;
    });
    expect(found).toEqual(["az", "skopeo", "regctl"]);
  });

  it("names all three and where they are had when there is none", () => {
    expect(() => findCopyTool()).toThrow(
      "nothing copies images here, and one of these is needed:\n  regctl is not on the PATH; install it: github.com/regclient/regclient/releases (it copies signatures and other referrers too)\n  skopeo is not on the PATH; install it: github.com/containers/skopeo/blob/main/install.md\n  az is not on the PATH; install the Azure CLI: learn.microsoft.com/cli/azure/install-azure-cli",
    );
  });

  it("names what a promotion lacks", () => {
    standIn(folder, "az", "exit 0");
    expect(() => requireTools("regctl", "cosign", "az")).toThrow(
      /^regctl is not on the PATH; install it: .*\ncosign is not on the PATH; install it: docs\.sigstore\.dev\/\S+$/,
    );
  });
});
