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
      "env{NEXT_PUBLIC_API_URL}": "mapped",
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

  it("that writes a secret into the bundle is asked about, by its name or by what it is made of", () => {
    const result = imported(
      config(`module.exports = {
        output: 'standalone',
        env: {
          HASH: process.env.STRIPE_SECRET, // its name tells nothing
          "API_TOKEN": \`\${process.env.TZ}, x\`, PLAIN: 'development', BY_VALUE: process.env["X"] || "sk_live_canary",
          NEXT_PUBLIC_SITE: process.env.NEXT_PUBLIC_SITE, SOME: process.env.SOME, WHERE: process.env.AWS_REGION,
        },
        images: { domains: ['x'] },
      }`),
    );
    expect(fates(result)).toEqual({
      "settings{env}": "mapped",
      "settings{images}": "mapped",
      "settings{output}": "mapped",
      "env{HASH}": "decision baked:HASH",
      "env{API_TOKEN}": "decision baked:API_TOKEN",
      "env{PLAIN}": "mapped",
      "env{BY_VALUE}": "decision baked:BY_VALUE",
      "env{NEXT_PUBLIC_SITE}": "mapped",
      "env{SOME}": "decision baked:SOME",
      "env{WHERE}": "mapped",
    });
    expect(JSON.stringify([result.rows, result.decisions, result.notes, result.draft])).not.toContain("canary");
  });

  it.each(["env: { ...process.env, TZ: 'x' }", "env: settings()"])("that computes %s is asked about", (member) => {
    expect(imported(config(`export default { ${member}, images: {} }`)).asked).toContain("next-config:env");
  });

  it("that writes what the console says is plain is no question", () => {
    const app = { appId: "d1", platform: "WEB_COMPUTE", environmentVariables: { SOME: "production" } };
    const files = { app: file(JSON.stringify({ app }), "app.json") };
    expect(imported({ ...files, ...config("export default { env: { SOME: process.env.SOME } }") }).asked).toEqual([]);
  });

  it("is never evaluated", () => {
    const { asked } = imported(config("globalThis.wasRun = true; throw new Error('run'); module.exports = {};"));
    expect({ asked, wasRun: Object.hasOwn(globalThis, "wasRun") }).toEqual({ asked: [], wasRun: false });
  });
});
