import { describe, expect, it } from "vitest";
import { corpus, fates, file, imported, NOTHING } from "../../../support/amplify-import";

interface Rule {
  readonly source: string;
  readonly target: string;
  readonly status?: string;
  readonly condition?: string;
}
const rules = (list: readonly Rule[]) => ({ redirects: file(JSON.stringify(list), "redirects.json") });
const app = (fields: Record<string, unknown>) => file(JSON.stringify({ app: { appId: "d1", ...fields } }), "app.json");

/** What the functions of a fragment return, when next.config is asked. */
async function answers(fragment: string): Promise<Record<string, unknown>> {
  const module: unknown = await import(
    /* @vite-ignore */ `data:text/javascript,${encodeURIComponent(`export default {\n${fragment}};\n`)}`
  );
  const config = (module as { default: Record<string, () => Promise<unknown>> }).default;
  return Object.fromEntries(await Promise.all(Object.entries(config).map(async ([name, ask]) => [name, await ask()])));
}

describe("redirects of the corpus", () => {
  it("r01: what sends every path to one page is left out where a server renders, and asked about where none does", () => {
    const files = corpus("r01-spa-regex.redirects.json");
    const ssr = imported({ ...files, app: app({ platform: "WEB_COMPUTE" }) });
    expect({ asked: ssr.asked, draft: ssr.draft, fates: fates(ssr, "redirects") }).toEqual({
      asked: [],
      draft: NOTHING,
      fates: { "[0].source": "dropped", "[0].status": "dropped", "[0].target": "dropped" },
    });
    expect(imported({ ...files, app: app({ platform: "WEB" }) }).asked).toEqual(["redirect:single-page", "platform"]);
  });

  it("r01: what sends every path to one page is left out where nobody says what renders, and said", () => {
    const { asked, draft, notes } = imported(corpus("r01-spa-regex.redirects.json"));
    expect([asked, draft]).toEqual([[], NOTHING]);
    expect(notes).toEqual([expect.stringContaining("give the app (--app), which says whether it is a static site")]);
  });

  it("r02: the apex is a further name, a country nobody's, a query a named group", async () => {
    const result = imported(corpus("r02-apex-country-query.redirects.json"));
    const fragment = [
      "  async redirects() {",
      "    return [",
      '      { source: "/docs", has: [{ type: "query", key: "id", value: "(?<myId>.+)" }], destination: "/documents/:myId", statusCode: 301 },',
      '      { source: "/docs/:year/:month/:item", destination: "/documents/:year/:month/:item", statusCode: 301 },',
      "    ];",
      "  },",
      "",
    ].join("\n");
    expect(result.asked).toEqual(["redirect:country", "domain"]);
    expect(result.notes).toEqual([
      "/docs?id=<my-id>: Next.js adds the query to the target; Amplify did not, as the source names a value of it",
    ]);
    expect(result.draft).toEqual({
      ...NOTHING,
      nextConfig: { fragment, overlaps: [] },
      domain: { host: "www.example.com", also: [{ host: "example.com", does: "redirects" }] },
    });
    expect(await answers(fragment)).toEqual({
      redirects: [
        {
          source: "/docs",
          has: [{ type: "query", key: "id", value: "(?<myId>.+)" }],
          destination: "/documents/:myId",
          statusCode: 301,
        },
        { source: "/docs/:year/:month/:item", destination: "/documents/:year/:month/:item", statusCode: 301 },
      ],
    });
    expect(fates(result)["[0].source"]).toBe("defaulted");
    expect(fates(result)["[4].source"]).toBe("dropped");
  });

  it("r03: proxies stay in their order, and each host is called from here", async () => {
    const files = { ...corpus("r03-proxies-then-fallback.redirects.json"), app: app({ platform: "WEB_COMPUTE" }) };
    const { asked, draft } = imported(files);
    expect(asked).toEqual(["proxy:api.example.com", "proxies"]);
    const { callees, egressHosts, nextConfig, aws, ...rest } = draft;
    expect(rest).toEqual(Object.fromEntries(Object.entries(NOTHING).filter(([key]) => key in rest)));
    expect(callees).toEqual([
      { host: "api.example.com", from: "rewrite of /api/<*>", isPrivate: false },
      { host: "us-assets.example.net", from: "rewrite of /ingest/static/<*>", isPrivate: false },
      { host: "us.example.net", from: "rewrite of /ingest/<*>", isPrivate: false },
      { host: "blog.example.net", from: "rewrite of /blog/<*>", isPrivate: false },
      { host: "example-bucket.s3.amazonaws.com", from: "rewrite of /sitemap.xml", isPrivate: false },
    ]);
    expect(egressHosts).toEqual(["api.example.com", "us-assets.example.net", "us.example.net", "blog.example.net"]);
    expect(aws).toEqual({ secrets: [], permissions: [], endpoints: ["example-bucket.s3.amazonaws.com"] });
    expect(await answers(nextConfig.fragment)).toEqual({
      rewrites: {
        beforeFiles: [
          { source: "/api/:path*", destination: "https://api.example.com/:path*" },
          { source: "/ingest/static/:path*", destination: "https://us-assets.example.net/static/:path*" },
          { source: "/ingest/:path*", destination: "https://us.example.net/:path*" },
          { source: "/blog", destination: "https://blog.example.net/blog" },
          { source: "/blog/:path*", destination: "https://blog.example.net/blog/:path*" },
          { source: "/sitemap.xml", destination: "https://example-bucket.s3.amazonaws.com/sitemap.xml" },
        ],
      },
    });
  });

  it("r03: an application of the environment is reached by its Service, once somebody says that it is one", async () => {
    const { draft } = imported(corpus("r03-proxies-then-fallback.redirects.json"), {
      "proxy:api.example.com": "backend",
    });
    const { rewrites } = await answers(draft.nextConfig.fragment);
    expect((rewrites as { beforeFiles: unknown[] }).beforeFiles[0]).toEqual({
      source: "/api/:path*",
      destination: "http://backend/:path*",
    });
    expect(draft.egressHosts).not.toContain("api.example.com");
  });

  it("r05: a status that Amplify does not document is asked about, and 404 is the not-found page", async () => {
    const files = corpus("r05-404-and-statuses.redirects.json");
    const result = imported(files);
    expect({ asked: result.asked, draft: result.draft }).toEqual({ asked: ["redirect:status"], draft: NOTHING });
    expect(fates(result)).toMatchObject({ "[2].source": "defaulted", "[3].source": "mapped" });
    const { draft } = imported(files, { "redirect:status": "as-written" });
    expect(await answers(draft.nextConfig.fragment)).toEqual({
      redirects: [
        { source: "/legacy/:path*", destination: "/:path*", statusCode: 308 },
        { source: "/temp", destination: "/elsewhere", statusCode: 307 },
      ],
    });
    expect(imported(files, { "redirect:status": "never-worked" }).draft.ignored).toEqual([
      "/legacy/<*>: 308 is no status of Amplify",
      "/temp: 307 is no status of Amplify",
    ]);
  });
});

