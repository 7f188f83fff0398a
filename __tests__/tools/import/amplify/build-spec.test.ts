import { describe, expect, it } from "vitest";
import type { AmplifyFiles } from "../../../../tools/import/amplify/read";
import { corpus, fates, file, type Imported, imported, NOTHING } from "../../../support/amplify-import";

const spec = (commands: readonly string[], more: AmplifyFiles = {}): AmplifyFiles => ({
  ...more,
  buildSpec: file(JSON.stringify({ version: 1, frontend: { phases: { build: { commands } } } })),
});
const app = (environmentVariables: Record<string, string>) =>
  file(JSON.stringify({ app: { appId: "d1", platform: "WEB_COMPUTE", environmentVariables } }), "app.json");
const commands = (result: Imported) =>
  Object.fromEntries(
    result.rows
      .filter(({ path }) => path.includes("commands"))
      .map(({ fate, path }) => [path.replace(/.*\.(\w+\.commands)/, "$1"), fate]),
  );
const byRoot = (root: string) =>
  `the repository holds several applications: Docker gets its root, outputFileTracingRoot in next.config is the root too, and server.js ends up in ${root}`;
const byHand = (...names: readonly string[]) =>
  `nothing copies the values of ${names.join(", ")}: az keyvault secret set --vault-name kv-frontend-stg-k3m7 --name NAME --file FILE for each; never on the command line`;
const needed = (name: string) =>
  `the image's build needs ${name}: mounted as a secret, never an ARG; publish-image.yml passes none but NEXT_SERVER_ACTIONS_ENCRYPTION_KEY until it is told to`;

