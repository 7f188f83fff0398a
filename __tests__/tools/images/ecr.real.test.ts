import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { CreateRepositoryCommand, ECRClient, PutImageCommand } from "@aws-sdk/client-ecr";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { acrLogin } from "../../../tools/images/azure";
import { desiredArtifacts } from "../../../tools/images/desired-artifacts";
import { ecrLogin, newestImages } from "../../../tools/images/ecr";
import { withLogins } from "../../../tools/images/logins";
import { copyArtifacts, isComplete } from "../../../tools/images/plan";
import { regctl } from "../../../tools/images/regctl";
import { skopeo } from "../../../tools/images/skopeo";
import { production } from "../../support/fixtures/environments/production";
import { staging } from "../../support/fixtures/environments/staging";
import { Moto } from "../../support/moto";
import { ACR_TOKEN, ACR_USER, ECR_USER, type Registries, startRegistries } from "../../support/registries";
import { INDEX, Pusher } from "../../support/registry-images";
import { requires } from "../../support/requires";
import { standIn } from "../../support/stand-in";
import { tries } from "../../support/tries";

const ACCOUNT = { accountId: "123456789012", region: "us-east-1" };
const NOBODY = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test", AWS_EC2_METADATA_DISABLED: "true" };
const before = { ...process.env };
beforeEach(() => void Object.assign(process.env, NOBODY, { PATH: before["PATH"] }));
afterEach(() => {
  for (const name of ["AWS_ENDPOINT_URL", "SSL_CERT_FILE"]) delete process.env[name];
});

/** staging, with this ECR. */
const withEcr = (ecr: (typeof staging)["aws"]["ecr"]) => ({ ...staging, aws: { ...staging.aws, ...ACCOUNT, ecr } });

describe("images that ECR lists", requires("moto_server", "docker-registry", "regctl", "skopeo"), () => {
  let moto: Moto;
  let registries: Registries;
  beforeAll(async () => {
    moto = await Moto.start();
    registries = await startRegistries({ aws: ECR_USER, ours: ACR_USER });
  });
  afterAll(() => {
    moto?.stop();
    registries?.stop();
  });
  beforeEach(() => {
    process.env["AWS_ENDPOINT_URL"] = moto["url"];
    process.env["SSL_CERT_FILE"] = registries.certificate;
  });

  /** An image in the registry, and in what ECR's API says. */
  async function inEcr(repository: string, ...tags: readonly string[]): Promise<string> {
    const ecr = new ECRClient({ region: ACCOUNT.region });
    const { digest, text } = await new Pusher(registries.aws, "AWS:123456789012-auth-token").index(
      repository,
      tags[0] ?? "",
      ["linux/amd64", "linux/arm64"],
    );
    await ecr.send(new CreateRepositoryCommand({ repositoryName: repository })).catch(() => {});
    for (const imageTag of tags) {
      const image = { imageManifest: text, imageManifestMediaType: INDEX, imageDigest: digest, imageTag };
      await ecr.send(new PutImageCommand({ repositoryName: repository, ...image }));
    }
    return digest;
  }

  it.each([
    ["regctl", regctl],
    ["skopeo", skopeo],
  ] as const)("come with %s by the logins of both sides, none of which is in an argument list", async (name, tool) => {
    const tags = ["1.0", "stable", "1.1"].map((tag) => `${name}-${tag}`);
    const [, , last = ""] = tags;
    const digests = [await inEcr(`app-${name}`, ...tags.slice(0, 2)), await inEcr(`app-${name}`, last)];
    const bin = join(registries.folder, `bin-${name}`);
    const real = execFileSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8", env: process.env }).trim();
    standIn(bin, name, `echo "$@" >> ${bin}/arguments\nexec ${real} "$@"`);
    standIn(bin, "az", `echo "$@" >> ${bin}/arguments\necho '{"accessToken":"${ACR_TOKEN}"}'`);
    const environment = withEcr({ backend: { repository: `app-${name}`, newest: 10 } });
    const hosts = { ecr: registries.aws.host, ours: registries.ours.host };
    const logins = [{ ...(await acrLogin(environment)), host: hosts.ours }, await ecrLogin(environment.aws, hosts.ecr)];

    const lines: string[] = [];
    const tally = await withLogins(logins, async (env) =>
      copyArtifacts(await desiredArtifacts(environment, hosts), tool(env), (line) => lines.push(line), tries(0)),
    );

    expect(isComplete(tally), lines.join("\n")).toBe(true);
    const copied = lines.slice(0, -1).map((line) => line.split(/ +/).slice(0, 3).join(" "));
    const to = `${hosts.ours}/mmrv/backend`;
    expect(copied.sort()).toEqual(
      tags.map((tag) => `copied ${to}:${tag} ${tag === last ? digests[1] : digests[0]}`).sort(),
    );
    const said = readFileSync(join(bin, "arguments"), "utf8");
    expect(said).toContain("acr login --name crmmrvstgk3m7 --expose-token --output json");
    expect(said).not.toMatch(/auth-token|a-token/);
  });

  it("do not come without a login: each is a fault in one line", async () => {
    await inEcr("closed", "1");
    const hosts = { ecr: registries.aws.host, ours: registries.ours.host };
    const wanted = await desiredArtifacts(withEcr({ backend: { repository: "closed", newest: 1 } }), hosts);
    const lines: string[] = [];
    const tally = await withLogins([], (env) =>
      copyArtifacts(wanted, regctl(env), (line) => lines.push(line), tries(0)),
    );
    expect(isComplete(tally)).toBe(false);
    expect(lines[0]).toMatch(/^fault {4}\S+ {2}the registry refuses the login: ECR needs [^\n]+$/);
  });

  it("leave a repository that is not there as a fault, and go on with the other", async () => {
    const digest = await inEcr("there", "1");
    const environment = withEcr({
      backend: { repository: "not-there", newest: 1 },
      frontend: { repository: "there", newest: 1 },
    });
    const wanted = await desiredArtifacts(environment, { ecr: "ecr", ours: "ours" });
    expect(wanted).toEqual({
      artifacts: [expect.objectContaining({ from: `ecr/there@${digest}`, to: "ours/mmrv/frontend:1" })],
      faults: [
        expect.stringMatching(
          /^ecr\/not-there: no such repository in this account and region: aws ecr describe-repositories lists them; correct aws\.ecr \(RepositoryNotFoundException: [^\n]+\)$/,
        ),
      ],
      notes: ["thirdPartyFrom is upstream, so nothing of others is copied"],
    });
  });
});