describe("a rule", () => {
  it.each([
    ["/a/<*>/b", "it never worked on Amplify: <*> works at the end alone, and once"],
    ["/<*>/<*>", "it never worked on Amplify: <*> works at the end alone, and once"],
    ["/a/*", "it never worked on Amplify: its wildcard is <*>; * alone is a letter"],
    ["https://example.com/a", "it never worked on Amplify: a source with a host takes no path"],
    ["a", "it never worked on Amplify: a source that begins with no / fits no path"],
  ])("of the source %s is left out with its reason, and listed", (source, why) => {
    const result = imported(rules([{ source, target: "/x", status: "301" }]));
    expect(result.rows.map(({ fate }) => fate)).toEqual([1, 2, 3].map(() => ({ kind: "dropped", why })));
    expect(result.draft).toEqual({ ...NOTHING, ignored: [`${source}: ${why}`] });
  });

  it.each([
    ["/a/<x-y>/<x_y>", "/b/<x_y>/<x-y>", "/a/:xY/:x_y", "/b/:x_y/:xY"],
    ["/<year>-archive", "/archive/<year>", "/:year-archive", "/archive/:year"],
    ["/v<n>x/<*>", "/n/<n>/<*>", "/v:n([^/]+?)x/:path*", "/n/:n/:path*"],
    ["/files<*>", "/f<*>", "/files:path(.*)", "/f:path"],
    ["/a(b)", "https://example.com:8443/c:d", "/a\\(b\\)", "https://example.com:8443/c%3Ad"],
    ["/old/", "/new", "/old", "/new"],
  ])("%s → %s says the same in the words of Next.js", async (source, target, nextSource, destination) => {
    const { asked, draft } = imported(rules([{ source, target, status: "302" }]));
    expect(asked).toEqual([]);
    expect(await answers(draft.nextConfig.fragment)).toEqual({
      redirects: [{ source: nextSource, destination, statusCode: 302 }],
    });
  });

  it.each([
    ["</^\\/old\\/(.*)$/>", "/new", "redirect:regex"],
    ["/a", "/b/<x>", "redirect:target"],
    ["/a", "b", "redirect:target"],
    ["/a", "https://user:canary@example.com/b", "redirect:target"],
    ["https://old.example.com", "/b", "redirect:host"],
    ["/a", "/a/", "redirect:trailing-slash"],
  ])("%s → %s is asked about, and in no fragment", (source, target, id) => {
    const { asked, draft, decisions } = imported(rules([{ source, target, status: "301" }]));
    expect({ asked, draft }).toEqual({ asked: [id], draft: NOTHING });
    expect(JSON.stringify(decisions)).not.toContain("canary");
  });

  it("of an undocumented status with a target that is no path is asked about a second time", () => {
    const list = rules([{ source: "/a", target: "b", status: "308" }]);
    const { asked, draft } = imported(list, { "redirect:status": "as-written" });
    expect({ asked, draft }).toEqual({ asked: ["redirect:status", "redirect:target"], draft: NOTHING });
  });

  it("that redirects behind an overlapping rewrite changes its meaning, and is asked about", async () => {
    const list = rules([
      { source: "/blog/<*>", target: "/posts/<*>", status: "200" },
      { source: "/<section>/old", target: "/new", status: "301" },
      { source: "/shop", target: "/store", status: "301" },
    ]);
    const { asked, draft } = imported(list);
    expect(asked).toEqual(["redirect:order"]);
    expect(await answers(draft.nextConfig.fragment)).toEqual({
      redirects: [
        { source: "/:section/old", destination: "/new", statusCode: 301 },
        { source: "/shop", destination: "/store", statusCode: 301 },
      ],
      rewrites: { beforeFiles: [{ source: "/blog/:path*", destination: "/posts/:path*" }] },
    });
    const left = imported(list, { "redirect:order": "leave-out" });
    expect(await answers(left.draft.nextConfig.fragment)).toMatchObject({
      redirects: [{ source: "/shop", destination: "/store", statusCode: 301 }],
    });
  });

  it("for what is no file comes last", async () => {
    const { draft } = imported(rules([{ source: "/docs/<*>", target: "/docs/index.html", status: "404-200" }]));
    expect(await answers(draft.nextConfig.fragment)).toEqual({
      rewrites: { fallback: [{ source: "/docs/:path*", destination: "/docs/index.html" }] },
    });
  });

  it("from one host to a path of another redirects in the application, which serves both", async () => {
    const { draft } = imported(
      rules([{ source: "https://shop.example.com", target: "https://www.example.com/shop/<*>", status: "301" }]),
    );
    expect(draft.domain).toEqual({ host: "www.example.com", also: [{ host: "shop.example.com", does: "serves" }] });
    expect(await answers(draft.nextConfig.fragment)).toEqual({
      redirects: [
        {
          source: "/:path*",
          has: [{ type: "host", value: "shop.example.com" }],
          destination: "https://www.example.com/shop/:path*",
          statusCode: 301,
        },
      ],
    });
  });

  it("stands in a file and in the app: the same is read once, another is asked about", () => {
    const list = [{ source: "/a", target: "/b", status: "301" }];
    const other = [{ source: "/a", target: "/c", status: "301" }];
    const same = imported({ ...rules(list), app: app({ customRules: list }) });
    expect(same.asked).toEqual([]);
    const differing = { ...rules(list), app: app({ customRules: other }) };
    expect(imported(differing).asked).toEqual(["redirect:source"]);
    expect(imported(differing, { "redirect:source": "app" }).draft.nextConfig.fragment).toContain('"/c"');
  });
});
