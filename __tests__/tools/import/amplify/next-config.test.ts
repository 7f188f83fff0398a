import { describe, expect, it } from "vitest";
import { corpus, fates, file, imported, NOTHING } from "../../../support/amplify-import";

const config = (text: string) => ({ nextConfig: file(text, "next.config.js") });
const redirects = file('[{"source":"/a/<*>","target":"https://x.example.com/<*>","status":"200"}]', "redirects.json");

describe("next.config", () => {
  it("n01: a value for a missing build argument hides that it is missing, and is asked about", () => {
    const result = imported(corpus("n01-standalone-env-fallback.next.config.js"));
    expect({ asked: result.asked, notes: result.notes, draft: result.draft }).toEqual({
      asked: ["fallback:NEXT_PUBLIC_API_URL"],
      notes: [],
      draft: NOTHING,
    });
    expect(fates(result)).toEqual({
      "settings{env}": "mapped",
      "settings{images}": "mapped",
      "settings{output}": "mapped",
      "settings{trailingSlash}": "mapped",
      "fallbacks{NEXT_PUBLIC_API_URL}": "decision fallback:NEXT_PUBLIC_API_URL",
    });
  });

  it("with redirects, a base path, slashes and a plugin: the fragment is printed with what it meets", () => {
    const { asked, draft } = imported({
      ...config(
        `const withMDX = require('@next/mdx')();\n// async headers() {}\nmodule.exports = withMDX({\n  basePath: '/shop',\n  trailingSlash: true,\n  async redirects() { return [{ source: '/x', destination: 'https://y.example.com//z', permanent: true }]; },\n});`,
      ),
      redirects,
    });
    expect(asked).toEqual(["proxies", "next-config:trailing-slash"]);
    expect(draft.nextConfig.overlaps).toEqual([
      "it has redirects() of its own: one list of both, Amplify's entries last",
      "it has basePath, which Next.js puts before every source: an entry for a path outside of it says basePath: false",
      "it sets trailingSlash: Next.js redirects to its form before any of these entries is asked",
      "withMDX() wraps it: the fragment goes into the object that it is given",
    ]);
  });

  it("alone says what a fragment would meet, and slashes without rewrites are no question", () => {
    const { asked, draft } = imported(config("export default { trailingSlash: true, i18n: {}, output: 'standalone' }"));
    expect({ asked, overlaps: draft.nextConfig.overlaps }).toEqual({
      asked: [],
      overlaps: [
        "it has i18n, which Next.js puts before every source: an entry for all languages says locale: false",
        "it sets trailingSlash: Next.js redirects to its form before any of these entries is asked",
      ],
    });
  });

  it("with a static export has no server, and is asked about", () => {
    expect(imported(config("export default { output: 'export' }")).asked).toEqual(["next-config:export"]);
  });

  it("is never evaluated", () => {
    const { asked } = imported(config("globalThis.wasRun = true; throw new Error('run'); module.exports = {};"));
    expect({ asked, wasRun: Object.hasOwn(globalThis, "wasRun") }).toEqual({ asked: [], wasRun: false });
  });
});