describe("a build spec of the corpus", () => {
  it("y01: a monorepo is built from its root, with its package manager", () => {
    const { asked, draft, notes } = imported(corpus("y01-monorepo-pnpm-turbo.amplify.yml"));
    expect({ asked, notes }).toEqual({ asked: [], notes: [byRoot("apps/web")] });
    expect(draft).toEqual({
      ...NOTHING,
      build: {
        context: ".",
        appRoot: "apps/web",
        packageManager: "pnpm@9.12.0",
        install: ["pnpm install --frozen-lockfile"],
        commands: ["pnpm turbo run build --filter=@example/web..."],
        secrets: [],
      },
    });
  });

  it("y02: without the app nobody knows what a part of a name finds", () => {
    const { asked, draft, notes } = imported(corpus("y02-env-grep-secrets.amplify.yml"));
    expect(asked).toEqual(["baked-names", "env:DB_HOST", "env:DB_USER"]);
    expect(notes).toEqual([
      "the build writes NEXT_PUBLIC_ variables into a .env file; get-app lists them, and so does git grep -oh 'NEXT_PUBLIC_[A-Z0-9_]*'",
      byHand("DB_HOST", "DB_USER", "DB_PASS", "NEXTAUTH_SECRET"),
    ]);
    const secrets = [
      { name: "db-host", env: "DB_HOST" },
      { name: "db-user", env: "DB_USER" },
      { name: "db-pass", env: "DB_PASS" },
      { name: "nextauth-secret", env: "NEXTAUTH_SECRET" },
    ];
    expect(draft).toEqual({
      ...NOTHING,
      values: { env: { NEXTAUTH_URL: "https://www.staging.example.org" }, secrets },
      build: { context: ".", packageManager: "npm", install: ["npm ci"], commands: ["npm run build"], secrets: [] },
      baked: ["DB_HOST", "DB_USER", "DB_PASS", "NEXTAUTH_SECRET", "NEXTAUTH_URL"],
      byHand: secrets,
    });
  });

  it("y02: with the app, -e DB_PASS finds every name that has it inside", () => {
    const { asked, draft } = imported({
      ...corpus("y02-env-grep-secrets.amplify.yml"),
      app: app({
        DB_HOST: "db.example.com",
        DB_PASSWORD: "canary-1",
        MY_DB_PASS: "canary-2",
        NEXTAUTH_URL: "https://www.example.com",
        NEXT_PUBLIC_NAME: "Shop",
      }),
    });
    expect(asked).toEqual([]);
    expect(draft.values).toEqual({
      env: { DB_HOST: "db.example.com", NEXTAUTH_URL: "https://www.example.com" },
      secrets: [
        { name: "db-password", env: "DB_PASSWORD" },
        { name: "my-db-pass", env: "MY_DB_PASS" },
      ],
    });
    expect(draft.baked).toEqual(["DB_HOST", "DB_PASSWORD", "MY_DB_PASS", "NEXTAUTH_URL", "NEXT_PUBLIC_NAME"]);
    expect(draft.buildArguments).toEqual([{ name: "NEXT_PUBLIC_NAME", value: "Shop" }]);
    expect(draft.ignored).toEqual([
      "y02-env-grep-secrets.amplify.yml: no variable of the console has DB_USER in it",
      "y02-env-grep-secrets.amplify.yml: no variable of the console has NEXTAUTH_SECRET in it",
    ]);
  });

  it("y03: variables under a key that Amplify does not have are in no running application", () => {
    const name = "y03-echo-lines-wrong-environment-key.amplify.yml";
    const result = imported(corpus(name));
    expect(result.asked).toEqual([]);
    expect(result.notes).toEqual([
      `${name}: frontend.environment is no key of a build spec (it is env), so NEXT_PUBLIC_API_BASE_URL, NEXT_PUBLIC_USER_POOL_ID, CACHE_BUSTER are not in the running application either`,
      "APP_AWS_REGION: no file says its value; env.APP_AWS_REGION is change-me until you do",
      "ERROR_TOPIC_ARN: no file says its value; env.ERROR_TOPIC_ARN is change-me until you do",
    ]);
    expect(result.draft).toEqual({
      ...NOTHING,
      values: { env: { APP_AWS_REGION: "change-me", ERROR_TOPIC_ARN: "change-me" } },
      build: {
        context: ".",
        packageManager: "npm",
        install: ["npm ci --prefer-offline"],
        commands: ["NODE_OPTIONS=--max-old-space-size=4096 npm run build"],
        secrets: [],
      },
      baked: ["APP_AWS_REGION", "ERROR_TOPIC_ARN"],
      ignored: [`${name}: frontend.environment (NEXT_PUBLIC_API_BASE_URL, NEXT_PUBLIC_USER_POOL_ID, CACHE_BUSTER)`],
    });
  });

  it("y04: what only previews run is left out, and the address is the application's own", () => {
    const result = imported(corpus("y04-branch-dependent-nextauth-url.amplify.yml"));
    expect(result.asked).toEqual(["build:translations:download"]);
    expect(result.notes).toEqual([]);
    expect(commands(result)["preBuild.commands[2]"]).toEqual({
      kind: "dropped",
      why: "a part for other branches or previews, which are not rebuilt here",
    });
    expect(result.draft).toEqual({
      ...NOTHING,
      values: { env: { NEXTAUTH_URL: "https://www.staging.example.org" } },
      build: {
        context: ".",
        packageManager: "yarn",
        node: ".tool-versions",
        install: ["yarn"],
        commands: ["yarn build:amplify"],
        secrets: [],
      },
      baked: ["NEXTAUTH_URL"],
    });
  });

  it("y04: a step that the image needs is built into it once somebody says so", () => {
    const answers = { "build:translations:download": "in-image" };
    const { draft } = imported(corpus("y04-branch-dependent-nextauth-url.amplify.yml"), answers);
    expect(draft.build.commands).toEqual(["yarn translations:download", "yarn build:amplify"]);
  });

  it("y06: what is decrypted into the file has names that nobody can read off", () => {
    const { asked, draft, notes } = imported(corpus("y06-dotenvx-everything.amplify.yml"));
    expect(asked).toEqual(["baked-names"]);
    expect(notes).toEqual([
      "dotenvx decrypts files of the repository: DOTENV_PRIVATE_KEY is a secret, and whoever has it and the repository has all that is in them",
      byRoot("apps/web"),
      needed("DOTENV_PRIVATE_KEY"),
    ]);
    expect(draft).toEqual({
      ...NOTHING,
      build: {
        context: ".",
        appRoot: "apps/web",
        packageManager: "pnpm",
        install: ["cd apps/web && pnpm install"],
        commands: ["cd apps/web && pnpm run build"],
        secrets: [{ name: "DOTENV_PRIVATE_KEY", neededBy: "build" }],
      },
      pipeline: {
        ...NOTHING.pipeline,
        dockerfile:
          "RUN --mount=type=secret,id=dotenv-private-key,env=DOTENV_PRIVATE_KEY,required=true \\\n    cd apps/web && pnpm run build\n",
      },
    });
  });

  it("y06: the names that somebody says become variables and secrets", () => {
    const answers = { "baked-names": "MAIL_REGION, SMTP_PASSWORD,NEXT_PUBLIC_X" };
    const { draft } = imported(corpus("y06-dotenvx-everything.amplify.yml"), answers);
    expect(draft.values).toEqual({
      env: { MAIL_REGION: "change-me" },
      secrets: [{ name: "smtp-password", env: "SMTP_PASSWORD" }],
    });
    expect(draft.buildArguments).toEqual([{ name: "NEXT_PUBLIC_X" }]);
    expect(draft.baked).toEqual(["MAIL_REGION", "SMTP_PASSWORD", "NEXT_PUBLIC_X"]);
  });

  it("y07: a parameter is copied by its name, and a doubtful one is asked about", () => {
    const { asked, decisions, draft, notes } = imported(corpus("y07-ssm-get-parameter.amplify.yml"));
    expect(asked).toEqual(["secret:SUPABASE_SERVICE_KEY"]);
    expect(decisions[0]?.asks).toBe(
      "Is the running value of SUPABASE_SERVICE_KEY what you think? The build fetches it from AWS, and without --output text the value has quotes around it; without --with-decryption a SecureString is its ciphertext; its name in AWS hangs on what no file says.",
    );
    expect(notes).toEqual([byHand("SUPABASE_SERVICE_KEY")]);
    expect(draft).toEqual({
      ...NOTHING,
      values: {
        secrets: [
          { name: "supabase-service-key", env: "SUPABASE_SERVICE_KEY" },
          { name: "notion-token", env: "NOTION_TOKEN" },
        ],
      },
      aws: {
        ...NOTHING.aws,
        secrets: [{ from: "parameterStore", name: "/amplify/d1a2b3c4example/main/NOTION_TOKEN", to: "notion-token" }],
      },
      build: { context: ".", packageManager: "npm", install: ["npm ci"], commands: ["npm run build"], secrets: [] },
      baked: ["SUPABASE_SERVICE_KEY", "NOTION_TOKEN"],
      byHand: [{ name: "supabase-service-key", env: "SUPABASE_SERVICE_KEY" }],
    });
  });

  it("y07: the name that somebody says is copied", () => {
    const answers = { "secret:SUPABASE_SERVICE_KEY": "/app/service-key" };
    const { draft } = imported(corpus("y07-ssm-get-parameter.amplify.yml"), answers);
    expect(draft.byHand).toEqual([]);
    expect(draft.aws.secrets[0]).toEqual({
      from: "parameterStore",
      name: "/app/service-key",
      to: "supabase-service-key",
    });
  });

  it("y08: a registry's token is a mounted secret of the install", () => {
    const { asked, draft, notes } = imported(corpus("y08-private-registry-token.amplify.yml"));
    expect({ asked, notes }).toEqual({ asked: [], notes: [byRoot("apps/supplier"), needed("GITHUB_TOKEN")] });
    expect(draft).toEqual({
      ...NOTHING,
      build: {
        context: ".",
        appRoot: "apps/supplier",
        packageManager: "pnpm@8.15.4",
        install: ["pnpm install"],
        commands: ["cd packages/contracts && pnpm run build", "cd apps/supplier && pnpm run build"],
        secrets: [{ name: "GITHUB_TOKEN", neededBy: "install" }],
      },
      pipeline: {
        ...NOTHING.pipeline,
        dockerfile: "RUN --mount=type=secret,id=github-token,env=GITHUB_TOKEN,required=true \\\n    pnpm install\n",
      },
    });
  });

  it("y10: an Amplify backend is a question of the highest rank, and tests move to CI", () => {
    const result = imported(corpus("y10-amplify-backend-gen2-and-tests.amplify.yml"));
    expect(result.asked).toEqual(["backend"]);
    expect(result.decisions[0]?.risk).toBe("access lost");
    expect(result.draft).toEqual({ ...NOTHING, build: { ...NOTHING.build, commands: ["npm run build"] } });
    const tests = Object.entries(fates(result)).filter(([path]) => path.startsWith("test."));
    expect(new Set(tests.map(([, fate]) => fate))).toEqual(new Set(["dropped"]));
  });

  it("y11: rules of a build spec had no effect, and headers there are asked about", () => {
    const name = "y11-rules-and-headers-that-amplify-ignores.amplify.yml";
    const { asked, draft, notes } = imported(corpus(name));
    expect(asked).toEqual(["headers:build-spec"]);
    expect(notes).toEqual([
      "the build prints .env.production into its log: whoever reads Amplify's logs has read what stood there",
      "the build writes NEXT_PUBLIC_ variables into a .env file; get-app lists them, and so does git grep -oh 'NEXT_PUBLIC_[A-Z0-9_]*'",
      byRoot("frontend"),
    ]);
    expect(draft).toEqual({
      ...NOTHING,
      build: { ...NOTHING.build, appRoot: "frontend", commands: ["cd frontend && npm run build"] },
      ignored: [`${name}: customRules`],
    });
    expect(imported(corpus(name), { "headers:build-spec": "carry" }).draft.nextConfig.fragment).toBe(
      [
        "  async headers() {",
        "    return [",
        "      {",
        '        source: "/:path*",',
        "        headers: [",
        '          { key: "X-Frame-Options", value: "DENY" },',
        "        ],",
        "      },",
        "    ];",
        "  },",
        "",
      ].join("\n"),
    );
  });

  it("y12: what the build installs besides package.json is said, with the version of Node", () => {
    const { asked, draft, notes } = imported(corpus("y12-legacy-npm-sharp.amplify.yml"));
    expect(asked).toEqual([]);
    expect(notes).toEqual([
      "the build installed sharp besides what package.json says: put it there, for the image",
      "the build installed typescript besides what package.json says: put it there, for the image",
    ]);
    expect(draft).toEqual({
      ...NOTHING,
      build: {
        context: ".",
        packageManager: "npm",
        node: "20",
        install: [
          "npm ci --ignore-scripts --cache .npm --prefer-offline --legacy-peer-deps",
          "npm install sharp@^0.33.5 typescript@^5.5.4 --legacy-peer-deps",
        ],
        commands: ["npm run build"],
        secrets: [],
      },
    });
  });
});