describe("newestImages", () => {
  let server: Server;
  /** What ECR says to each question, in order; the last for ever. */
  let answers: { readonly status: number; readonly body: object }[] = [];
  let asked: Record<string, unknown>[] = [];
  beforeAll(async () => {
    server = createServer(async (request, response) => {
      let text = "";
      for await (const chunk of request) text += chunk;
      asked.push(JSON.parse(text) as Record<string, unknown>);
      const { status, body } = (answers.length > 1 ? answers.shift() : answers[0]) ?? { status: 500, body: {} };
      response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  afterAll(() => server.close());
  beforeEach(() => {
    asked = [];
    process.env["AWS_ENDPOINT_URL"] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  const detail = (day: number, tags: readonly string[], more = {}) => ({
    imageDigest: `sha256:${day}`,
    imageTags: tags,
    imagePushedAt: day * 86_400,
    ...more,
  });
  const good = (imageDetails: object[], nextToken?: string) => ({ status: 200, body: { imageDetails, nextToken } });
  const bad = (type: string) => ({ status: 400, body: { __type: type, message: "no" } });
  const ask = (newest: number) => newestImages(ACCOUNT, { repository: "app", newest });

  it("reads every page and takes the newest, with all of their tags", async () => {
    answers = [good([detail(2, ["b", "a"]), detail(1, ["old"])], "more"), good([detail(3, ["c"])])];
    expect(await ask(2)).toEqual({
      images: [
        { digest: "sha256:3", tags: ["c"] },
        { digest: "sha256:2", tags: ["a", "b"] },
      ],
      others: [],
      older: 1,
    });
    const question = { registryId: "123456789012", repositoryName: "app", filter: { tagStatus: "TAGGED" } };
    expect(asked).toEqual([question, { ...question, nextToken: "more" }]);
  });

  it("does not count signatures that are kept under a tag, and names what is no image", async () => {
    const cache = { artifactMediaType: "application/vnd.buildkit.cacheconfig.v0" };
    const image = { artifactMediaType: "application/vnd.docker.container.image.v1+json" };
    answers = [
      good([detail(3, [`sha256-${"a".repeat(64)}.sig`]), detail(2, ["buildcache"], cache), detail(1, ["1.0"], image)]),
    ];
    expect(await ask(1)).toEqual({
      images: [{ digest: "sha256:1", tags: ["1.0"] }],
      others: ["buildcache (application/vnd.buildkit.cacheconfig.v0)"],
      older: 0,
    });
  });

  it("gets over throttling", async () => {
    answers = [bad("ThrottlingException"), bad("ThrottlingException"), good([detail(1, ["1"])])];
    expect((await ask(1)).images).toHaveLength(1);
  });

  it.each([
    ["AccessDeniedException", "missing permission: the managed policy AmazonEC2ContainerRegistryReadOnly is enough"],
    ["ExpiredTokenException", "expired login: aws sso login"],
    ["ServerException", "no answer, or not the expected one: again"],
  ])("makes %s a fault in one line, and others' charts are still wanted", async (type, why) => {
    answers = [bad(type)];
    const environment = { ...production, aws: { ...production.aws, ...ACCOUNT } };
    const { artifacts, faults } = await desiredArtifacts(environment, { ecr: "ecr", ours: "ours" });
    expect(faults[0]).toMatch(/^ecr\/change-me-backend: [^\n]+$/);
    expect(faults[0]).toContain(`${why} `);
    expect(artifacts.map(({ to }) => to)).toContain("ours/third-party/jetstack/charts/cert-manager:v1.21.2");
  });

  it("says how to read a digest of others that nobody has read, and never pulls by the tag", async () => {
    answers = [good([])];
    const environment = { ...production, aws: { ...production.aws, ...ACCOUNT } };
    const { artifacts, faults } = await desiredArtifacts(environment, { ecr: "ecr", ours: "ours" });
    expect(faults).toContain(
      "docker.io/envoyproxy/gateway-helm:v1.9.2: nobody has read its digest yet, and a tag can be moved: helm pull oci://docker.io/envoyproxy/gateway-helm --version v1.9.2 prints it; write it into environments/third-party.ts (docs/third-party.md)",
    );
    expect(artifacts.map(({ from }) => from).filter((from) => !/@sha256:[0-9a-f]{64}$/.test(from))).toEqual([]);
    expect(artifacts.find(({ to }) => to.endsWith("/envoy:distroless-v1.39.2"))).toMatchObject({
      kind: "image",
      from: expect.stringMatching(/^docker\.io\/envoyproxy\/envoy@sha256:/),
      to: "ours/third-party/envoyproxy/envoy:distroless-v1.39.2",
    });
  });
});
