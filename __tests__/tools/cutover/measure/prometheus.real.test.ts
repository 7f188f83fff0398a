import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { failuresPerSecond, p95Milliseconds, requestsPerSecond } from "../../../../constructs/observability/web-alerts";
import { namesOf } from "../../../../model/naming";
import { LocalAzure } from "../../../../tools/azure-simulator/server";
import { type AskApi, gatewayOf } from "../../../../tools/cutover/measure/prometheus";
import { createSandbox, REHEARSAL_SUBSCRIPTION, type Sandbox } from "../../../../tools/rehearsal/sandbox";
import { staging } from "../../../support/fixtures/environments/staging";

const watched = { ...staging, prometheus: true, subscriptionId: REHEARSAL_SUBSCRIPTION };
const names = namesOf(watched);
const SECRET = "eyJ0eXAiOiJKV1Qi";

/** Answers of the workspace in Resource Manager, and of Prometheus by expression. */
interface Answers {
  workspace: { status: number; body: unknown };
  queries: Record<string, { status?: number; body?: unknown; value?: string }>;
}
const expressions = {
  requests: requestsPerSecond("60m"),
  failures: failuresPerSecond("60m"),
  p95: p95Milliseconds("60m"),
};

/** As Prometheus' API answers, of our application, another one, and another cluster's. */
const vector = (value: string) => {
  const of = (application: string, cluster: string, one: string) => ({
    metric: { application, cluster },
    value: [1_800_000_000, one],
  });
  const result = [
    of("backend", "aks-of-others", "7"),
    of("frontend", names.cluster, "8"),
    of("backend", names.cluster, value),
  ];
  return { status: "success", data: { resultType: "vector", result } };
};
const NOTHING = { status: "success", data: { resultType: "vector", result: [] } };

