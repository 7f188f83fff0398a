import { describe, expect, it } from "vitest";
import type { Environment } from "../../../../model/environment";
import { corpus, ENVIRONMENT, fates, file, imported, NOTHING } from "../../../support/amplify-import";

const APPS = "d01-list-apps.json";
const BRANCH = "d02-get-branch.json";
const DOMAINS = "d03-list-domain-associations.json";
const ROOT =
  "the repository holds several applications: Docker gets its root, outputFileTracingRoot in next.config is the root too, and server.js ends up in apps/web";
const byHand = (names: string) =>
  `nothing copies the values of ${names}: az keyvault secret set --vault-name kv-frontend-stg-k3m7 --name NAME --file FILE for each; never on the command line`;
const STAYS =
  "example.com: the record that validates Amplify's certificate must stay in DNS until AWS is retired: ACM renews by it, and users are on both sides until then";

describe("what Amplify answers, in the corpus", () => {
  it("d01: an app's variables are sorted by name and value, and its build spec is read", () => {
    const result = imported(corpus(APPS));
    expect(result.asked).toEqual(["waf", "compute-role", "domain"]);
    expect(result.notes).toEqual([ROOT, byHand("STRIPE_SECRET_KEY, DATABASE_URL")]);
    const secrets = [
      { name: "stripe-secret-key", env: "STRIPE_SECRET_KEY" },
      { name: "database-url", env: "DATABASE_URL" },
    ];
    expect(result.draft).toEqual({
      ...NOTHING,
      values: { env: { NEXTAUTH_URL: "https://www.example.com", API_TIMEOUT_MS: "30000" }, secrets },
      callees: [
        { host: "api.example.com", from: "NEXT_PUBLIC_API_URL", isPrivate: false },
        { host: "db.example.com", from: "DATABASE_URL", isPrivate: false },
      ],
      branch: "main",
      build: { ...NOTHING.build, appRoot: "apps/web", commands: ["cd apps/web && npm run build"] },
      buildArguments: [
        { name: "NEXT_PUBLIC_API_URL", value: "https://api.example.com" },
        { name: "NEXT_PUBLIC_STRIPE_KEY", value: "pk_live_example" },
      ],
      pipeline: {
        dockerfile: "ARG NEXT_PUBLIC_API_URL\nARG NEXT_PUBLIC_STRIPE_KEY\n",
        workflow:
          "      build-args: |\n        COMMIT=${{ github.sha }}\n        NEXT_PUBLIC_API_URL=${{ vars.NEXT_PUBLIC_API_URL }}\n        NEXT_PUBLIC_STRIPE_KEY=${{ vars.NEXT_PUBLIC_STRIPE_KEY }}\n",
        commands: [
          "# in a clone of the application's repository; anywhere else, add --repo OWNER/REPOSITORY to each of them",
          "gh variable set NEXT_PUBLIC_API_URL --body 'https://api.example.com'",
          "gh variable set NEXT_PUBLIC_STRIPE_KEY --body 'pk_live_example'",
        ],
      },
      baked: ["NEXT_PUBLIC_STRIPE_KEY", "STRIPE_SECRET_KEY", "DATABASE_URL"],
      byHand: secrets,
      domain: { host: "www.example.com", also: [{ host: "example.com", does: "redirects" }] },
      egressHosts: ["api.example.com", "db.example.com"],
    });
    expect(fates(result, "app")).toMatchObject({
      "environmentVariables{_CUSTOM_IMAGE}": "dropped",
      "environmentVariables{_LIVE_UPDATES}": "dropped",
      "environmentVariables{AMPLIFY_DIFF_DEPLOY}": "dropped",
      "environmentVariables{AMPLIFY_MONOREPO_APP_ROOT}": "dropped",
      "environmentVariables{API_TIMEOUT_MS}": "defaulted",
      "environmentVariables{STRIPE_SECRET_KEY}": "mapped",
      "wafConfiguration.webAclArn": "decision waf",
    });
  });

  it("d02: a branch says who may see it, and has a backend", () => {
    const result = imported(corpus(BRANCH));
    expect(result.asked).toEqual(["skew-protection", "backend", "basic-auth", "domain"]);
    expect(result.notes).toEqual([byHand("DATABASE_URL")]);
    expect(result.draft).toEqual({
      ...NOTHING,
      values: { secrets: [{ name: "database-url", env: "DATABASE_URL" }] },
      callees: [
        { host: "api.staging.example.com", from: "NEXT_PUBLIC_API_URL", isPrivate: false },
        { host: "stg.example.com", from: "DATABASE_URL", isPrivate: false },
      ],
      branch: "staging",
      buildArguments: [{ name: "NEXT_PUBLIC_API_URL", value: "https://api.staging.example.com" }],
      pipeline: {
        dockerfile: "ARG NEXT_PUBLIC_API_URL\n",
        workflow:
          "      build-args: |\n        COMMIT=${{ github.sha }}\n        NEXT_PUBLIC_API_URL=${{ vars.NEXT_PUBLIC_API_URL }}\n",
        commands: [
          "# in a clone of the application's repository; anywhere else, add --repo OWNER/REPOSITORY to each of them",
          "gh variable set NEXT_PUBLIC_API_URL --body 'https://api.staging.example.com'",
        ],
      },
      byHand: [{ name: "database-url", env: "DATABASE_URL" }],
      domain: { host: "staging.example.com", also: [] },
      egressHosts: ["api.staging.example.com", "stg.example.com"],
    });
    expect(result.rows.filter(({ isAbsent }) => isAbsent)).toEqual([
      {
        source: "branch",
        path: "computeRoleArn",
        isAbsent: true,
        fate: { kind: "dropped", why: "the application had no role of AWS, and gets none" },
      },
    ]);
  });

  it("d03: hosts are those that Amplify verified, and its validation record stays", () => {
    const { asked, draft, notes } = imported(corpus(DOMAINS));
    expect({ asked, notes }).toEqual({ asked: ["domain"], notes: [STAYS] });
    expect(draft).toEqual({
      ...NOTHING,
      branch: "main",
      domain: { host: "www.example.com", also: [{ host: "example.com", does: "serves" }] },
    });
  });

  it("all three, for production: the rule between hosts makes the apex redirect", () => {
    const { draft } = imported(corpus(APPS, DOMAINS));
    expect(draft.domain).toEqual({ host: "www.example.com", also: [{ host: "example.com", does: "redirects" }] });
  });

  it("all three, for staging: the branch's variables count, and other branches' hosts do not", () => {
    const result = imported(corpus(APPS, BRANCH, DOMAINS));
    expect(result.asked).toEqual(["waf", "skew-protection", "backend", "basic-auth", "compute-role", "domain"]);
    expect(result.draft.branch).toBe("staging");
    expect(result.draft.buildArguments).toEqual([
      { name: "NEXT_PUBLIC_API_URL", value: "https://api.staging.example.com" },
      { name: "NEXT_PUBLIC_STRIPE_KEY", value: "pk_live_example" },
    ]);
    expect(result.draft.domain).toEqual({ host: "staging.example.com", also: [] });
    expect(fates(result, "app")).toMatchObject({
      "environmentVariables{DATABASE_URL}": "dropped",
      "customRules[0].source": "dropped",
    });
    expect(fates(result, "domain example.com")).toMatchObject({ "subDomains[1].subDomainSetting.prefix": "dropped" });
  });
});

