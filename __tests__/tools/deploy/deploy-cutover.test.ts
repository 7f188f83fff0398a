import { existsSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { UserError } from "../../../model/user-error";
import { adviceOnCutover, deployCutover } from "../../../tools/deploy/deploy-cutover";
import { Terraform } from "../../../tools/terraform/terraform";
import { staging } from "../../support/fixtures/environments/staging";

const STACK = { id: "staging-cutover", settings: staging };
const CREATE = { actions: ["create"], before: null, after: { zone_id: "Z1", name: "api.example.com", type: "A" } };
const planOf = (change: object): string =>
  JSON.stringify({
    format_version: "1.2",
    planned_values: {},
    configuration: {},
    resource_changes: [{ address: "aws_route53_record.api-A-aws", type: "aws_route53_record", change }],
  });

let done: string[] = [];
let said: string[] = [];

interface Fake {
  readonly answer?: boolean;
  /** Of terraform plan: 2 with changes. */
  readonly planned?: number;
  readonly applied?: number;
  readonly json?: string;
  readonly stale?: string;
}

/** Everybody whom a deployment asks, each noting what it was asked. */
function askedOf({ answer = true, applied = 0, json = planOf(CREATE), planned = 2, stale }: Fake = {}) {
  let kept = "";
  return {
    terraform: {
      init: async () => ({ exitCode: 0, stdout: "", stderr: "" }),
      text: async (args: readonly string[]) => ({
        exitCode: 0,
        stdout: args.includes("-json") ? json : "",
        stderr: "",
      }),
      streamed: async (args: readonly string[]) => {
        const [command = ""] = args;
        if (command === "plan") {
          kept = args.find((arg) => arg.startsWith("-out="))?.slice("-out=".length) ?? "";
          writeFileSync(kept, "");
        }
        const isTheFile = existsSync(kept) && args.at(-1) === kept;
        done.push(command === "apply" ? `apply ${isTheFile ? "the file" : args.join(" ")}` : command);
        return command === "plan" ? planned : applied;
      },
    },
    isAgreed: async () => {
      done.push("ask");
      return answer;
    },
    refuseStale: async (_: unknown, of: string) => {
      done.push(of === json ? "look" : "look at another plan");
      if (stale) throw new UserError(stale);
    },
  };
}

const OPTIONS = { more: [], on: "2026-12-10" };
const isTTY = process.stdin.isTTY;

beforeEach(() => {
  [done, said] = [[], []];
  for (const way of ["log", "error"] as const)
    vi.spyOn(console, way).mockImplementation((line) => void said.push(line));
  vi.spyOn(Terraform, "require").mockResolvedValue();
  process.stdin.isTTY = true;
});
afterEach(() => {
  vi.restoreAllMocks();
  process.stdin.isTTY = isTTY;
});

describe("a deployment of the stack that moves users", () => {
  it("applies the very plan that was checked, and looks at Route 53 after the question, right before it", async () => {
    expect(await deployCutover(STACK, staging, OPTIONS, askedOf())).toBe(0);
    expect(done).toEqual(["plan", "ask", "look", "apply the file"]);
  });

  it("asks nobody with --auto-approve", async () => {
    process.stdin.isTTY = false;
    expect(await deployCutover(STACK, staging, { ...OPTIONS, autoApprove: true }, askedOf())).toBe(0);
    expect(done).toEqual(["plan", "look", "apply the file"]);
  });

  it("touches nothing when the person says no", async () => {
    expect(await deployCutover(STACK, staging, OPTIONS, askedOf({ answer: false }))).toBe(1);
    expect(done).toEqual(["plan", "ask"]);
    expect(said).toContain("staging-cutover: not deployed, nothing was touched");
  });

  it("touches nothing when Route 53 has changed meanwhile", async () => {
    await expect(deployCutover(STACK, staging, OPTIONS, askedOf({ stale: "has changed" }))).rejects.toThrow(
      "has changed",
    );
    expect(done).toEqual(["plan", "ask", "look"]);
  });

  it("is over when there is nothing to change", async () => {
    expect(await deployCutover(STACK, staging, OPTIONS, askedOf({ planned: 0 }))).toBe(0);
    expect([done, said]).toEqual([["plan"], ["staging-cutover: no changes"]]);
  });

  it("does not ask about a plan that imports and changes", async () => {
    const json = planOf({ ...CREATE, actions: ["update"], importing: { id: "Z1_api.example.com_A" } });
    await expect(deployCutover(STACK, staging, OPTIONS, askedOf({ json }))).rejects.toThrow(
      "adopting must change nothing",
    );
    expect(done).toEqual(["plan"]);
  });

  it("does not ask about a plan that the plan guard refuses", async () => {
    const json = planOf({ actions: ["delete"], before: CREATE.after, after: null });
    await expect(deployCutover(STACK, staging, OPTIONS, askedOf({ json }))).rejects.toThrow("the plan guard refuses");
    expect(done).toEqual(["plan"]);
  });

  it("says what to do when the apply has failed, and nothing of Azure", async () => {
    expect(await deployCutover(STACK, staging, OPTIONS, askedOf({ applied: 1 }))).toBe(1);
    expect(said.slice(-5)).toEqual(adviceOnCutover("staging-cutover", staging));
    expect(said.join("\n")).not.toContain("Azure");
  });

  it("refuses what is for cdktf, and a question that nobody can answer", async () => {
    await expect(
      deployCutover(STACK, staging, { ...OPTIONS, more: ["--parallelism", "5"] }, askedOf()),
    ).rejects.toThrow(
      "staging-cutover: it takes no options for cdktf (--parallelism 5): Terraform itself applies the plan that was checked; nothing was touched",
    );
    process.stdin.isTTY = false;
    await expect(deployCutover(STACK, staging, OPTIONS, askedOf())).rejects.toThrow("nobody can be asked here");
    expect(done).toEqual([]);
  });

  it("says with --dry-run what it would run", async () => {
    expect(await deployCutover(STACK, staging, { ...OPTIONS, dryRun: true }, askedOf())).toBe(0);
    expect([done, said]).toEqual([
      [],
      [
        "would run: terraform -chdir=cdktf.out/stacks/staging-cutover plan -input=false -out=FILE",
        "would run: terraform -chdir=cdktf.out/stacks/staging-cutover apply -input=false FILE",
      ],
    ]);
  });
});
