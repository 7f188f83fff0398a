import { createHash } from "node:crypto";
import { Agent } from "node:https";
import { actionsOfScript, buildIdsToTry, type NextPage, nextPage } from "./next-page";
import { isMeasured, type NotMeasured, notMeasured } from "./not-measured";
import { type Answer, type Failure, get, isSilence, type Side, TIMEOUT } from "./pinned-request";

/** What is measured of each side. */
export interface Pair<T> {
  readonly aws: T | NotMeasured;
  readonly azure: T | NotMeasured;
}

export interface FileAnswer {
  /** The status, or why there is none. */
  readonly status: number | string;
  readonly contentType?: string;
  /** SHA-256 of its bytes, in hexadecimal; of a status 200 alone. */
  readonly sha256?: string;
}

/** One path, asked for at both sides. */
export interface FileOnBoth {
  readonly path: string;
  readonly aws: FileAnswer;
  readonly azure: FileAnswer;
}

/**
 * Two builds of one frontend, next to each other. A tab that was loaded from one side asks the other for its scripts, its
 * pages and its Server Actions as soon as DNS moves it, so the two must be one commit, built alike:
 *
 * - **Deployment id** (`deploymentId`): where the one that a tab has and the one of an answer differ, Next.js loads the page
 *   anew: a tab between two builds does so at each click.
 * - **Build id** (`generateBuildId`): a part of the path of two manifests and, with the Pages Router, of every page's data.
 *   Next.js 16.2 and 16.3 ignore `generateBuildId` as soon as `deploymentId` is set and write a constant; 16.4 takes it
 *   again (see CONSTANT_BUILD_ID). So equal build ids prove nothing of the commit on 16.2 and 16.3, the deployment id
 *   does; and two sides with different versions of Next.js have different ones.
 * - **Server Actions**: the id of an action is a hash of NEXT_SERVER_ACTIONS_ENCRYPTION_KEY, the file and the function
 *   (crates/next-custom-transforms/src/transforms/server_actions.rs, generate_server_reference_id). The key cannot be read
 *   from outside, but equal ids are builds with equal keys. Measured with examples/frontend on 16.4.5: another key gave
 *   other ids, another commit the same ones. A key that a server is told at run time takes the build's place for what an
 *   action closes over (__tests__/examples/frontend.real.test.ts), and changes no id: that one is a question to a person.
 */
export interface Twins {
  readonly deploymentIds: Pair<readonly string[]>;
  readonly buildIds: Pair<readonly string[]>;
  /** Files that a page of either side loads. */
  readonly files: readonly FileOnBoth[] | NotMeasured;
  /** An optimized image of a page. */
  readonly image: FileOnBoth | NotMeasured;
  /** The ids of Server Actions. */
  readonly actions: Pair<readonly string[]>;
}

export interface TwinsOptions {
  /** Pages that are read, each beginning with a slash; one with a form and one with an image tell the most. @default the first page */
  readonly pages?: readonly string[];
  /** How many files of the pages of each side are compared, at most 100. @default 20 */
  readonly files?: number;
  /** How long one request may take, in milliseconds. @default 10000 */
  readonly timeoutMs?: number;
}

const MOST_FILES = 100;
/** Of one answer; more is neither a page nor a script. */
const MOST_BYTES = 10 * 1024 * 1024;

/** Looks whether two sides serve one build. `twinVerdicts` says what of it is good. */
export async function measureTwins(host: string, aws: Side, azure: Side, options: TwinsOptions = {}): Promise<Twins> {
  const { files = 20, pages = ["/"], timeoutMs = TIMEOUT } = options;
  const agent = new Agent({ keepAlive: true });
  const silent = new Map<Side, Failure>();
  const ask: Ask = async (side, path, headers) => {
    const known = silent.get(side);
    if (known !== undefined) return known;
    const got = await get(host, side, path, {
      agent,
      timeoutMs,
      mostBytes: MOST_BYTES,
      // As it is: a hash of what two servers compress says nothing.
      headers: { "accept-encoding": "identity", ...headers },
    });
    if ("failed" in got && isSilence(got)) silent.set(side, got);
    return got;
  };
  try {
    const [left, right] = await Promise.all([readSide(ask, aws, pages), readSide(ask, azure, pages)]);
    const both: Both = async (path, headers) => [await ask(aws, path, headers), await ask(azure, path, headers)];
    const loaded = await loadOnBoth(both, [left, right], files);
    return {
      deploymentIds: { aws: deploymentIds(left), azure: deploymentIds(right) },
      buildIds: { aws: await buildIds(ask, left), azure: await buildIds(ask, right) },
      files: filesOf([left, right], loaded),
      image: await imageOf(both, [left, right]),
      actions: { aws: actions(left, loaded), azure: actions(right, loaded) },
    };
  } finally {
    agent.destroy();
  }
}

type Got = Answer | Failure;
type Ask = (side: Side, path: string, headers?: Readonly<Record<string, string>>) => Promise<Got>;
type Both = (path: string, headers?: Readonly<Record<string, string>>) => Promise<[Got, Got]>;