describe("an application behind the gateway", () => {
  let server: Server;
  let url = "";
  let answers: Answers;
  let asked: string[] = [];
  beforeAll(async () => {
    server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const path = request.url ?? "";
      asked.push(`${request.method} ${path}`);
      const expression = new URLSearchParams(Buffer.concat(chunks).toString()).get("query") ?? "";
      const {
        body,
        status = 200,
        value,
      } = path.startsWith("/subscriptions/")
        ? { ...answers.workspace, value: undefined }
        : (answers.queries[expression] ?? { body: NOTHING });
      response.writeHead(status).end(JSON.stringify(body ?? vector(value ?? "")));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());
  beforeEach(() => {
    asked = [];
    answers = {
      workspace: { status: 200, body: { properties: { metrics: { prometheusQueryEndpoint: `${url}/amw` } } } },
      queries: {
        [expressions.requests]: { value: "2.5" },
        [expressions.failures]: { value: "0.05" },
        [expressions.p95]: { value: "187.5" },
      },
    };
  });

  /** Sends to the stand-in what is meant for Azure. */
  const api: AskApi = (audience) => async (request) => {
    const { form } = request;
    asked.push(audience);
    const answer = await fetch(
      request.url.replace("https://management.azure.com", url),
      form === undefined ? {} : { method: "POST", body: new URLSearchParams(form) },
    );
    return { status: answer.status, body: await answer.text() };
  };
  const measure = () => gatewayOf(watched, { application: "backend", minutes: 60 }, api);

  it("is measured by the expressions of its alerts, over the minutes that are asked for, in its own cluster", async () => {
    expect(await measure()).toEqual({
      requestsPerSecond: 2.5,
      failedShare: 0.02,
      p95Milliseconds: 187.5,
      minutes: 60,
    });
    const query = ["https://prometheus.monitor.azure.com", "POST /amw/api/v1/query"];
    expect(asked).toEqual([
      "https://management.azure.com",
      `GET /subscriptions/${REHEARSAL_SUBSCRIPTION}/resourceGroups/${names.resourceGroup}/providers/Microsoft.Monitor/accounts/${names.monitorWorkspace}?api-version=2023-04-03`,
      ...query,
      ...query,
      ...query,
    ]);
  });

  it("has no failures where none was ever counted", async () => {
    delete answers.queries[expressions.failures];
    expect(await measure()).toMatchObject({ failedShare: 0 });
  });

  it.each([
    ["no request was counted", "requests", undefined],
    ["none came", "requests", "0"],
  ] as const)("is not measured when %s", async (_, which, value) => {
    delete answers.queries[expressions[which]];
    if (value !== undefined) answers.queries[expressions[which]] = { value };
    expect(await measure()).toEqual({
      notMeasured: "no request has come to backend through the gateway for 60 minutes; measure when some have",
    });
  });

  it("is not measured when the time of a request is no number", async () => {
    answers.queries[expressions.p95] = { value: "NaN" };
    expect(await measure()).toEqual({
      notMeasured: "Prometheus has no time of a request to backend for 60 minutes; measure again",
    });
  });

  it.each([
    [
      "a query that it cannot parse",
      { status: 400, body: { status: "error", errorType: "bad_data", error: "parse error:\nunexpected" } },
      "Prometheus refused the question (400 bad_data: parse error: unexpected)",
    ],
    [
      "a query that it cannot compute",
      { status: 422, body: { status: "error", errorType: "execution", error: "x".repeat(1_000) } },
      `Prometheus refused the question (422 execution: ${"x".repeat(200)})`,
    ],
    [
      "a role that is missing",
      { status: 403, body: { error: SECRET } },
      `Azure does not let you ask Prometheus (403); you need the role Monitoring Data Reader on ${names.monitorWorkspace}`,
    ],
    [
      "a moment that is bad",
      { status: 503, body: SECRET },
      `Prometheus answers 503, and no values; again later, or look at ${names.monitorWorkspace} in the portal`,
    ],
    [
      "values of another kind",
      { status: 200, body: { status: "success", data: { resultType: "matrix", result: [] } } },
      `Prometheus answers 200, and no values; again later, or look at ${names.monitorWorkspace} in the portal`,
    ],
  ])("is not measured when Prometheus answers any question with %s", async (_, answer, why) => {
    for (const which of Object.values(expressions)) {
      const { queries } = answers;
      answers.queries = { ...queries, [which]: answer };
      expect(await measure()).toEqual({ notMeasured: why });
      answers.queries = queries;
    }
  });

  it.each([
    [404, {}, `there is no Azure Monitor workspace ${names.monitorWorkspace}; deploy staging-infra, then again`],
    [
      403,
      { error: { message: SECRET } },
      `Azure does not let you read ${names.monitorWorkspace} (403); you need Microsoft.Monitor/accounts/read, which Reader on ${names.resourceGroup} has`,
    ],
    [200, {}, `Azure answers 200 for ${names.monitorWorkspace}, and no query endpoint; again later`],
  ])("is not measured when the workspace is answered with %i", async (status, body, why) => {
    answers.workspace = { status, body };
    expect(await measure()).toEqual({ notMeasured: why });
  });

  it("is not measured without Prometheus in the environment, and nobody is asked", async () => {
    const without = { ...watched, prometheus: false };
    expect(await gatewayOf(without, { application: "backend", minutes: 60 }, api)).toEqual({
      notMeasured:
        "environments/staging.ts has prometheus: false, so nothing counts at the gateway; look at its log, and answer yourself",
    });
    expect(asked).toEqual([]);
  });
});

describe("Azure itself, as whoever is logged in,", () => {
  let folder = "";
  let azure: LocalAzure;
  let sandbox: Sandbox;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "mmrv-prometheus-"));
    const asked = resolve("tools/cutover/measure/prometheus.ts");
    // By itself: a process trusts a certificate, and learns of a proxy, when it starts.
    writeFileSync(
      join(folder, "ask.ts"),
      `import { gatewayOf } from ${JSON.stringify(asked)};\nvoid gatewayOf(${JSON.stringify(watched)}, { application: "backend", minutes: 60 }).then((answer) => console.log(JSON.stringify(answer)));\n`,
    );
    azure = await LocalAzure.start();
    sandbox = await createSandbox(azure);
  });
  afterAll(async () => {
    await azure.stop();
    await sandbox.remove();
    rmSync(folder, { recursive: true });
  });
  async function ask(environment: NodeJS.ProcessEnv): Promise<unknown> {
    const command = ["tools/load.mjs", join(folder, "ask.ts")];
    const { stderr, stdout } = await promisify(execFile)(process.execPath, command, { env: environment });
    expect(stderr).toBe("");
    return JSON.parse(stdout);
  }

  it("is asked for the workspace, then at the endpoint that it names", async () => {
    expect(await ask(sandbox.environment)).toEqual({
      notMeasured: `there is no Azure Monitor workspace ${names.monitorWorkspace}; deploy staging-infra, then again`,
    });
    const group = `/subscriptions/${REHEARSAL_SUBSCRIPTION}/resourceGroups/${names.resourceGroup}`;
    for (const path of [group, `${group}/providers/Microsoft.Monitor/accounts/${names.monitorWorkspace}`])
      azure.arm.handle({
        method: "PUT",
        url: new URL(path, "https://management.azure.com"),
        body: { location: "eastus2", properties: {} },
      });
    // The local Azure has no Prometheus: its proxy answers 403 to whoever asks for that host.
    expect(await ask(sandbox.environment)).toEqual({
      notMeasured: `Azure does not let you ask Prometheus (403); you need the role Monitoring Data Reader on ${names.monitorWorkspace}`,
    });
    expect([...azure.refusedHosts]).toEqual([`${names.monitorWorkspace}.eastus2.prometheus.monitor.azure.com:443`]);
  });

  it("is not asked by nobody", async () => {
    writeFileSync(join(folder, "az"), `#!/bin/sh\necho "Please run az login" >&2\nexit 1\n`, { mode: 0o700 });
    const nobody = { AZURE_TENANT_ID: "", AZURE_CLIENT_ID: "", AZURE_CLIENT_SECRET: "" };
    expect(await ask({ ...sandbox.environment, ...nobody, PATH: folder })).toEqual({
      notMeasured: "there is no login to Azure, or an expired one; az login, then again",
    });
  });
});
