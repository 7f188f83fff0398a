import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { imagesCommand } from "../../tools/cli/images";
import { environmentJobs } from "../../tools/pipeline/jobs";
import { production } from "../support/fixtures/environments/production";
import { stepNamed, workflow } from "../support/workflow-files";
import { createRunner, type Runner } from "../support/workflow-steps";

const content = workflow(".github/workflows/promote.yml");
const DIGEST = `sha256:${"1".repeat(64)}`;
/** What `images promote` prints last, as its source has it. */
const [, TEMPLATE = ""] =
  /print\(`(next: npx mmrv images pin [^`]*)`\)/.exec(readFileSync("tools/images/promote.ts", "utf8")) ?? [];
const lastLine = (values: Readonly<Record<string, string>>) =>
  TEMPLATE.replace(/\$\{(\w+)\}/g, (_, name: string) => values[name] ?? "");

let runner: Runner;
afterEach(() => runner?.remove());

describe("promote", () => {
  const copy = (npx: string, digest = "") => {
    runner = createRunner({ programs: { npx } });
    const values = { APPLICATION: "backend", ENVIRONMENT: "production", DIGEST: digest };
    return runner.run(stepNamed(content, "Verify, copy, compare"), values);
  };
  const saying = (line: string) => `echo "backend: ${DIGEST} from staging"; echo '${line}'`;

  it("proposes what the program says that it copied", async () => {
    const said = lastLine({ application: "backend", name: "production", digest: DIGEST, tag: "c0ffee" });
    expect(await copy(saying(said))).toMatchObject({ exitCode: 0, outputs: { digest: DIGEST, tag: "c0ffee" } });
    expect(runner.calls()).toEqual(["npx mmrv images promote backend production"]);
  });

  it("promotes another image when it is asked to", async () => {
    const said = lastLine({ application: "backend", name: "production", digest: DIGEST, tag: "c0ffee" });
    await copy(saying(said), DIGEST);
    expect(runner.calls()[0]).toMatch(`images promote backend production --digest=${DIGEST}`);
  });

  it.each([
    ["when the program refuses", "echo 'the signature is of somebody else' >&2; exit 1", "somebody else"],
    [
      "of another application",
      saying(lastLine({ application: "frontend", name: "production", digest: DIGEST, tag: "1" })),
      "did not say",
    ],
    [
      "that is no digest",
      saying(lastLine({ application: "backend", name: "production", digest: "$(id)", tag: "1" })),
      "did not say",
    ],
  ])("proposes nothing %s", async (_, npx, sentence) => {
    const { exitCode, outputs, said } = await copy(npx);
    expect(exitCode).toBe(1);
    expect(outputs).toEqual({});
    expect(said).toContain(sentence);
  });

  it("needs an approval, and a token for this repository alone", () => {
    const { environment, steps = [] } = content.jobs["promote"] as (typeof content.jobs)[string] & {
      environment: string;
    };
    expect(environment).toBe("${{ needs.choose.outputs.promote }}");
    const app = steps.find(({ uses }) => uses?.startsWith("actions/create-github-app-token@"));
    expect(Object.keys(app?.with ?? {}).sort()).toEqual([
      "client-id",
      "permission-contents",
      "permission-pull-requests",
      "private-key",
    ]);
  });
});

describe.each(["promote", "migrate"])("before %s starts", (name) => {
  const file = workflow(`.github/workflows/${name}.yml`);
  const text = readFileSync(`.github/workflows/${name}.yml`, "utf8");
  const place = stepNamed(file, "environment");

  it("it asks for what the program answers", async () => {
    const asked = [...text.matchAll(/steps\.environment\.outputs\.([\w-]+)/g)].map(([, output]) => output);
    expect(asked.length).toBeGreaterThan(1);
    expect(Object.keys(environmentJobs(production))).toEqual(expect.arrayContaining(asked));
    const used = [...text.matchAll(/needs\.choose\.outputs\.([\w-]+)/g)].map(([, output]) => output);
    expect(asked).toEqual(expect.arrayContaining(used));

    runner = createRunner({ programs: { npx: "echo runner=mmrv-production; echo deploy=production" } });
    const { outputs } = await runner.run(place, { ENVIRONMENT: "production" });
    expect(outputs).toEqual({ runner: "mmrv-production", deploy: "production" });
    expect(runner.calls()).toEqual(["npx mmrv pipeline environment production"]);
  });

  it("a private registry that no runner reaches ends it, in one line, and no runner waits", async () => {
    const refused = () => environmentJobs({ ...production, runner: { kind: "none" } });
    expect(refused).toThrow(/^production answers inside its network only .*no runner of GitHub's reaches it.*$/);
    runner = createRunner({ programs: { npx: "echo no runner of GitHub reaches it >&2; exit 1" } });
    expect(await runner.run(place, { ENVIRONMENT: "production" })).toMatchObject({ exitCode: 1, outputs: {} });
    // The job that would wait for one needs this one, which has no login of its own.
    expect(file.jobs[name]?.needs).toBe("choose");
    expect(file.jobs["choose"]?.permissions).toEqual({ contents: "read" });
  });
});

describe("the commands that workflows call", () => {
  const command = (name: string) => imagesCommand().commands.find((one) => one.name() === name);

  it("exist with the arguments and options that they are given", () => {
    const namesOf = (of: string) => command(of)?.registeredArguments.map((argument) => argument.name());
    expect(namesOf("promote")).toEqual(["application", "environment"]);
    expect(command("promote")?.options.map(({ long }) => long)).toContain("--digest");
    expect(namesOf("pin")).toEqual(["application", "environment", "digest"]);
    expect(command("pin")?.options.map(({ long }) => long)).toContain("--tag");
  });
});