/** What the pages of one side tell, or why none of them could be read. */
interface ReadSide {
  readonly side: Side;
  readonly page: NextPage | NotMeasured;
}

interface Loaded {
  readonly path: string;
  readonly got: readonly [Got, Got];
}

async function readSide(ask: Ask, side: Side, pages: readonly string[]): Promise<ReadSide> {
  const read: NextPage[] = [];
  const faults: string[] = [];
  for (const path of pages) {
    const got = await ask(side, path);
    if ("failed" in got || got.status !== 200) faults.push(`${path}: ${"failed" in got ? got.failed : got.status}`);
    else read.push(nextPage(got.body.toString("utf8")));
  }
  const why = `${side.name} at ${side.at} gave no page (${faults.join(", ")}); name pages that answer 200 without a login`;
  if (read.length === 0) return { side, page: notMeasured(why) };
  // What the router of a tab asks for names the build that answers, however old the HTML in a cache is.
  const rsc = await ask(side, pages[0] ?? "/", { rsc: "1" });
  const answering = "headers" in rsc ? [rsc.headers["x-nextjs-deployment-id"]].flat().flatMap((id) => id ?? []) : [];
  const all = (of: (page: NextPage) => readonly string[]) => [...new Set(read.flatMap(of))];
  return {
    side,
    page: {
      deploymentIds: [...new Set([...all((page) => page.deploymentIds), ...answering])],
      buildIds: all((page) => page.buildIds),
      files: all((page) => page.files),
      images: all((page) => page.images),
      actions: all((page) => page.actions),
    },
  };
}

const deploymentIds = ({ page }: ReadSide) => (isMeasured(page) ? page.deploymentIds : page);

/** The build ids that the pages name, or else the one under which the side has its build manifest. */
async function buildIds(ask: Ask, { page, side }: ReadSide): Promise<readonly string[] | NotMeasured> {
  if (!isMeasured(page) || page.buildIds.length > 0) return isMeasured(page) ? page.buildIds : page;
  const [basePath = ""] = page.files[0]?.split("/_next/static/") ?? [];
  const tried = buildIdsToTry(page);
  for (const id of tried) {
    const got = await ask(side, `${basePath}/_next/static/${id}/_buildManifest.js`);
    if ("status" in got && got.status === 200) return [id];
  }
  return notMeasured(
    `no page of ${side.name} names its build id, which is none of ${tried.join(", ")}; compare .next/BUILD_ID of both builds`,
  );
}

/** The files of both sides' pages, each once, from both. */
async function loadOnBoth(both: Both, sides: readonly ReadSide[], most: number): Promise<Loaded[]> {
  const wanted = sides.flatMap(({ page }) => (isMeasured(page) ? page.files.slice(0, Math.min(most, MOST_FILES)) : []));
  const loaded: Loaded[] = [];
  for (const path of new Set(wanted)) loaded.push({ path, got: await both(path) });
  return loaded;
}

function filesOf(sides: readonly ReadSide[], loaded: readonly Loaded[]): Twins["files"] {
  if (loaded.length === 0) return whyNot(sides, "loads a file below _next/static; name a page of the frontend");
  return loaded.map(({ path, got: [aws, azure] }) => ({ path, aws: answerOf(aws), azure: answerOf(azure) }));
}

async function imageOf(both: Both, sides: readonly ReadSide[]): Promise<Twins["image"]> {
  const [path] = sides.flatMap(({ page }) => (isMeasured(page) ? page.images : []));
  if (path === undefined) return whyNot(sides, "has an optimized image; name one that has");
  const [aws, azure] = await both(path, { accept: "image/webp,*/*" });
  return { path, aws: answerOf(aws), azure: answerOf(azure) };
}

/** The Server Actions that a side's pages name, or the scripts that they load. */
function actions({ page, side }: ReadSide, loaded: readonly Loaded[]): readonly string[] | NotMeasured {
  if (!isMeasured(page)) return page;
  const scripts = loaded.flatMap(({ got, path }) => {
    const answer = got[side.name === "aws" ? 0 : 1];
    const isScript = page.files.includes(path) && "status" in answer && answer.status === 200;
    return isScript ? actionsOfScript(answer.body.toString("utf8")) : [];
  });
  const found = [...new Set([...page.actions, ...scripts])].sort();
  if (found.length > 0) return found;
  return notMeasured(
    `no page of ${side.name} that was asked for has a Server Action; name one with a form, or say yourself whether both builds had one NEXT_SERVER_ACTIONS_ENCRYPTION_KEY`,
  );
}

function whyNot(sides: readonly ReadSide[], lacks: string): NotMeasured {
  const [unread] = sides.flatMap(({ page }) => (isMeasured(page) ? [] : [page]));
  return unread ?? notMeasured(`no page that was asked for ${lacks}`);
}

function answerOf(got: Got): FileAnswer {
  if ("failed" in got) return { status: got.failed };
  const { body, headers, status } = got;
  const contentType = headers["content-type"];
  return {
    status,
    ...(contentType !== undefined && { contentType }),
    ...(status === 200 && { sha256: createHash("sha256").update(body).digest("hex") }),
  };
}
