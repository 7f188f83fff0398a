import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { actionsOfScript, buildIdsToTry, nextPage } from "../../../../tools/cutover/measure/next-page";

const pageOf = (name: string) => nextPage(readFileSync(`__tests__/support/next-pages/${name}.html`, "utf8"));
const chunk = (name: string) => `/_next/static/chunks/${name}.js?dpl=0123abc`;

describe("a page of Next.js", () => {
  it("names its deployment, its files, its image and the action of its form, and no build id", () => {
    expect(pageOf("form-and-image")).toEqual({
      deploymentIds: ["0123abc"],
      buildIds: [],
      files: [
        chunk("1570iutaj1azv"),
        chunk("395glp5--7qza"),
        chunk("3jn_x8ihwq16e"),
        chunk("turbopack-2u1d16houkiyo"),
        chunk("3qfy96eoyh-ek"),
        chunk("0i9bfanyibmja"),
        chunk("0cz1d0mv5g_q7"),
      ],
      images: [64, 128].map((width) => `/_next/image?url=%2Flogo.png&w=${width}&q=75&dpl=0123abc`),
      actions: ["6048402bf31bdd371aebda3c843d0804922d0c9530"],
    });
  });

  it("names the action of a form that sends nothing along", () => {
    expect(pageOf("isr").actions).toEqual(["0096231b7e50a326d283b5424960463046f1649537"]);
  });

  it("names its build id where it has no deployment id", () => {
    expect(pageOf("isr-without-deployment-id")).toMatchObject({ deploymentIds: [], buildIds: ["0123abc"] });
  });

  it("of the Pages Router names both", () => {
    const { buildIds, deploymentIds, files } = pageOf("pages-router");
    expect({ buildIds, deploymentIds }).toEqual({ buildIds: ["0123abc"], deploymentIds: ["0123abc"] });
    expect(files).toContain("/_next/static/0123abc/_buildManifest.js?dpl=0123abc");
  });

  it("keeps the path that the application is below, and takes no file of another host", () => {
    const html = `<script src="/shop/_next/static/chunks/a.js"></script><script src="https://cdn.example.com/_next/static/b.js"></script>`;
    expect(nextPage(html).files).toEqual(["/shop/_next/static/chunks/a.js"]);
  });

  it("names each of several deployments: a cache that mixes two builds", () => {
    const html = `<html data-dpl-id="new"><script src="/_next/static/chunks/a.js?dpl=old"></script></html>`;
    expect(nextPage(html).deploymentIds).toEqual(["new", "old"]);
  });

  it("that is none of Next.js names nothing", () => {
    const html = `<html lang="en"><a href="/next/static">x</a><script>{"id":"42","bound":1}</script></html>`;
    expect(nextPage(html)).toEqual({ deploymentIds: [], buildIds: [], files: [], images: [], actions: [] });
  });
});

it("a script of the browser names the actions that it calls", () => {
  const one = "403dca849a436fa6626b23d72df1a0fcbee9799e45";
  const script = `let c=(0,t.createServerReference)("${one}",t.callServer,void 0,t.findSourceMapURL,"add");t.createServerReference=function(e,n){}`;
  expect(actionsOfScript(script)).toEqual([one]);
});

it("a build id that no page names is the deployment id, or the constant of Next.js 16.2 and 16.3", () => {
  expect(buildIdsToTry({ deploymentIds: ["0123abc"] })).toEqual(["0123abc", "build-TfctsWXpff2fKS"]);
});