describe("what a build writes into .env files", () => {
  const variables = { API_URL: "https://api.example.com", DB_PASS: "canary", OTHER: "1" };
  it.each([
    ["env | grep -e '^API_' >> .env", ["API_URL"]],
    ["printenv | grep -E '^(API|DB)_' | sort > .env.production", ["API_URL", "DB_PASS"]],
    ["env | grep -v DB_ | grep _URL >> apps/web/.env.local", ["API_URL"]],
    ["env | grep -i api_url | tee -a .env.production", ["API_URL"]],
    ["env | grep 'API_\\|DB_' >> .env", ["API_URL", "DB_PASS"]],
    ["env >> .env.production", ["API_URL", "DB_PASS", "OTHER"]],
    ["printf 'A=%s\\nB=%s\\n' \"$OTHER\" 2 > .env", ["A", "B"]],
    ["cat <<EOF > .env.production\nDB_PASS=$DB_PASS\n# said\nC=3\nEOF", ["DB_PASS", "C"]],
    ["env | grep API_ > .env.example", []],
    ["export SHELL_URL=https://x.example.com && env | grep SHELL_ > .env", ["SHELL_URL"]],
  ])("%j writes %j", (command, baked) => {
    const { asked, draft } = imported(spec([command], { app: app(variables) }));
    expect({ asked, baked: draft.baked }).toEqual({ asked: [], baked });
  });

  it.each([
    "env | awk '/API/' >> .env",
    "env | grep -f names.txt >> .env",
    "node scripts/env.js > .env.production",
    "cp .env.staging .env.production",
    "aws secretsmanager get-secret-value --secret-id app | jq -r 'to_entries' >> .env",
    "echo $SETTINGS >> .env",
  ])("%j is asked about, as its names are unknown", (command) => {
    expect(imported(spec([command], { app: app(variables) })).asked).toEqual(["baked-names"]);
  });

  it("a part for another branch counts for that branch alone", () => {
    const command =
      'if [ "$AWS_BRANCH" = "main" ]; then echo "A_REGION=us-east-1" >> .env; else echo "B_REGION=us-east-1" >> .env; fi';
    const baked = (branch: string) => imported(spec([command]), {}, { branch }).draft.baked;
    expect([baked("main"), baked("staging")]).toEqual([["A_REGION"], ["B_REGION"]]);
  });

  it("behind a condition that nobody can judge has names, and no value", () => {
    const command =
      'if [ "$AWS_BRANCH" = "main" ]; then echo "MODE=canary" >> .env; B=1; else echo "MODE=dev" >> .env; echo K_PASS=$(aws ssm get-parameter --name /k --output text --with-decryption) >> .env; fi';
    const { asked, draft, decisions } = imported(spec([command]));
    expect(asked).toEqual(["build:condition", "env:MODE", "secret:K_PASS"]);
    expect(draft).toEqual({
      ...NOTHING,
      values: {
        secrets: [
          { name: "mode", env: "MODE" },
          { name: "k-pass", env: "K_PASS" },
        ],
      },
      baked: ["MODE", "K_PASS"],
      byHand: [
        { name: "mode", env: "MODE" },
        { name: "k-pass", env: "K_PASS" },
      ],
    });
    expect(decisions.at(-1)?.asks).toBe(
      "Is the running value of K_PASS what you think? The build fetches it from AWS, and it stands behind a condition that nobody can judge here.",
    );
  });

  it("a secret of Secrets Manager keeps its key, and a name that ends in six letters", () => {
    const command =
      'echo "DB_PASS=$(aws secretsmanager get-secret-value --secret-id app/db-AbCdEf --query SecretString --output text | jq -r .password)" >> .env';
    expect(imported(spec([command])).draft.aws.secrets).toEqual([
      { from: "secretsManager", name: "app/db-AbCdEf", key: "password", to: "db-pass" },
    ]);
  });
});

