import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { UserError } from "../../../../model/user-error";
import type { AmplifyFiles } from "../../../../tools/import/amplify/read";
import { markdown } from "../../../../tools/import/report";
import { corpus, file, type Imported, imported } from "../../../support/amplify-import";

const FOLDER = "__tests__/support/import/amplify";
/** What parses, and is no next.config, of which words alone are read. */
const FILES = readdirSync(FOLDER).filter((name) => /^[yrcd]/.test(name) && !name.startsWith("y13"));

/** How many values a file has, counted by itself: what is empty says nothing. */
function valuesIn(content: unknown, name = "", inside = embedded): number {
  if (content === null || content === undefined) return 0;
  if (typeof content !== "object") return content === "" ? 0 : 1 + inside(content, name);
  return Object.entries(content).reduce((sum, [key, value]) => sum + valuesIn(value, key, inside), 0);
}

/** Texts of YAML inside an answer have values of their own. */
const embedded = (content: unknown, name: string): number =>
  (name === "buildSpec" || name === "customHeaders") && typeof content === "string" ? valuesIn(parse(content)) : 0;

const rowsThere = ({ rows }: Imported) => rows.filter(({ isAbsent }) => !isAbsent);

const everything = (result: Imported): string =>
  JSON.stringify(result) +
  markdown({ is: "amplify", environment: "staging", application: "frontend", from: [], ...result });

describe("every value", () => {
  it.each(FILES)("of %s is exactly one row", (name) => {
    const result = imported(corpus(name), {}, { appRoot: name.startsWith("c03") ? "apps/web" : undefined });
    const rows = rowsThere(result);
    const text = readFileSync(`${FOLDER}/${name}`, "utf8");
    expect(rows).toHaveLength(valuesIn(parse(text)));
    expect(new Set(rows.map(({ path, source }) => `${source} ${path}`)).size).toBe(rows.length);
    expect(rows.filter(({ fate }) => fate === undefined)).toEqual([]);
  });

  it("of all files together is one row, whoever reads what", () => {
    const names = ["d01", "d02", "d03", "y02", "r03", "c02", "n01"];
    const files = readdirSync(FOLDER).filter((name) => names.some((start) => name.startsWith(start)));
    const result = imported(corpus(...files));
    const settings = 6;
    const count = files
      .filter((name) => !name.startsWith("n01"))
      .reduce((sum, name) => sum + valuesIn(parse(readFileSync(`${FOLDER}/${name}`, "utf8"))), settings);
    expect(rowsThere(result)).toHaveLength(count);
  });

  it("that a question is about names a question that was asked", () => {
    for (const name of FILES) {
      const { asked, rows } = imported(corpus(name), {}, { appRoot: name.startsWith("c03") ? "apps/web" : undefined });
      const named = rows.flatMap(({ fate }) => (fate.kind === "decision" ? [fate.decision] : []));
      expect(named.filter((id) => !asked.includes(id))).toEqual([]);
    }
  });
});

