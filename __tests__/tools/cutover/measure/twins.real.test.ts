import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import type { RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { twinVerdicts } from "../../../../tools/cutover/measure/twin-verdicts";
import { measureTwins } from "../../../../tools/cutover/measure/twins";
import { HttpsSide } from "../../../support/https-side";
import { NextStandalone } from "../../../support/next-standalone";
import { build, copyInstalled, install } from "../../../support/pod-next-build";
import { requires } from "../../../support/requires";

const HOST = "www.mmrv.example.com";

describe("two frontends of the example", requires("pod sandbox"), () => {
  const folder = mkdtempSync(join(tmpdir(), "mmrv-twins-"));
  const [KEY, OTHER_KEY] = [1, 2].map(() => randomBytes(32).toString("base64"));
  let [aws, twin, stranger]: NextStandalone[] = [];
  beforeAll(async () => {
    const [ours, theirs] = [join(folder, "ours"), join(folder, "theirs")];
    install(ours);
    copyInstalled(ours, theirs);
    await Promise.all([build(ours, "0123abc", KEY ?? ""), build(theirs, "9999fff", OTHER_KEY ?? "")]);
    aws = await NextStandalone.start("aws", HOST, ours);
    twin = await NextStandalone.start("azure", HOST, ours);
    stranger = await NextStandalone.start("azure", HOST, theirs);
  });
  afterAll(async () => {
    await Promise.all([aws, twin, stranger].map((one) => one?.stop()));
    rmSync(folder, { recursive: true });
  });

  const verdicts = async (azure: NextStandalone | undefined, pages = ["/", "/isr"]) => {
    if (!aws || !azure) throw new Error("not started");
    return twinVerdicts(await measureTwins(HOST, aws.side, azure.side, { pages }));
  };

  it("are twins when both are one build", async () => {
    expect(await verdicts(twin)).toEqual([
      { what: "one deployment id", passes: true, why: "both have 0123abc" },
      { what: "one build id", passes: true, why: "both have 0123abc" },
      { what: "each serves the other's files", passes: true, why: "7 files are the same on both" },
      { what: "both optimize images", passes: true, why: expect.stringMatching(/^\/_next\/image\?.* is image\/webp/) },
      { what: "one Server Actions key", passes: true, why: expect.stringMatching(/^2 ids are the same on both;/) },
    ]);
  });

  it("are none when commit and key differ, though they share every script: it has no word of either", async () => {
    expect(await verdicts(stranger)).toEqual([
      { what: "one deployment id", passes: false, why: "AWS has 0123abc, Azure 9999fff" },
      { what: "one build id", passes: false, why: "AWS has 0123abc, Azure 9999fff" },
      { what: "each serves the other's files", passes: true, why: "14 files are the same on both" },
      { what: "both optimize images", passes: true, why: expect.any(String) },
      {
        what: "one Server Actions key",
        passes: false,
        why: expect.stringMatching(/^4 of 4 ids are on one side alone, such as [0-9a-f]{42};/),
      },
    ]);
  });
});

describe("a frontend that tells less", () => {
  const started: HttpsSide[] = [];
  afterEach(async () => {
    await Promise.all(started.splice(0).map((side) => side.stop()));
  });
  const start = async (name: "aws" | "azure", answer: RequestListener) => {
    const side = await HttpsSide.start(name, answer, { host: HOST });
    started.push(side);
    return side.side;
  };
  /** Answers of Next.js to some paths, without their queries, and 404 to all others. */
  const serving =
    (paths: Readonly<Record<string, string>>): RequestListener =>
    ({ headers, url = "" }, response) => {
      const body = paths[url.replace(/\?.*/, "")];
      response.writeHead(body === undefined ? 404 : 200, { "x-nextjs-deployment-id": headers["rsc"] ? "new" : [] });
      response.end(body);
    };

  it("is found out when a cache keeps the HTML of a build that is gone: the router is answered by the new one", async () => {
    const paths = { "/": `<html data-dpl-id="old"></html>` };
    const [aws, azure] = [await start("aws", serving(paths)), await start("azure", serving(paths))];
    expect((await measureTwins(HOST, aws, azure)).deploymentIds).toEqual({
      aws: ["old", "new"],
      azure: ["old", "new"],
    });
  });

  it("has Next.js's constant for a build id where 16.2 or 16.3 built it, found below the path of the application", async () => {
    const page = `<html><script src="/shop/_next/static/chunks/a.js"></script></html>`;
    const constant = serving({ "/shop": page, "/shop/_next/static/build-TfctsWXpff2fKS/_buildManifest.js": "" });
    const own = serving({ "/shop": page });
    const [aws, azure] = [await start("aws", constant), await start("azure", own)];
    expect((await measureTwins(HOST, aws, azure, { pages: ["/shop"] })).buildIds).toEqual({
      aws: ["build-TfctsWXpff2fKS"],
      azure: {
        notMeasured:
          "no page of azure names its build id, which is none of new, build-TfctsWXpff2fKS; compare .next/BUILD_ID of both builds",
      },
    });
  });

  it("is asked for each file once, and for as many as were wanted", async () => {
    const page = `<html>${["a", "b", "c"].map((name) => `<script src="/_next/static/${name}.js"></script>`).join("")}</html>`;
    const asked: string[] = [];
    const answer = serving({ "/": page, "/_next/static/a.js": "1", "/_next/static/b.js": "2" });
    const aws = await start("aws", answer);
    const azure = await start("azure", (request, response) => {
      asked.push(request.url ?? "");
      answer(request, response);
    });
    const { files } = await measureTwins(HOST, aws, azure, { files: 2 });
    expect(files).toMatchObject([{ path: "/_next/static/a.js" }, { path: "/_next/static/b.js" }]);
    expect(asked.filter((path) => /[abc]\.js$/.test(path))).toEqual(["/_next/static/a.js", "/_next/static/b.js"]);
  });

  it("is asked no more once it is silent, because each silence is waited for", async () => {
    const page = `<html>${["a", "b", "c"].map((name) => `<script src="/_next/static/${name}.js"></script>`).join("")}</html>`;
    const asked: string[] = [];
    const aws = await start("aws", serving({ "/": page }));
    const azure = await start("azure", ({ url = "" }) => void asked.push(url));
    const { files } = await measureTwins(HOST, aws, azure, { timeoutMs: 1000 });
    expect(asked).toEqual(["/"]);
    expect(files).toEqual(
      ["a", "b", "c"].map((name) => ({
        path: `/_next/static/${name}.js`,
        aws: { status: 404 },
        azure: { status: "no answer in 1000 ms" },
      })),
    );
  });

  it("is not measured in anything when it gives no page, and the other side's files tell it", async () => {
    const aws = await start("aws", serving({ "/": `<html data-dpl-id="new"></html>` }));
    const azure = await start("azure", (_, response) => response.writeHead(302, { location: "/login" }).end());
    const twins = await measureTwins(HOST, aws, azure);
    const why = {
      notMeasured: "azure at 127.0.0.1 gave no page (/: 302); name pages that answer 200 without a login",
    };
    expect(twins).toMatchObject({
      deploymentIds: { aws: ["new"], azure: why },
      buildIds: { azure: why },
      files: why,
      image: why,
      actions: { azure: why },
    });
    expect(twins.actions.aws).toEqual({
      notMeasured:
        "no page of aws that was asked for has a Server Action; name one with a form, or say yourself whether both builds had one NEXT_SERVER_ACTIONS_ENCRYPTION_KEY",
    });
  });
});