describe("what a build sets for its programs", () => {
  it("is a mounted secret where it is one, and its value in the file is to be replaced", () => {
    const result = imported(spec(["export SENTRY_AUTH_TOKEN=canary", "npm run build"]));
    expect({ asked: result.asked, notes: result.notes, draft: result.draft }).toEqual({
      asked: [],
      notes: [
        "SENTRY_AUTH_TOKEN: its value stands in amplify.yml, for everybody who reads that: give it a new one",
        needed("SENTRY_AUTH_TOKEN"),
      ],
      draft: {
        ...NOTHING,
        build: {
          ...NOTHING.build,
          commands: ["npm run build"],
          secrets: [{ name: "SENTRY_AUTH_TOKEN", neededBy: "build" }],
        },
        pipeline: {
          ...NOTHING.pipeline,
          dockerfile:
            "RUN --mount=type=secret,id=sentry-auth-token,env=SENTRY_AUTH_TOKEN,required=true \\\n    npm run build\n",
        },
      },
    });
    expect(commands(result)["build.commands[0]"]).toEqual({
      kind: "mapped",
      to: "a secret of the image's build: SENTRY_AUTH_TOKEN",
    });
  });

  it("is a build argument where browsers get it, and asked about where nothing tells", () => {
    const files = spec([
      "export NEXT_PUBLIC_NAME=Shop CI=true APP_MODE=production",
      "LOOSE=1",
      "X_MODE=dev yarn build",
    ]);
    const result = imported(files);
    expect({ asked: result.asked, draft: result.draft.buildArguments }).toEqual({
      asked: ["build:APP_MODE", "build:X_MODE"],
      draft: [{ name: "NEXT_PUBLIC_NAME", value: "Shop" }],
    });
    expect(commands(result)["build.commands[1]"]).toEqual({
      kind: "dropped",
      why: "nothing uses LOOSE: no command names it, and it is not exported",
    });
    expect(imported(files, { "build:APP_MODE": "run-time", "build:X_MODE": "not-needed" }).draft.values).toEqual({
      env: { APP_MODE: "production" },
    });
  });

  it.each([
    ["NODE_OPTIONS=--max-old-space-size=6144 yarn build", "NODE_OPTIONS=--max-old-space-size=6144 yarn build"],
    ["NODE_OPTIONS='--a=1 --b' yarn build", 'NODE_OPTIONS="--a=1 --b" yarn build'],
    ["cross-env NODE_OPTIONS=--a=1 next build", "NODE_OPTIONS=--a=1 next build"],
    ["env CI=false yarn build", "yarn build"],
  ])("%s keeps what the image's build needs too", (command, says) => {
    const result = imported(spec([command]));
    expect({ asked: result.asked, commands: result.draft.build.commands }).toEqual({ asked: [], commands: [says] });
    expect(commands(result)["build.commands[0]"]).toEqual({ kind: "mapped", to: `the image's build: ${says}` });
  });
});

