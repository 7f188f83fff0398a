import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { createServer, request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { CreateRepositoryCommand, ECRClient, PutImageCommand } from "@aws-sdk/client-ecr";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { refuseMarkersUnder } from "../../../model/markers";
import { copyArtifacts, isComplete, planArtifacts } from "../../../tools/images/plan";
import { promote } from "../../../tools/images/promote";
import { withImages } from "../../../tools/images/session";
import { findEnvironment } from "../../../tools/program/find-environment";
import { production } from "../../support/fixtures/environments/production";
import { staging } from "../../support/fixtures/environments/staging";
import { Moto } from "../../support/moto";
import { ACR_TOKEN, ACR_USER, ECR_USER, type Registries, startRegistries } from "../../support/registries";
import { INDEX, Pusher } from "../../support/registry-images";
import { requires } from "../../support/requires";
import { standIn } from "../../support/stand-in";
import { tries } from "../../support/tries";

describe("before anything is touched", () => {
  it("the environments that there are are named", () => {
    expect(() => findEnvironment("nowhere")).toThrow("nowhere: no such environment; there are staging, production");
    expect(() => findEnvironment("Stagin\u001b")).toThrow(
      "Stagin\\u001b: no such environment (did you mean staging?); there are staging, production",
    );
    expect(findEnvironment("staging")).toBe(staging);
  });

  it("markers that matter are asked for, and no others", () => {
    expect(() => refuseMarkersUnder(staging, ["aws.accountId", "aws.ecr"])).toThrow(
      /^staging: 2 values in environments\/staging\.ts are still markers, nothing was touched\n {2}staging\.aws\.accountId: [^\n]+\n {2}staging\.aws\.ecr\.backend\.repository: [^\n]+$/,
    );
    const known = { ...production, aws: { ...production.aws, accountId: "123456789012", ecr: {} } };
    expect(() => refuseMarkersUnder(known, ["aws.accountId", "aws.ecr"])).not.toThrow();
  });

  it("a promotion asks for the repositories that may sign", async () => {
    await expect(promote("backend", "production", { digest: `sha256:${"1".repeat(64)}` }, () => {})).rejects.toThrow(
      /^staging: 3 values in environments\/staging\.ts are still markers, nothing was touched\n {2}staging\.gitHub\.owner: [^\n]+\n {2}staging\.gitHub\.infrastructure\.repository: [^\n]+\n {2}staging\.gitHub\.applications\.backend\.repository: /,
    );
  });
});

describe("withImages", requires("moto_server", "docker-registry", "regctl"), () => {
  const aws = { ...staging.aws, accountId: "123456789012", ecr: { backend: { repository: "app", newest: 10 } } };
  const environment = { ...staging, aws };
  const before = { ...process.env };
  let moto: Moto;
  let registries: Registries;
  let bin: string;
  beforeAll(async () => {
    moto = await Moto.start();
    registries = await startRegistries({ aws: ECR_USER, ours: ACR_USER });
    bin = join(registries.folder, "bin");
  });
  afterAll(() => {
    moto?.stop();
    registries?.stop();
  });
  beforeEach(() => {
    const nobody = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test", AWS_EC2_METADATA_DISABLED: "true" };
    const { PATH } = before;
    Object.assign(process.env, nobody, { PATH, AWS_ENDPOINT_URL: moto["url"], SSL_CERT_FILE: registries.certificate });
    // The real tool, told where the two hosts are.
    const hosts = {
      "123456789012.dkr.ecr.us-east-1.amazonaws.com": { hostname: registries.aws.host },
      "crmmrvstgk3m7.azurecr.io": { hostname: registries.ours.host },
    };
    writeFileSync(join(registries.folder, "hosts.json"), JSON.stringify({ hosts }));
    const regctl = execFileSync("sh", ["-c", "command -v regctl"], { encoding: "utf8", env: process.env }).trim();
    standIn(bin, "regctl", `REGCTL_CONFIG=${registries.folder}/hosts.json exec ${regctl} "$@"`);
    standIn(bin, "az", `echo '{"accessToken":"${ACR_TOKEN}"}'`);
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    for (const name of ["AWS_ENDPOINT_URL", "SSL_CERT_FILE"]) delete process.env[name];
    Object.assign(process.env, { PATH: before["PATH"] });
  });

  /** What the command prints, and whether all is well; the registry's answer to the probe is made up. */
  async function printed(command: typeof planArtifacts, of = environment, status = 401) {
    vi.stubGlobal("fetch", async () => new Response(null, { status }));
    const lines: string[] = [];
    const print = (line: string) => void lines.push(line);
    const isAll = isComplete(await withImages(of, (wanted, tool) => command(wanted, tool, print, tries(0)), print));
    return { isAll, lines };
  }

  it("plans, copies and finds everything there, with the logins of both clouds", async () => {
    const { digest, text } = await new Pusher(registries.aws, "AWS:123456789012-auth-token").index("app", "1.0", [
      "linux/amd64",
    ]);
    const ecr = new ECRClient({ region: "us-east-1" });
    await ecr.send(new CreateRepositoryCommand({ repositoryName: "app" }));
    const image = { imageManifest: text, imageManifestMediaType: INDEX, imageDigest: digest, imageTag: "1.0" };
    await ecr.send(new PutImageCommand({ repositoryName: "app", ...image }));
    const head = [
      "staging: 1 wanted in crmmrvstgk3m7.azurecr.io; the tool is regctl",
      "note     frontend: aws.ecr names no repository, so nothing is copied",
      "note     thirdPartyFrom is upstream, so nothing of others is copied",
    ];
    const to = "crmmrvstgk3m7.azurecr.io/mmrv/backend:1.0";

    expect(await printed(planArtifacts)).toEqual({
      isAll: false,
      lines: [...head, `to copy  ${to}  not there`, "1 to copy"],
    });
    const copied = await printed(copyArtifacts);
    expect([copied.isAll, copied.lines.slice(3)]).toEqual([
      true,
      [expect.stringMatching(new RegExp(`^copied {3}${to} {2}${digest} {2}in [0-9.]+ s, 0 referrers$`)), "1 copied"],
    ]);
    expect(await printed(planArtifacts)).toEqual({
      isAll: true,
      lines: [...head, `there    ${to}  ${digest}`, "1 there"],
    });
  });

  it("asks nobody when our registry does not answer", async () => {
    standIn(bin, "az", `touch ${bin}/az-was-asked; exit 1`);
    const privately = { ...environment, registry: production.registry, access: production.access };
    await expect(printed(planArtifacts, privately, 403)).rejects.toThrow("it is private");
    expect(existsSync(join(bin, "az-was-asked"))).toBe(false);
  });

  it("makes a missing right to log in to ECR one fault, and goes on", async () => {
    const server = createServer((request, response) => {
      const isEcr = request.headers["x-amz-target"]?.includes("GetAuthorizationToken");
      if (!isEcr)
        return void request.pipe(
          httpRequest(moto["url"], { method: "POST", headers: request.headers }, (answer) => answer.pipe(response)),
        );
      response.writeHead(400).end(JSON.stringify({ __type: "AccessDeniedException", message: "no" }));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    process.env["AWS_ENDPOINT_URL"] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { isAll, lines } = await printed(planArtifacts);
    server.close();
    expect(isAll).toBe(false);
    expect(lines).toContain(
      "fault    123456789012.dkr.ecr.us-east-1.amazonaws.com: no login: missing permission: the managed policy AmazonEC2ContainerRegistryReadOnly is enough (AccessDeniedException: no)",
    );
    expect(lines.at(-1)).toBe("1 at fault");
  });

  it("refuses another AWS account", async () => {
    const other = { ...environment, aws: { ...aws, accountId: "210987654321" } };
    await expect(printed(planArtifacts, other)).rejects.toThrow("123456789012");
  });

  it("asks for no AWS where nothing comes from there", async () => {
    delete process.env["AWS_ACCESS_KEY_ID"];
    const { isAll, lines } = await printed(planArtifacts, {
      ...environment,
      aws: { ...aws, ecr: {} },
    } as typeof environment);
    expect([isAll, lines.at(-1)]).toEqual([true, "nothing is wanted"]);
  });
});
