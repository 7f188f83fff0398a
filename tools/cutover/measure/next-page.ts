/**
 * What a page of Next.js tells of its build, read from its HTML. Shapes: next 16.4.5, measured with examples/frontend, of
 * both routers, with Turbopack; `data-dpl-id` is there since 16, `?dpl=` since 14.
 */
export interface NextPage {
  /** `deploymentId` of next.config, each that the page names; none when none is set. */
  readonly deploymentIds: readonly string[];
  /** The build id, each that the page names. With a deployment id a page of the App Router names none: see `buildIdsToTry`. */
  readonly buildIds: readonly string[];
  /** Paths with queries below `_next/static`, in the order of the page. */
  readonly files: readonly string[];
  /** Paths with queries of optimized images. */
  readonly images: readonly string[];
  /** The ids of Server Actions of its forms and of what it renders. */
  readonly actions: readonly string[];
}

/**
 * What `next build` of 16.2 and 16.3 writes as build id whenever `deploymentId` is set, whatever `generateBuildId` says,
 * and what 16.4 writes when there is no `generateBuildId` (packages/next/src/build/index.ts, getBuildId: read in the
 * packages 16.2.0, 16.2.12, 16.3.8, 16.4.0 and 16.4.5; vercel/next.js#89325 brought it, #92154 is the complaint).
 */
export const CONSTANT_BUILD_ID = "build-TfctsWXpff2fKS";

export function nextPage(html: string): NextPage {
  // Attributes are escaped for HTML, and what stands in a script as a string of a string has its quotes escaped.
  const text = html.replaceAll("&quot;", '"').replaceAll("&amp;", "&").replaceAll('\\"', '"');
  const files = allOf(/["'(](\/[^"'()\s\\]*?_next\/static\/[^"'()\s\\]+)/g, text);
  return {
    deploymentIds: [
      ...new Set([...allOf(/<html[^>]*\sdata-dpl-id="([^"]+)"/g, text), ...files.flatMap((file) => dplOf(file))]),
    ],
    buildIds: [
      ...new Set([
        // Pages Router, twice; App Router without a deployment id.
        ...allOf(/"buildId":"([^"]+)"/g, text),
        ...allOf(/_next\/static\/([^/"'\s]+)\/_(?:buildManifest|ssgManifest)\.js/g, text),
        ...allOf(/[,{]"b":"([^"]+)"[,}]/g, text),
      ]),
    ],
    files,
    images: allOf(/["'(\s,](\/[^"'()\s,]*?_next\/image\?[^"'()\s,]+)/g, text),
    actions: [
      ...new Set([
        ...allOf(new RegExp(`\\$ACTION_ID_(${ACTION})`, "g"), text),
        ...allOf(new RegExp(`"id":"(${ACTION})","bound":`, "g"), text),
      ]),
    ].sort(),
  };
}

/** The Server Actions that a script of the browser calls. */
export const actionsOfScript = (script: string): string[] =>
  allOf(new RegExp(`createServerReference\\)?\\(\\s*["'](${ACTION})["']`, "g"), script);

/** Build ids that a page may have without naming them: the project's own is the deployment id. */
export const buildIdsToTry = ({ deploymentIds }: Pick<NextPage, "deploymentIds">): string[] => [
  ...deploymentIds,
  CONSTANT_BUILD_ID,
];

/** One byte and a SHA-1 in hexadecimal; canary of 2026-11 has a SHA-256. */
const ACTION = "[0-9a-f]{42}(?:[0-9a-f]{24})?";

const allOf = (pattern: RegExp, text: string): string[] => [
  ...new Set([...text.matchAll(pattern)].map(([, found = ""]) => found)),
];

const dplOf = (path: string): string[] => allOf(/[?&]dpl=([^&]+)/g, path);
