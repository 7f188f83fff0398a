import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { actions, stepNamed } from "../support/workflow-files";
import { createRunner, type Runner } from "../support/workflow-steps";

const action = actions.find(({ file }) => file.endsWith("/image-pull-request/action.yml"));
const TOKEN = "ghs_correct-horse";
const FILE = "helm-values/backend/staging.yaml";
const BRANCH = "image/backend-staging";
const [OLD, NEW, NEWER] = ["0", "1", "2"].map((digit) => `sha256:${digit.repeat(64)}`) as [string, string, string];
const SHA = "c0ffee".padEnd(40, "0");

/** What the program prints and writes; it must not get the token. */
const NPX = `
[[ -z \${GH_TOKEN-} ]] || { echo "npx was given a token" >&2; exit 1; }
if [[ "$1 $2 $3" == "mmrv pipeline block" ]]; then printf '\`\`\`text\\n%s\\n\`\`\`\\n' "$(<"$4")"; exit; fi
[[ "$*" =~ ^mmrv\\ images\\ pin\\ ([a-z]+)\\ ([a-z]+)\\ ([a-z0-9:]+)\\ --tag\\ (.+)$ ]]
file=helm-values/\${BASH_REMATCH[1]}/\${BASH_REMATCH[2]}.yaml
was=$(sed -n 's/^  digest: //p' "$file")
if [[ $was == "\${BASH_REMATCH[3]}" ]]; then
  echo "$file: image.digest is $was already; nothing was written"
else
  printf 'image:\\n  digest: %s\\n  tag: %s\\n' "\${BASH_REMATCH[3]}" "\${BASH_REMATCH[4]}" >"$file"
  echo "an image is named" >docs/homologation.md
  echo "files: [staging.yaml]" >gitops/kustomization.yaml
  echo "$file: image.digest $was → \${BASH_REMATCH[3]}"
fi
echo "next: npx mmrv diff"`;

/** GitHub's pull requests: one file for the one that is open. */
const GH = `
[[ $GH_TOKEN == ${TOKEN} ]] || { echo "gh has no token" >&2; exit 1; }
pull=$RUNNER_TEMP/pull
if [[ $* == *"--method"* ]]; then
  [[ $* != *POST* || ! -f $pull ]] || { echo "a pull request already exists (HTTP 422)" >&2; exit 1; }
  touch "$pull"
  for word; do [[ $word != body=@* ]] || cp "\${word#body=@}" "$RUNNER_TEMP/body"; done
  echo https://github.com/acme/infrastructure/pull/7
elif [[ -f $pull ]]; then echo 7; fi`;

/** A private repository answers nobody without a login. */
const GIT = `
case " $* " in
  *" ls-remote "* | *" push "*) [[ $* == *"credential.helper=!gh auth git-credential "* ]] || { echo "could not read Username" >&2; exit 128; } ;;
esac
PATH=\${PATH#*:} exec git "$@"`;