describe("where Amplify answers", () => {
  const withNames = (frontend: Environment["domains"][string]) => ({
    environment: { ...ENVIRONMENT, domains: { ...ENVIRONMENT.domains, frontend } },
  });

  it("and the environment does not: it is asked which is meant, and the answer decides", () => {
    const open = imported(corpus(DOMAINS));
    expect(open.decisions).toEqual([
      {
        id: "domain",
        risk: "unreachable",
        asks: "The environment answers at www.staging.example.org, Amplify at www.example.com: which is meant?",
        options: [
          { answer: "amplify", means: "domains.frontend of the environment becomes Amplify's, as printed" },
          {
            answer: "environment",
            means: "it stays www.staging.example.org; nothing here answers at www.example.com",
          },
        ],
        without: "the environment stays as it is, and nothing here answers at www.example.com",
        about: ["domain example.com: subDomains[1].subDomainSetting.prefix"],
      },
    ]);
    const domain = { host: "www.example.com", also: [{ host: "example.com", does: "serves" }] };
    expect(imported(corpus(DOMAINS), { domain: "amplify" }).draft.domain).toEqual(domain);
    expect(imported(corpus(DOMAINS), { domain: "environment" }).draft.domain).toBeUndefined();
  });

  it("is no question where one of the environment's names is the same", () => {
    const first = withNames("www.example.com");
    const further = withNames({ host: "shop.example.org", also: [{ host: "www.example.com", does: "serves" }] });
    expect(imported(corpus(DOMAINS), {}, first).asked).toEqual([]);
    expect(imported(corpus(DOMAINS), {}, further).asked).toEqual([]);
  });
});