describe("a file with places of another kind, and keys of another name", () => {
  /** What stands where nobody expects it. */
  const odd: readonly unknown[] = [
    ...[null, 1, true, "x", [], {}, ["a", { b: 1 }], { name: "web", key: "k" }, [null, 3, { c: ["d"] }]],
    ...[
      "if [ a ]; then",
      "env | grep -e '(' >> .env",
      'echo "a',
      "$(",
      "cat <<",
      "/<*>",
      "</x/>",
      "https://x",
      "/<a>b?c=<d>&e",
    ],
  ];

  /** The same numbers each time: what fails once fails again. */
  function numbers(seed: number): (below: number) => number {
    let state = seed;
    return (below) => {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
      return Math.floor(state / 65_536) % below;
    };
  }

  function changed(content: unknown, below: (limit: number) => number): unknown {
    if (below(12) === 0) return odd[below(odd.length)];
    if (Array.isArray(content)) return content.map((item) => changed(item, below));
    if (typeof content !== "object" || content === null) return content;
    return Object.fromEntries(
      Object.entries(content).map(([key, value]) => [below(25) === 0 ? `${key}X` : key, changed(value, below)]),
    );
  }

  it.each(FILES.filter((name) => /^[yrc]/.test(name)))("such as %s is refused, or each value is one row", (name) => {
    const content: unknown = parse(readFileSync(`${FOLDER}/${name}`, "utf8"));
    const below = numbers(name.length);
    const wrong: unknown[] = [];
    for (let round = 0; round < 60; round += 1) {
      const other = changed(content, below);
      const [kind = ""] = Object.keys(corpus(name));
      const files = { [kind]: file(JSON.stringify(other), name) };
      try {
        const rows = rowsThere(imported(files, {}, { appRoot: name.startsWith("c03") ? "apps/web" : undefined }));
        if (rows.length !== valuesIn(other, "", () => 0)) wrong.push(other);
      } catch (error) {
        if (!(error instanceof UserError)) wrong.push(other, error);
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe("the value of a secret", () => {
  const build = (commands: readonly string[]) =>
    JSON.stringify({ version: 1, frontend: { phases: { build: { commands } } } });
  const commands = [
    'echo "API_KEY=canary-literal" >> .env.production',
    "export SHELL_TOKEN=canary-shell",
    "npm config set //registry.example.com/:_authToken canary-registry",
    "curl -H 'Authorization: canary-header' https://user:canary-login@example.com/canary-path",
    "npx --yes tool --token=canary-option",
    "npm install git+https://canary-git@example.com/x.git",
    "npm ci --registry=https://x:canary-cli@example.com",
    "env | grep -e _ >> .env.production",
    "cat <<EOF >> .env.production\nHERE=canary-document\nEOF",
  ];
  const variables = {
    STRIPE_SECRET_KEY: "canary-1",
    DATABASE_URL: "postgres://app:canary-2@db.example.com/app",
    UNKNOWN: "canary 3",
    DOTTED: "canary.four.dots",
    PLAIN_LOOKING_PASSWD: "12345678canary",
    NEXT_PUBLIC_SECRET: "canary-5",
    NEXT_PUBLIC_DSN: "https://user:canary-6@example.com",
    WEBHOOK: "https://hooks.example.com/services/canary7",
    AMPLIFY_TOKEN: "canary-8",
    EMPTY: "",
  };
  const app = {
    appId: "d1",
    environmentVariables: variables,
    enableBasicAuth: true,
    basicAuthCredentials: "canary-9",
    autoBranchCreationConfig: { environmentVariables: { X: "canary-10" }, basicAuthCredentials: "canary-11" },
    customRules: [{ source: "/x/<*>", target: "https://user:canary-12@example.com/<*>", status: "200" }],
    buildSpec: build(commands),
  };
  const files: AmplifyFiles = {
    app: file(JSON.stringify({ app }), "app.json"),
    branch: file(
      JSON.stringify({
        branch: {
          branchName: "main",
          environmentVariables: { UNKNOWN: "canary 13" },
          basicAuthCredentials: "canary-14",
        },
      }),
      "branch.json",
    ),
  };

  it("occurs in nothing that an import says", () => {
    const result = imported(files);
    expect(result.asked).toContain("env:UNKNOWN");
    expect(everything(result)).not.toMatch(/canary(?!\.four\.dots)/);
  });

  it("occurs in nothing that an import says with every question answered wrongly", () => {
    const { asked } = imported(files);
    const result = imported(files, Object.fromEntries(asked.map((id) => [id, "no such option"])));
    expect(result.faults).toHaveLength(asked.length);
    expect(everything(result)).not.toMatch(/canary(?!\.four\.dots)/);
  });

  it("of the corpus occurs in nothing either", () => {
    const result = imported(corpus("d01-list-apps.json", "d02-get-branch.json"));
    for (const secret of ["sk_live", "placeholder", "ZXhhbXBsZTpwbGFjZWhvbGRlcg=="])
      expect(everything(result)).not.toContain(secret);
  });
});
