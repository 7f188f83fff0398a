import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { z } from "zod";
import { UserError } from "../../model/user-error";
import { flat } from "../flat";
import { parseJson } from "../parse-json";
import { run } from "../processes";
import type { StackVariant } from "../program/variants";
import { locate } from "../setup/locate";
import { TOOLS } from "../setup/tools";

/** No variable of the caller's and no home: a .checkov.yaml there could skip checks, and a token would call a service. */
const ENVIRONMENT = { PATH: process.env.PATH ?? "", HOME: "/nonexistent", CKV_PARSE_ERROR_FAIL: "true" };

/**
 * The pinned checkov; another version finds other things.
 * @throws UserError when it is not there
 */
export async function findCheckov(): Promise<string> {
  const found = await locate("checkov");
  if (found !== undefined && "path" in found) return found.path;
  const other = found === undefined ? "" : `; ${found.unfit} is on the PATH, and finds other things`;
  throw new UserError(`checkov ${TOOLS.checkov.version} is missing: npm run tools${other}`);
}

export interface Finding {
  readonly check: string;
  readonly stack: string;
  /** The Terraform address. */
  readonly address: string;
  /** What the check wants, in checkov's words; its guideline is a link that it fetches, and it has no network here. */
  readonly wants: string;
}

/** What checkov says of one stack in one shape. */
export interface Scan {
  readonly stack: string;
  readonly shape: string;
  readonly passed: number;
  readonly failed: readonly Finding[];
}

/**
 * What no check reads, and makes checkov drop the whole file: a text in `terraform` (required_version), and each of
 * the others. Nothing else is taken out, so that what it cannot read is an error and not a pass.
 */
const UNREADABLE = ["terraform", "removed", "moved", "import"];

/** Added to each file: when this is evaluated, so was the file, even if checkov has no rule for anything in it. */
const CANARY = "azurerm_key_vault_secret.canary";

/**
 * Scans stacks, all in one process.
 * @throws UserError when checkov could not read one of them
 */
export async function scan(checkov: string, stacks: readonly StackVariant[]): Promise<Scan[]> {
  const folder = await mkdtemp(join(tmpdir(), "mmrv-checkov-"));
  const fileOf = (index: number) => `/${index}/cdk.tf.json`;
  try {
    const texts = stacks.map(({ json }) => scannable(json));
    for (const [index, text] of texts.entries()) {
      await mkdir(join(folder, dirname(fileOf(index))));
      await writeFile(join(folder, fileOf(index)), text);
    }
    const { passed_checks, failed_checks } = await runCheckov(checkov, folder);
    return stacks.map(({ stack, shape }, index) => {
      const lines = texts[index]?.split("\n") ?? [];
      const addressed = (records: readonly CheckRecord[]) =>
        records
          .filter(({ file_path }) => file_path === fileOf(index))
          .map((record) => ({ ...record, address: addressAt(lines, record.file_line_range[0]) }));
      const [passed, failed] = [addressed(passed_checks), addressed(failed_checks)];
      if (![...passed, ...failed].some(({ address }) => address === CANARY))
        throw new UserError(`${stack} (${shape}): checkov judged nothing of it, which is no pass`);
      return {
        stack,
        shape,
        passed: passed.filter(({ address }) => address !== CANARY).length,
        failed: failed
          .filter(({ address }) => address !== CANARY)
          .map(({ check_id, check_name, check_result, address }) => {
            const keys = check_result.evaluated_keys ?? [];
            const wants = keys.length > 0 ? `${check_name} [${keys.join(", ")}]` : check_name;
            return { check: check_id, stack, address, wants };
          }),
      };
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A stack as checkov takes it, one key a line: `addressAt` counts on it. */
function scannable(json: StackVariant["json"]): string {
  const kept = Object.entries(json).filter(([block]) => !UNREADABLE.includes(block));
  const [type = "", name = ""] = CANARY.split(".");
  const resource = { ...json.resource, [type]: { ...json.resource?.[type], [name]: { content_type: "text/plain" } } };
  return JSON.stringify({ ...Object.fromEntries(kept), resource }, null, 2);
}

/** checkov names most things by their name alone, which others of another type may have: the line tells. */
function addressAt(lines: readonly string[], line: number): string {
  const above = lines.slice(0, line);
  const keyAt = (indent: number) =>
    above.findLast((text) => new RegExp(`^ {${indent}}"`).test(text))?.split('"')[1] ?? "";
  return `${keyAt(2) === "data" ? "data." : ""}${keyAt(4)}.${keyAt(6)}`;
}

const recordSchema = z.object({
  check_id: z.string(),
  check_name: z.string(),
  check_result: z.object({ evaluated_keys: z.array(z.string()).optional() }),
  file_path: z.string(),
  file_line_range: z.tuple([z.number(), z.number()]),
});

type CheckRecord = z.infer<typeof recordSchema>;

const reportSchema = z.object({
  results: z.object({
    passed_checks: z.array(recordSchema),
    failed_checks: z.array(recordSchema),
    parsing_errors: z.array(z.string()),
  }),
});

/**
 * Runs checkov on every file below a folder. Not with --quiet: that leaves out what passed.
 * @throws UserError when there is no report, or a file that it could not read: it would count as one without a finding
 */
export async function runCheckov(checkov: string, folder: string): Promise<z.infer<typeof reportSchema>["results"]> {
  const args = [
    "--directory",
    folder,
    "--framework",
    "terraform_json",
    "--output",
    "json",
    "--compact",
    "--skip-download",
  ];
  // Exit code 1 says that something failed, which the report says better.
  const { stdout, stderr } = await run(checkov, args, { env: ENVIRONMENT, cwd: folder });
  const report = reportSchema.safeParse(parseJson(stdout));
  if (!report.success) throw new UserError(`checkov gave no report: ${flat(stderr).slice(-300)}`);
  const { parsing_errors } = report.data.results;
  if (parsing_errors.length > 0)
    throw new UserError(
      `checkov could not read ${parsing_errors.join(", ")}, which is no pass: ${flat(stderr).slice(-300)}`,
    );
  return report.data.results;
}
