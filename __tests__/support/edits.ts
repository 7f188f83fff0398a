import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import type { CutoverFile } from "../../model/cutover/schema";
import { componentAt, jobsStep, PROOF } from "./cutover";
import { staging } from "./fixtures/environments/staging";
import { REPORTS_VALUES } from "./fixtures/reports";
import { answer, answered } from "./small-stack";

/** What a user does to a copy of the repository. */
export type Edit = (folder: string) => void;

const change = (folder: string, file: string, edit: (text: string) => string) => {
  const path = join(folder, file);
  const before = readFileSync(path, "utf8");
  const after = edit(before);
  if (after === before) throw new Error(`${file}: the edit changes nothing`);
  writeFileSync(path, after);
};

/** Each must be there: an edit that finds nothing would prove nothing. */
const replacing =
  (...pairs: readonly (readonly [string | RegExp, string])[]) =>
  (text: string) =>
    pairs.reduce((before, [from, to]) => {
      const after = before.replaceAll(from, to);
      if (after === before) throw new Error(`nothing to replace: ${from}`);
      return after;
    }, text);

const DIGEST = `sha256:${"7".repeat(64)}`;

/** Answers every question, in every file under environments/ that has one. */
export const fillMarkers: Edit = (folder) => {
  for (const name of ["bootstrap", "staging", "production"]) change(folder, `environments/${name}.ts`, answer);
  change(folder, "environments/third-party.ts", replacing(['"change-me"', `"${DIGEST}"`]));
  // One zone holds the domains of both, and both are in one account.
  change(folder, "environments/production.ts", replacing([/vpcCidrs: \[.*\]/g, 'vpcCidrs: ["10.1.0.0/16"]']));
};

/** What the image pipeline writes. */
export const pinImages: Edit = (folder) => {
  for (const application of ["backend", "frontend"])
    for (const environment of ["staging", "production"])
      change(
        folder,
        `helm-values/${application}/${environment}.yaml`,
        (text) => `${text}image:\n  digest: ${DIGEST}\n  tag: v1.4.0\n`,
      );
};

/** What makes another environment of staging: its names, and addresses of its own. */
const STAGING_AS_QUALITY = [
  ["export const staging", "export const quality"],
  ['name: "staging"', 'name: "quality"'],
  ['code: "stg"', 'code: "qlt"'],
  ["10.40.", "10.60."],
  ["10.41.", "10.61."],
  ["10.128.", "10.160."],
] as const;

/** Adds to the file of a cutover, which there is none of at first. */
function cutover(folder: string, environment: string, more: CutoverFile): void {
  const path = join(folder, "cutover", `${environment}.yaml`);
  mkdirSync(join(folder, "cutover"), { recursive: true });
  const before = existsSync(path) ? (parse(readFileSync(path, "utf8")) as CutoverFile) : {};
  writeFileSync(path, stringify({ ...before, ...more }));
}

/** The users of staging's backend are half-way. */
export const moveUsers: Edit = (folder) => {
  const components = { backend: componentAt(answered(staging), "backend", "ramp") };
  cutover(folder, "staging", { proof: PROOF, components });
};

/** Another environment beside those that ship, like staging: a file, its place in the list, what it saves. */
export const addQuality: Edit = (folder) => {
  const staging = readFileSync(join(folder, "environments/staging.ts"), "utf8");
  const quality = replacing(
    ...STAGING_AS_QUALITY,
    ["staging.mmrv", "quality.mmrv"],
    // GitHub's provider in the AWS account is staging's.
    ['imagePush: "ownProvider"', 'imagePush: "existingProvider"'],
  )(staging);
  writeFileSync(join(folder, "environments/quality.ts"), quality);
  cpSync(join(folder, "cutover/staging.yaml"), join(folder, "cutover/quality.yaml"));
  change(
    folder,
    "environments/all.ts",
    replacing(
      ["[staging, production]", "[staging, production, quality]"],
      ["import { staging }", 'import { quality } from "./quality";\nimport { staging }'],
    ),
  );
  change(
    folder,
    "environments/suppressions.ts",
    replacing(['["staging-infra"]', '["staging-infra", "quality-infra"]']),
  );
};