describe("the pull request with an image", () => {
  let runner: Runner;
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], {
      cwd: runner.workspace,
      encoding: "utf8",
    }).trim();
  const atOrigin = (reference: string) => git("--git-dir", join(runner.temp, "origin"), "show", reference);

  beforeEach(() => {
    runner = createRunner({ programs: { git: GIT, gh: GH, npx: NPX } });
    const file = join(runner.workspace, FILE);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `image:\n  digest: ${OLD}\n`);
    mkdirSync(join(runner.workspace, "docs"));
    writeFileSync(join(runner.workspace, "docs/homologation.md"), "no image yet\n");
    mkdirSync(join(runner.workspace, "gitops"));
    writeFileSync(join(runner.workspace, "gitops/kustomization.yaml"), "files: []\n");
    git("init", "--quiet", "--initial-branch=main");
    git("init", "--quiet", "--bare", join(runner.temp, "origin"));
    git("remote", "add", "origin", join(runner.temp, "origin"));
    git("add", ".");
    git("commit", "--quiet", "--message", "before");
    git("push", "--quiet", "origin", "main");
  });
  afterEach(() => runner.remove());

  const propose = (digest: string) => {
    git("switch", "--quiet", "main");
    return runner.run(
      stepNamed(action?.content as NonNullable<typeof action>["content"], "Pin the image and propose it"),
      {
        APPLICATION: "backend",
        ENVIRONMENT: "staging",
        DIGEST: digest,
        TAG: SHA,
        ORIGIN: `built from https://github.com/acme/backend/commit/${SHA}`,
        AUTHOR: "mmrv-images[bot]",
        GH_TOKEN: TOKEN,
        RUN: "https://github.com/acme/backend/actions/runs/1",
      },
    );
  };
  const writes = () => runner.calls().filter((call) => call.startsWith("gh api --method"));

  it("is opened once, with the file and what follows from it on a branch of its own", async () => {
    const { exitCode, said, summary } = await propose(NEW);
    expect({ exitCode, said }).toMatchObject({ exitCode: 0 });
    expect(atOrigin(`${BRANCH}:${FILE}`)).toContain(NEW);
    expect(atOrigin(`main:${FILE}`)).toContain(OLD);
    expect(git("diff", "--name-only", "origin/main", `origin/${BRANCH}`).split("\n")).toEqual([
      "docs/homologation.md",
      "gitops/kustomization.yaml",
      FILE,
    ]);
    expect(git("log", "-1", "--format=%an", `origin/${BRANCH}`)).toBe("mmrv-images[bot]");
    expect(writes()).toEqual([expect.stringMatching(/^gh api --method POST repos\/\{owner\}\/\{repo\}\/pulls /)]);
    expect(writes()[0]).toContain(`--raw-field head=${BRANCH} --raw-field base=main`);
    expect(summary).toContain("https://github.com/acme/infrastructure/pull/7");
  });

  it("says which commit, which digests, who, and how to go back", async () => {
    await propose(NEW);
    expect(readFileSync(join(runner.temp, "body"), "utf8")).toBe(
      [
        `The image of **backend**, built from https://github.com/acme/backend/commit/${SHA}.`,
        "",
        "```text",
        `${FILE}: image.digest ${OLD} → ${NEW}`,
        "```",
        "",
        "Proposed by [this run](https://github.com/acme/backend/actions/runs/1), which somebody started. After the merge: *deploy*, stack `staging-backend`. The way back is to revert this pull request and deploy again; the image before stays in the registry.",
        "",
      ].join("\n"),
    );
  });

  it("is updated by the next image while it is open", async () => {
    await propose(NEW);
    const { exitCode } = await propose(NEWER);
    expect(exitCode).toBe(0);
    expect(atOrigin(`${BRANCH}:${FILE}`)).toContain(NEWER);
    // On main, not on the proposal before.
    expect(git("rev-list", "--count", `origin/main..origin/${BRANCH}`)).toBe("1");
    expect(writes()).toEqual([
      expect.stringContaining("--method POST"),
      expect.stringMatching(/^gh api --method PATCH repos\/\{owner\}\/\{repo\}\/pulls\/7 /),
    ]);
  });

  it("is not opened for an image that main names already", async () => {
    const { exitCode, said } = await propose(OLD);
    expect(exitCode).toBe(0);
    expect(said).toContain(`${FILE} names ${OLD} already: no pull request`);
    expect(runner.calls().filter((call) => call.startsWith("gh"))).toEqual([]);
    expect(git("ls-remote", "origin", BRANCH)).toBe("");
  });

  it("does not take away what somebody pushed to the branch in the meantime", async () => {
    await propose(NEW);
    // Between the look at the branch and the push to it, which is when git calls this.
    const hook = join(runner.workspace, ".git/hooks/post-commit");
    mkdirSync(dirname(hook), { recursive: true });
    writeFileSync(
      hook,
      `#!/bin/sh\nPATH=${process.env["PATH"]} git push --quiet --force origin main:refs/heads/${BRANCH}\n`,
      { mode: 0o755 },
    );
    const { exitCode, said } = await propose(NEWER);
    expect(exitCode).not.toBe(0);
    expect(said).toContain("stale info");
    expect(atOrigin(`${BRANCH}:${FILE}`)).toContain(OLD);
    expect(writes()).toHaveLength(1);
  });

  it("keeps its token to itself", async () => {
    const { said, summary } = await propose(NEW);
    expect(said + summary + runner.calls().join("\n")).not.toContain(TOKEN);
    expect(readFileSync(join(runner.workspace, ".git/config"), "utf8")).not.toContain(TOKEN);
    expect(existsSync(join(runner.temp, "home/.gitconfig"))).toBe(false);
  });
});