describe("a file that a build makes out of what it prints", () => {
  it.each([
    ["echo $JSON | base64 -d > key.json", "build:key.json", "echo … | base64 -d > key.json"],
    ["cat <<EOF > config/app.json\n{}\nEOF", "build:app.json", "cat <<… > config/app.json"],
    ["date | tee public/built.txt", "build:built.txt", "date | tee public/built.txt"],
  ])("%j is asked about, and in the image once somebody says so", (command, id, says) => {
    expect(imported(spec([command])).asked).toEqual([id]);
    expect(imported(spec([command]), { [id]: "in-image" }).draft.build.commands).toEqual([says]);
  });

  it.each(["echo x > /dev/null", "env | sort > build.log", "echo $A | base64 -d", "date"])("%j is none", (command) => {
    expect(imported(spec([command])).asked).toEqual([]);
  });

  it("is told from a command that something is printed into", () => {
    expect(imported(spec(["echo y | curl -T - https://example.com"])).asked).toEqual(["build:curl"]);
  });
});

describe("a variable made of others", () => {
  it("is a secret where one of them is, and what nobody knows where one is unknown", () => {
    const files = spec(["export SHORT=$DB_PASS", 'echo "A_REGION=$SHORT" >> .env', "echo B_URL=$NOBODY >> .env"], {
      app: app({ DB_PASS: "123", B_URL: "https://old.example.com" }),
    });
    const { asked, draft } = imported(files);
    expect({ asked, env: draft.values.env, secrets: draft.values.secrets?.map((secret) => secret?.env) }).toEqual({
      asked: ["env:B_URL"],
      env: undefined,
      secrets: ["DB_PASS", "B_URL", "A_REGION"],
    });
  });

  it("whose name differs in capitals alone has a name of its own in the vault", () => {
    const { draft } = imported({ app: app({ MY_KEY: "a", my_key: "b" }) });
    expect(draft.values.secrets).toEqual([
      { name: "my-key", env: "MY_KEY" },
      { name: "my-key--2", env: "my_key" },
    ]);
  });
});

describe("a key that nobody knows", () => {
  it("is asked about, and does not vanish", () => {
    const buildSpec = file(
      "version: 1\nfrontend:\n  runtime: edge\n  phases:\n    install:\n      commands: [x]\nextra: 1\n",
    );
    expect(imported({ buildSpec }).asked).toEqual([
      "amplify.yml:frontend.runtime",
      "amplify.yml:frontend.phases.install.commands[]",
      "amplify.yml:extra",
    ]);
  });
});
