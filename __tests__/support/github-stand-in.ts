import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface StoredIssue {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly state: "open" | "closed";
  readonly labels: readonly string[];
  readonly comments: readonly string[];
}

/** What `gh api` does with the issues of a repository; a title that it is told to refuse gives GitHub's own words. */
const PROGRAM = `
const { readFileSync, writeFileSync, appendFileSync, existsSync } = require("node:fs");
const [command, path, ...rest] = process.argv.slice(2);
const store = __dirname + "/issues.json";
const issues = existsSync(store) ? JSON.parse(readFileSync(store, "utf8")) : [];
appendFileSync(__dirname + "/calls", [command, path, ...rest.filter((word) => word !== "--input" && word !== "-")].join(" ") + "\\n");
const method = rest[rest.indexOf("--method") + 1];
const body = rest.includes("--input") ? JSON.parse(readFileSync(0, "utf8")) : undefined;
const refuse = process.env.GH_REFUSES;
if (refuse && (path + (body?.title ?? "")).includes(refuse)) {
  console.error("gh: Resource not accessible by integration (HTTP 403)");
  process.exit(1);
}
const [, number, comments] = /issues\\/(\\d+)(\\/comments)?$/.exec(path) ?? [];
const issue = issues.find((one) => one.number === Number(number));
if (!rest.includes("--method")) {
  const open = issues.filter(({ state, title }) => state === "open" && title.startsWith("drift: "));
  for (const { number, title, body } of open) console.log(JSON.stringify({ number, title, body }));
} else if (comments) issue.comments.push(body.body);
else if (method === "PATCH") Object.assign(issue, body);
else {
  issues.push({ number: issues.length + 1, state: "open", comments: [], ...body });
  console.log(JSON.stringify(issues.at(-1)));
}
writeFileSync(store, JSON.stringify(issues));
`;

/** Puts a `gh` into bin/ of a folder that keeps issues in a file beside it. */
export function gitHubStandIn(folder: string) {
  const file = (name: string) => join(folder, "bin", name);
  mkdirSync(join(folder, "bin"));
  writeFileSync(file("gh"), '#!/bin/sh\nexec node "$(dirname "$0")/gh.cjs" "$@"\n', { mode: 0o700 });
  writeFileSync(file("gh.cjs"), PROGRAM);
  const read = (name: string) => (existsSync(file(name)) ? readFileSync(file(name), "utf8") : "");
  return {
    issues: (): StoredIssue[] => JSON.parse(read("issues.json") || "[]"),
    calls: (): string[] => read("calls").split("\n").filter(Boolean),
    seed: (issues: readonly Partial<StoredIssue>[]) => writeFileSync(file("issues.json"), JSON.stringify(issues)),
  };
}
