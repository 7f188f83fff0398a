import { describe, expect, it } from "vitest";
import { sourceOf } from "../../../../tools/import/amplify/headers";
import { corpus, fates, file, imported, NOTHING } from "../../../support/amplify-import";

const lines = (...text: readonly string[]) => `${text.join("\n")}\n`;

describe("headers of the corpus", () => {
  it("c01: a policy is copied as it is, and what browsers ignore of it is said", () => {
    const { asked, draft, notes } = imported(corpus("c01-security-headers-bad-quotes.customHttp.yml"));
    expect(asked).toEqual([]);
    const ignored =
      "and only keywords stand in quotes: browsers take no notice of it, on Amplify too; it is copied as it is";
    expect(notes).toEqual([
      `Content-Security-Policy: img-src has '*', ${ignored}`,
      `Content-Security-Policy: script-src has 'https://cdn.example.net/x.js', ${ignored}`,
    ]);
    const fragment = lines(
      "  async headers() {",
      "    return [",
      "      {",
      '        source: "/:path*",',
      "        headers: [",
      '          { key: "Strict-Transport-Security", value: "max-age=31536000; includeSubDomains" },',
      '          { key: "X-Frame-Options", value: "SAMEORIGIN" },',
      '          { key: "X-XSS-Protection", value: "1; mode=block" },',
      `          { key: "Content-Security-Policy", value: "default-src 'self'; img-src '*'; script-src 'self' 'https://cdn.example.net/x.js'; style-src 'unsafe-inline'" },`,
      "        ],",
      "      },",
      "    ];",
      "  },",
    );
    expect(draft).toEqual({ ...NOTHING, nextConfig: { fragment, overlaps: [] } });
  });

  it("c02: a path is exact, and a pattern an expression", () => {
    const { asked, draft, notes } = imported(corpus("c02-service-worker-manifest.customHttp.yml"));
    const set = (source: string, key: string, value: string) => [
      "      {",
      `        source: ${JSON.stringify(source)},`,
      "        headers: [",
      `          { key: "${key}", value: "${value}" },`,
      "        ],",
      "      },",
    ];
    const fragment = lines(
      "  async headers() {",
      "    return [",
      ...set("/sw.js", "Cache-Control", "no-cache, no-store, must-revalidate"),
      ...set("/manifest.json", "Cache-Control", "public, max-age=0, must-revalidate"),
      ...set("/(.*\\.json)", "Access-Control-Allow-Origin", "*"),
      "    ];",
      "  },",
    );
    expect({ asked, notes, draft }).toEqual({
      asked: [],
      notes: ["Cache-Control: Amplify sent it with 200 alone, and Next.js sends it with whatever these paths answer"],
      draft: { ...NOTHING, nextConfig: { fragment, overlaps: [] } },
    });
  });

  it("c03: of a monorepo one application counts, and what a CDN kept is asked about", () => {
    const files = corpus("c03-monorepo.customHttp.yml");
    const result = imported(files, {}, { appRoot: "apps/web" });
    expect(result.asked).toEqual(["headers:s-maxage"]);
    expect(result.draft.nextConfig.fragment).toBe(
      lines(
        "  async headers() {",
        "    return [",
        "      {",
        '        source: "/img/(.*)",',
        "        headers: [",
        '          { key: "Cache-Control", value: "s-maxage=3600" },',
        "        ],",
        "      },",
        "    ];",
        "  },",
      ),
    );
    expect(result.draft).toEqual({
      ...NOTHING,
      build: { ...NOTHING.build, appRoot: "apps/web" },
      nextConfig: result.draft.nextConfig,
    });
    expect(fates(result)).toMatchObject({
      "applications[0].customHeaders[1].headers[Cache-Control].value": "dropped",
      "applications[1].customHeaders[0].headers[X-Robots-Tag].value": "dropped",
    });
    const answered = imported(files, { "headers:s-maxage": "max-age=60" }, { appRoot: "apps/web" });
    expect(answered.draft.nextConfig.fragment).toContain('value: "max-age=60"');
  });
});

describe("a pattern of headers", () => {
  it.each([
    ["**", "/:path*"],
    ["**/*", "/:path*"],
    ["/**/*", "/:path*"],
    ["*", "/:path*"],
    ["/a/**", "/a/(.*)"],
    ["/a/**/*.js", "/a/(.*\\.js)"],
    ["**/*.woff2", "/(.*\\.woff2)"],
    ["/a/**/sw.js", "/a/((?:.*/)?sw\\.js)"],
    ["/a.(b)", "/a.\\(b\\)"],
  ])("%s is %s", (pattern, source) => {
    expect(sourceOf(pattern)).toBe(source);
  });
});

describe("headers in two places", () => {
  it("count in the repository's file alone", () => {
    const yaml = (value: string) =>
      `customHeaders:\n  - pattern: /a\n    headers:\n      - { key: X-A, value: ${value} }\n`;
    const { draft, asked } = imported({
      headers: file(yaml("file"), "customHttp.yml"),
      app: file(JSON.stringify({ app: { appId: "d1", customHeaders: yaml("console") } }), "app.json"),
    });
    expect(asked).toEqual([]);
    expect(draft.nextConfig.fragment).toContain('value: "file"');
    expect(draft.nextConfig.fragment).not.toContain("console");
  });
});