describe("hosts for the firewall", () => {
  it("are none of the environment's own, and none that Amplify answers at", () => {
    const environmentVariables = {
      API_URL: "https://api.staging.example.org",
      APEX_URL: "https://example.com",
      OTHER_URL: "https://other.example.net",
      SITE_URL: "https://www.staging.example.org",
    };
    const app = file(JSON.stringify({ app: { appId: "d1", environmentVariables } }), "app.json");
    const { draft } = imported({ ...corpus(DOMAINS), app });
    expect({ callees: draft.callees, egressHosts: draft.egressHosts }).toEqual({
      callees: [
        { host: "api.staging.example.org", from: "API_URL", isPrivate: false },
        { host: "other.example.net", from: "OTHER_URL", isPrivate: false },
      ],
      egressHosts: ["other.example.net"],
    });
  });
});

describe("what there is to type", () => {
  it("names the repository where the environment does", () => {
    const { gitHub } = ENVIRONMENT;
    const environment = {
      ...ENVIRONMENT,
      gitHub: {
        ...gitHub,
        owner: "example",
        applications: { ...gitHub.applications, frontend: { repository: "shop" } },
      },
    };
    expect(imported(corpus(BRANCH), {}, { environment }).draft.pipeline.commands).toEqual([
      "gh variable set NEXT_PUBLIC_API_URL --repo example/shop --body 'https://api.staging.example.com'",
    ]);
  });
});

describe("several", () => {
  const apps = file(
    JSON.stringify({
      apps: [
        { appId: "a1", name: "one" },
        { appId: "a2", name: "two" },
      ],
    }),
    "apps.json",
  );

  it("apps: somebody says which, by name or id", () => {
    expect(() => imported({ app: apps })).toThrow(
      "apps.json: holds one, two, and nobody said which; nothing was written\n  next: say --app and one of them",
    );
    expect(() => imported({ app: apps }, {}, { app: "three" })).toThrow("apps.json: holds one, two, and no three;");
    expect(fates(imported({ app: apps }, {}, { app: "a2" }))).toMatchObject({ appId: "mapped", name: "dropped" });
  });

  it("branches with hosts: it is asked which became the environment", () => {
    const subDomains = ["main", "next"].map((branchName) => ({
      subDomainSetting: { prefix: branchName, branchName },
      verified: true,
    }));
    const domains = file(JSON.stringify([{ domainName: "example.com", subDomains }]), "domains.json");
    expect(imported({ domains }).asked).toEqual(["branch", "domain"]);
    const { asked, draft } = imported({ domains }, { branch: "next" });
    expect({ asked, branch: draft.branch, domain: draft.domain }).toEqual({
      asked: ["branch", "domain"],
      branch: "next",
      domain: { host: "next.example.com", also: [] },
    });
    expect(imported({ domains }, {}, { branch: "main" }).draft.domain?.host).toBe("main.example.com");
  });

  it("names of which Amplify never verified one: it never answered there", () => {
    const subDomains = [{ subDomainSetting: { prefix: "www", branchName: "main" }, verified: false }];
    const domains = file(JSON.stringify({ domainAssociation: { domainName: "example.com", subDomains } }), "d.json");
    expect(imported({ domains }).draft.domain).toBeUndefined();
  });
});

describe("what is absent", () => {
  it("is a row as well, with what follows", () => {
    const app = file('{"app":{"appId":"d1","platform":"WEB_COMPUTE"}}', "app.json");
    const branch = file('{"branch":{"branchName":"main"}}', "branch.json");
    const absent = imported({ app, branch }).rows.filter(({ isAbsent }) => isAbsent);
    expect(absent.map(({ fate, path, source }) => [source, path, fate.kind])).toEqual([
      ["app", "customHeaders", "dropped"],
      ["app", "wafConfiguration", "dropped"],
      ["branch", "enableSkewProtection", "dropped"],
      ["app", "computeRoleArn", "dropped"],
      ["branch", "computeRoleArn", "dropped"],
      ["app", "buildSpec", "defaulted"],
    ]);
  });

  it("of a server is asked about, by the platform or by the folder of a build", () => {
    const app = file('{"app":{"appId":"d1","platform":"WEB"}}', "app.json");
    const buildSpec = file("frontend: { artifacts: { baseDirectory: out } }");
    expect(imported({ app }).asked).toEqual(["platform"]);
    expect(imported({ buildSpec }).asked).toEqual(["platform"]);
  });
});

describe("a field of an answer", () => {
  it("that is newer than this program is asked about", () => {
    const app = file(JSON.stringify({ app: { appId: "d1", edgeConfig: { mode: "x" } } }), "app.json");
    expect(imported({ app }).asked).toEqual(["app:edgeConfig.mode"]);
  });
});
