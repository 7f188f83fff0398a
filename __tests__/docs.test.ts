import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { faultOf, loadCommands, typedIn } from "./support/typed-commands";

const BLOCK = /^( *)```.*\n[\s\S]*?^\1```$/gm;
const CODE = /`[^`\n]+`/g;

const readPage = (file: string) => {
  const text = readFileSync(file, "utf8");
  const prose = text.replace(BLOCK, "");
  const links = [...prose.replace(CODE, "").matchAll(/(?:\]\(|^\[[^\]]+\]:\s*)([^)\s]+)/gm)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^(\w+:|#)/.test(target))
    .map((target) => ({ target, to: join(dirname(file), target.replace(/#.*/, "")) }));
  return { file, text, prose, links };
};

/** Pages below a folder, by path from there. */
const below = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".md"));

/** Where users are told what to type, or somebody types it for them. */
const SAYING = [
  ".ci",
  ".devcontainer",
  ".github",
  "constructs",
  "docs",
  "model",
  "examples/workflows",
  "stacks",
  "tools",
];

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name, parentPath }) => join(parentPath, name));

/** What a change and an upgrade ask for; the last of them also names what is gone. */
const ROOT_PAGES = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"];

const pages = [...ROOT_PAGES, ...below("docs").map((file) => join("docs", file))].sort().map(readPage);

/** What pages mention that is wrong, as `page → mention`; that there are mentions at all is checked too. */
const wrong = (mentionsIn: (page: (typeof pages)[number]) => string[], isRight: (mention: string) => boolean) => {
  const mentions = pages.flatMap((page) => mentionsIn(page).map((mention) => ({ file: page.file, mention })));
  expect(mentions.length).toBeGreaterThan(10);
  return mentions.filter(({ mention }) => !isRight(mention)).map(({ file, mention }) => `${file} → ${mention}`);
};

beforeAll(loadCommands);

describe("pages", () => {
  it("link to files that exist", () => {
    const broken = pages.flatMap(({ file, links }) =>
      links.filter(({ to }) => !existsSync(to)).map(({ target }) => `${file} → ${target}`),
    );
    expect(pages.flatMap(({ links }) => links).length).toBeGreaterThan(50);
    expect(broken).toEqual([]);
  });

  it("name scripts of package.json", () => {
    const { scripts } = JSON.parse(readFileSync("package.json", "utf8"));
    const mentionsIn = ({ text }: { text: string }) =>
      [...text.matchAll(/\bnpm (?:run ([\w:-]*\w)|(start|test)\b)/g)].map(([, run, short]) => run ?? short ?? "");
    expect(wrong(mentionsIn, (script) => Object.hasOwn(scripts, script))).toEqual([]);
  });

  it("name commands of mmrv", () => {
    const mentionsIn = ({ text }: { text: string }) => typedIn(text).map((words) => words.join(" "));
    expect(wrong(mentionsIn, (mention) => faultOf(mention.split(" ")) === undefined)).toEqual([]);
    expect(typedIn("`npx mmrv images copy\\|paste <env> --force` # (npx mmrv deploy x y)").map(faultOf)).toEqual([
      "images copy has no --force",
      "images has no command paste",
      undefined,
    ]);
    expect(typedIn("npx mmrv plan a b\n`npx mmrv review --on 2027-01-01 -- --any`").map(faultOf)).toEqual([
      "plan takes 1 arguments at most",
      undefined,
    ]);
  });

  it("suspend and resume a release under a name from which Flux does not take it back", () => {
    const changes = pages.flatMap(({ text }) => text.match(/kubectl (?:patch|annotate) (?:helmr|gitr)e[^`\n]*/g) ?? []);
    expect(changes.filter((change) => !change.includes(" --field-manager flux "))).toEqual([]);
    expect(changes.length).toBeGreaterThan(7);
  });

  it("say npx mmrv, as messages and workflows do, and not its shorthands", () => {
    const { bin, scripts } = JSON.parse(readFileSync("package.json", "utf8"));
    const ours = Object.keys(scripts).filter(
      (name) => !["start", "tools", "fix"].includes(name) && scripts[name].includes(bin.mmrv),
    );
    const shorthand = new RegExp(`npm run (--silent )?(${ours.join("|")})\\b`);
    const said = [...ROOT_PAGES, "main.ts", ...SAYING.flatMap((folder) => filesBelow(folder))];
    const saying = said.filter((file) => shorthand.test(readFileSync(file, "utf8")));
    expect(saying.sort()).toEqual(["CHANGELOG.md", "README.md", "tools/cli/kept-by-npm.ts"]);
  });

  it("name files and folders of the program that exist", () => {
    const mentionsIn = ({ file, text }: { file: string; text: string }) =>
      file === "CHANGELOG.md"
        ? []
        : [...text.matchAll(/(?<![\w/-])(?:environments|constructs|model|stacks|tools)\/[\w./-]*\w/g)].map(
            ([path]) => path,
          );
    // Pages speak of the environments that ship; whoever renames one keeps the page.
    const ships = (path: string) => existsSync(path) || existsSync(join("__tests__/support/fixtures", path));
    expect(wrong(mentionsIn, ships)).toEqual([]);
  });
});