/** Another application, a worker: an entry in the list, its repositories, its values. */
export const addReports: Edit = (folder) => {
  change(
    folder,
    "environments/applications.ts",
    replacing(["\n];", '\n  { name: "reports", kind: "worker", from: "ecs", phase: 5, usesDatabase: true },\n];']),
  );
  for (const name of ["staging", "production"])
    change(
      folder,
      `environments/${name}.ts`,
      replacing([
        /frontend: (\{ repository: "[\w-]*)frontend" \},/g,
        'frontend: $1frontend" },\n      reports: $1reports" },',
      ]),
    );
  for (const name of ["staging", "production"]) cutover(folder, name, { jobs: { reports: [jobsStep("azure")] } });
  mkdirSync(join(folder, "helm-values/reports"));
  writeFileSync(join(folder, "helm-values/reports/values.yaml"), stringify({ ...REPORTS_VALUES, secrets: [] }));
};

/** Ten values that somebody changes on an ordinary day. */
export const changeTenValues: Edit = (folder) => {
  change(
    folder,
    "environments/staging.ts",
    replacing(
      ["minCount: 1, maxCount: 3", "minCount: 2, maxCount: 5"],
      ["retentionDays: 30", "retentionDays: 45"],
      ["monthlyLimit: 400", "monthlyLimit: 650"],
      ["imageCleanerHours: 48", "imageCleanerHours: 72"],
      ['dayOfWeek: "Wednesday"', 'dayOfWeek: "Thursday"'],
    ),
  );
  change(folder, "environments/production.ts", replacing(["idleTimeoutMinutes: 10", "idleTimeoutMinutes: 20"]));
  change(
    folder,
    "helm-values/backend/values.yaml",
    replacing(["LOG_LEVEL: info", 'LOG_LEVEL: debug\n  FEATURE_REPORTS: "yes"'], ["512Mi", "768Mi"]),
  );
  change(folder, "helm-values/backend/staging.yaml", replacing(["replicas: 2", "replicas: 4"]));
  change(folder, "helm-values/platform/values.yaml", replacing(['requestsCpu: "8"', 'requestsCpu: "12"']));
};

/**
 * A team that starts with other names, another region, other sizes, other plans: no value that can differ stays, but for
 * those that weaken security (hostEncryption, the states in one region alone), which a person has to except with a reason.
 */
export const changeEverything: Edit = (folder) => {
  fillMarkers(folder);
  pinImages(folder);
  const both = [
    ["k3m7", "q9x2"],
    ["eastus2", "brazilsouth"],
    ['"centralus"', '"southcentralus"'],
    ['["1", "2", "3"]', '["1", "3"]'],
    ["3f6c1f0a-52a1-4b1e-9c53-6b6b7a0c9d11", "7b0e5d0c-93c2-4b3f-8a51-2d6f1e0b4c22"],
    [".example.com", ".example.net"],
    ["123456789012", "210987654321"],
    ["us-east-1", "sa-east-1"],
    ["Z2FDTNDATAQYW2", "Z0123456789ABC"],
    ['"2026-12-01"', '"2027-02-01"'],
    ["-05:00", "-03:00"],
    ["system1", "sysa"],
    ["apps1", "appsa"],
    ["mmrv-", "mrv-"],
    ["newest: 20", "newest: 5"],
    ["database-url", "db-url"],
    ["next-server-actions-encryption-key", "actions-key"],
  ] as const;
  change(
    folder,
    "environments/staging.ts",
    replacing(
      ...both,
      ...STAGING_AS_QUALITY,
      ["20.1.2.0/29", "20.9.8.0/28"],
      ['tier: "Free"', 'tier: "Standard"'],
      ["Standard_D2ds_v5", "Standard_D4ds_v5"],
      ["osDiskGb: 60", "osDiskGb: 100"],
      ["minCount: 1, maxCount: 2", "minCount: 2, maxCount: 4"],
      ["minCount: 1, maxCount: 3", "minCount: 2, maxCount: 7"],
      ['via: "loadBalancer", address: "own"', 'via: "natGateway", addresses: 2, idleTimeoutMinutes: 6'],
      ['certificateAuthority: "letsEncrypt"', 'certificateAuthority: "letsEncryptStaging"'],
      ["softDeleteDays: 7", "softDeleteDays: 10"],
      ["imageCleanerHours: 48", "imageCleanerHours: 30"],
      ["retentionDays: 30", "retentionDays: 60"],
      ["dailyCapGb: 1", "dailyCapGb: 4"],
      [', "cluster-autoscaler"', ""],
      ["warnAtGbPerDay: 0.8", "warnAtGbPerDay: 3"],
      ["monthlyLimit: 400", "monthlyLimit: 700"],
      ["Tuesday", "Monday"],
      ["Wednesday", "Tuesday"],
      ['startTime: "02:00"', 'startTime: "03:00"'],
      ["durationHours: 4", "durationHours: 5"],
      ["freezes: []", 'freezes: [{ from: "2027-03-01", to: "2027-03-05", reason: "a demonstration" }]'],
      ["postgresqlFlexible", "mysqlFlexible"],
      ["10.0.0.0/16", "10.2.0.0/16"],
      ["api.staging.", "api.quality."],
      ['"staging.', '"quality.'],
    ),
  );
  change(
    folder,
    "environments/production.ts",
    replacing(
      ...both,
      ["export const production", "export const live"],
      ['name: "production"', 'name: "live"'],
      ['code: "prd"', 'code: "liv"'],
      ["10.50.", "10.70."],
      ["10.51.", "10.71."],
      ["10.144.", "10.176."],
      ["Standard_D4ds_v5", "Standard_D8ds_v5"],
      ["osDiskGb: 128", "osDiskGb: 200"],
      ["minCount: 3, maxCount: 5", "minCount: 2, maxCount: 6"],
      ["minCount: 2, maxCount: 6 },\n  ]", "minCount: 4, maxCount: 9 },\n  ]"],
      ["addresses: 1, idleTimeoutMinutes: 10", "addresses: 3, idleTimeoutMinutes: 30"],
      ["untaggedRetentionDays: 15", "untaggedRetentionDays: 20"],
      ['of: "staging"', 'of: "quality"'],
      ["softDeleteDays: 90", "softDeleteDays: 60"],
      ['podSecurity: "Audit"', 'podSecurity: "Deny"'],
      ["imageCleanerHours: 168", "imageCleanerHours: 100"],
      ["retentionDays: 90", "retentionDays: 120"],
      ['dailyCapGb: "none"', "dailyCapGb: 20"],
      ["days: 365", "days: 400"],
      ["warnAtGbPerDay: 5", "warnAtGbPerDay: 8"],
      ["monthlyLimit: 1800", "monthlyLimit: 2900"],
      ["Saturday", "Friday"],
      ["Sunday", "Saturday"],
      ['startTime: "23:00"', 'startTime: "22:00"'],
      ["durationHours: 6", "durationHours: 7"],
      [/freezes: \[.*\]/g, "freezes: []"],
      ['kind: "gitHub", addressPrefix', 'kind: "agent", addressPrefix'],
      [/, label: "[a-z-]+"/g, ""],
      ["10.1.0.0/16", "10.3.0.0/16"],
    ),
  );
  change(
    folder,
    "environments/bootstrap.ts",
    replacing(
      ["k3m7", "q9x2"],
      ["eastus2", "brazilsouth"],
      ["3f6c1f0a-52a1-4b1e-9c53-6b6b7a0c9d11", "7b0e5d0c-93c2-4b3f-8a51-2d6f1e0b4c22"],
      ['"GZRS"', '"GRS"'],
      ["softDeleteDays: 30", "softDeleteDays: 20"],
      ['use: "none"', 'use: "workspaces", organization: "acme", project: "mmrv"'],
      ["monthlyLimit: 2500", "monthlyLimit: 4000"],
      ['"2026-12-01"', '"2027-02-01"'],
      [".example.com", ".example.net"],
    ),
  );
  change(
    folder,
    "environments/all.ts",
    replacing(
      ["[staging, production]", "[quality, live]"],
      [
        'import { production } from "./production";\nimport { staging } from "./staging";',
        'import { live } from "./live";\nimport { quality } from "./quality";',
      ],
    ),
  );
  change(folder, "environments/suppressions.ts", replacing(["staging-infra", "quality-infra"]));
  change(
    folder,
    "environments/third-party.ts",
    replacing([/sha256:[0-9a-f]{60}/g, `sha256:${"8".repeat(60)}`], ["v1.21.2", "v1.21.3"], ["v1.9.2", "v1.9.3"]),
  );
  const names: Readonly<Record<string, string>> = { staging: "quality", production: "live" };
  for (const [from, to] of Object.entries(names)) {
    renameSync(join(folder, `environments/${from}.ts`), join(folder, `environments/${to}.ts`));
    renameSync(join(folder, `cutover/${from}.yaml`), join(folder, `cutover/${to}.yaml`));
    for (const release of readdirSync(join(folder, "helm-values"))) {
      const file = join(folder, "helm-values", release, `${from}.yaml`);
      if (readdirSync(join(folder, "helm-values", release)).includes(`${from}.yaml`))
        renameSync(file, join(folder, "helm-values", release, `${to}.yaml`));
    }
  }
  for (const application of ["backend", "frontend"]) {
    const file = `helm-values/${application}/values.yaml`;
    change(
      folder,
      file,
      replacing(
        ["cpu: 250m, memory: 384Mi", "cpu: 300m, memory: 400Mi"],
        ["NODE_ENV: production", "NODE_ENV: test"],
        ["size: 64Mi", "size: 96Mi"],
        [/database-url|next-server-actions-encryption-key/g, application === "backend" ? "db-url" : "actions-key"],
      ),
    );
    change(folder, `helm-values/${application}/quality.yaml`, replacing(["replicas: 2", "replicas: 3"]));
    change(
      folder,
      `helm-values/${application}/live.yaml`,
      replacing(
        ["replicas: 3", "replicas: 5"],
        ["minReplicas: 3", "minReplicas: 5"],
        ["maxReplicas: 10", "maxReplicas: 12"],
      ),
    );
  }
  change(
    folder,
    "helm-values/platform/values.yaml",
    replacing(
      ['requestsCpu: "8"', 'requestsCpu: "10"'],
      ["minReplicas: 2", "minReplicas: 3"],
      ["drainSeconds: 60", "drainSeconds: 45"],
    ),
  );
};