describe("the page on upgrades of Kubernetes", () => {
  it.each(["docs/upgrade-kubernetes.md", "docs/es/upgrade-kubernetes.md"])(
    "%s has what to look for while the gateway keeps its clients' addresses",
    (page) => {
      const proxy = readFileSync("charts/mmrv-platform/templates/envoy-proxy.yaml", "utf8");
      expect(proxy).toContain("externalTrafficPolicy: Local");
      expect(readFileSync(page, "utf8")).toMatch(
        /cilium\/cilium#45252[\s\S]*get daemonset cilium[\s\S]*kubectl exec POD[\s\S]*ECONNREFUSED/,
      );
    },
  );
});

describe("the page on the import", () => {
  it.each(["docs/import.md", "docs/es/import.md"])(
    "%s asks AWS for exactly the rights that the live reads need",
    (page) => {
      const [, policy = ""] = /```json\n([\s\S]*?)```/.exec(readFileSync(page, "utf8")) ?? [];
      const code = filesBelow("tools/import/live").map((file) => readFileSync(file, "utf8"));
      const needed = code.flatMap((text) => [
        ...[...text.matchAll(/"([a-z\d-]+:[A-Z]\w+)"/g)].map(([, right]) => right),
        ...[...text.matchAll(/\bpermission\("(\w+)"\)/g)].map(([, name]) => `application-autoscaling:${name}`),
      ]);
      expect(JSON.parse(policy)).toEqual({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: expect.any(Array), Resource: "*" }],
      });
      expect(JSON.parse(policy).Statement[0].Action.toSorted()).toEqual([...new Set(needed)].sort());
    },
  );
});

/** Pages for operations; each page of docs/runbooks is one too. */
const TRANSLATED = [
  "administrators",
  "break-the-glass",
  "commands",
  "copying",
  "cutover",
  "database",
  "egress",
  "homologation",
  "import",
  "pipelines",
  "release-locked",
  "retire-aws",
  "rotate-node-pool",
  "third-party",
  "upgrade-kubernetes",
  "workloads",
];

describe("docs/es", () => {
  const wanted = [
    ...TRANSLATED.map((page) => `${page}.md`),
    ...below("docs/runbooks").map((page) => `runbooks/${page}`),
    ...below("docs/es"),
  ];

  it.each([...new Set(wanted)].sort())("has %s as in English: blocks, code, headings, tables, links", (page) => {
    const [english, spanish] = [join("docs", page), join("docs/es", page)];
    expect([english, spanish].filter((file) => !existsSync(file))).toEqual([]);
    const [from, to] = [readPage(english), readPage(spanish)];
    const inSpanish = (path: string) => {
      const translated = path.replace(/^docs\//, "docs/es/");
      return existsSync(translated) ? translated : path;
    };

    expect(to.text.match(BLOCK)).toEqual(from.text.match(BLOCK));
    expect(shapeOf(to.prose)).toEqual(shapeOf(from.prose));
    expect(from.text.split("\n")[2]).toBe(`Español: [es/${page}](${relative(dirname(english), spanish)})`);
    expect(to.text.split("\n")[2]).toBe(
      `English: [${page.replace("runbooks/", "")}](${relative(dirname(spanish), english)})`,
    );
    const [, ...linked] = to.links.map((link) => link.to);
    expect(linked.sort()).toEqual(
      from.links
        .slice(1)
        .map((link) => inSpanish(link.to))
        .sort(),
    );
  });
});

/** What a translation leaves as it is. Code may change places within a sentence. */
function shapeOf(prose: string) {
  return {
    headings: prose.match(/^#+(?= )/gm),
    code: prose.match(CODE)?.sort(),
    cells: prose.match(/^\|.*$/gm)?.map((row) => row.split("|").length),
  };
}
