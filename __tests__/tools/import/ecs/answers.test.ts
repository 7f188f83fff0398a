import { describe, expect, it } from "vitest";
import { convertFile, convertJson } from "../../../support/import/ecs";

const FILE = "file.json";
const IMAGE = "111122223333.dkr.ecr.us-east-1.amazonaws.com/shop:1";
const APP = {
  name: "app",
  image: IMAGE,
  portMappings: [{ containerPort: 8080 }],
  readonlyRootFilesystem: true,
  healthCheck: { command: ["CMD", "curl", "-f", "http://localhost:8080/healthz"] },
};
const task = (container: object, around: object = {}, others: readonly object[] = []) => ({
  family: "shop",
  cpu: "512",
  memory: "1024",
  ...around,
  containerDefinitions: [{ ...APP, ...container }, ...others],
});
const variable = (name: string, value: string) => ({ environment: [{ name, value }] });
const secret = (name: string, valueFrom: string) => ({ secrets: [{ name, valueFrom }] });
const ARN = "arn:aws:secretsmanager:us-east-1:111122223333:secret";

const convert = (json: unknown, answers: Readonly<Record<string, string>> = {}) => convertJson(json, FILE, { answers });

describe("an answer changes what is written:", () => {
  it("a variable that looks like a secret goes to the vault, stays, or is left out", () => {
    const json = task(variable("AGENT_TOKEN", "0123456789abcdef"));
    const valuesOf = (answer?: string) => {
      const { env, secrets } = convert(json, answer === undefined ? {} : { "env:AGENT_TOKEN": answer }).draft.values;
      return { env, secrets };
    };
    expect(valuesOf()).toEqual({ env: undefined, secrets: undefined });
    expect(valuesOf("plain")).toEqual({ env: { AGENT_TOKEN: "0123456789abcdef" }, secrets: undefined });
    expect(valuesOf("secret")).toEqual({ env: undefined, secrets: [{ name: "agent-token", env: "AGENT_TOKEN" }] });
  });

  it("what has the look of a secret cannot be called plain", () => {
    const json = task(variable("DATABASE_URL", "postgres://shop:0123456789@db.example.com/shop"));
    const { draft, faults } = convert(json, { "env:DATABASE_URL": "plain" });
    expect(faults).toEqual(["env:DATABASE_URL: its answer must be secret"]);
    expect(draft.values.env).toBeUndefined();
  });

  it("what is built into the pages is left out of the variables", () => {
    const json = task(variable("NEXT_PUBLIC_ENV", "production"));
    expect(convert(json).draft.values.env).toEqual({ NEXT_PUBLIC_ENV: "production" });
    expect(convert(json, { "env:NEXT_PUBLIC_ENV": "build" }).draft.values.env).toBeUndefined();
  });

  it("a host inside the VPC gets the name that it has now", () => {
    const json = task(variable("DB_HOST", "shop.abc.us-east-1.rds.amazonaws.com"));
    const { draft } = convert(json, { "env:DB_HOST": "shop.postgres.database.azure.com" });
    expect(draft.values.env).toEqual({ DB_HOST: "shop.postgres.database.azure.com" });
  });

  it("a secret whose tail may be its own is cut only when somebody says so", () => {
    const json = task(secret("DB", `${ARN}:shop/db-secret`));
    const nameOf = (answers: Record<string, string>) =>
      convert(json, answers).draft.aws.secrets.map(({ name }) => name);
    expect(nameOf({})).toEqual(["shop/db-secret"]);
    expect(nameOf({ "secret:shop/db-secret": "whole" })).toEqual(["shop/db-secret"]);
    expect(nameOf({ "secret:shop/db-secret": "cut" })).toEqual(["shop/db"]);
  });

  it("a parameter is a secret, or a variable with the value that somebody gives", () => {
    const json = task(secret("BUCKET", "/shop/bucket"));
    const plain = convert(json, { "secret:BUCKET": "plain:shop-files" }).draft;
    expect([plain.values.env, plain.aws.secrets]).toEqual([{ BUCKET: "shop-files" }, []]);
    const kept = convert(json, { "secret:BUCKET": "secret" }).draft;
    expect([kept.values.secrets, kept.aws.secrets]).toEqual([
      [{ name: "shop-bucket", env: "BUCKET" }],
      [{ from: "parameterStore", name: "/shop/bucket", to: "shop-bucket" }],
    ]);
  });

  it("two secrets of one name in the vault get two", () => {
    const { draft } = convertFile("40-same-image-server-worker-cron.json", {
      answers: { "secret:db_url": "mono-url-2" },
    });
    expect(draft.values.secrets).toEqual([
      { name: "mono-database-url", env: "DATABASE_URL" },
      { name: "mono-url-2", env: "db_url" },
    ]);
  });

  it.each(["PORT", "AWS_ROLE_ARN", "data"])("the name of a variable is none that is taken: %s", (answer) => {
    const { draft, faults } = convertFile("10-describe-wrapper-bridge-dynamic-ports.json", {
      answers: { "secret:secret-env-1": answer, "secret:secret-env-2": "MY_SECRET" },
    });
    expect([draft.values.secrets, faults]).toEqual([
      [{ name: "web-settings-first" }, { name: "web-settings-second", env: "MY_SECRET" }],
      ["secret:secret-env-1: its answer must be file, or a name such as MY_NAME that no other variable has"],
    ]);
  });

  it("folders that the application writes become volumes", () => {
    const json = task({ readonlyRootFilesystem: false });
    const volumesOf = (answer: string) => convert(json, { "writable-folders": answer }).draft.values.volumes;
    expect(volumesOf("none")).toEqual([{ path: "/tmp", size: "1Gi" }]);
    expect(volumesOf("/app/cache /var/run/app /usr/libx /dev/shm")).toEqual(
      ["/tmp", "/app/cache", "/var/run/app", "/usr/libx", "/dev/shm"].map((path) => ({ path, size: "1Gi" })),
    );
  });

  it.each(["/etc", "/app/cache /mnt/secrets/x", "/proc/x /app", "/app/../x", "/app/", "/usr/lib"])(
    "folders are none of those that a pod needs: %s",
    (answer) => {
      const { draft, faults } = convert(task({ readonlyRootFilesystem: false }), { "writable-folders": answer });
      expect([draft.values.volumes, faults]).toEqual([
        [{ path: "/tmp", size: "1Gi" }],
        ["writable-folders: its answer must be none, or folders such as /app/cache /var/run/app, none of the system's"],
      ]);
    },
  );

  it("a container of another image runs beside the server by its digest", () => {
    const digest = `sha256:${"a".repeat(64)}`;
    const { draft, ids } = convertFile("10-describe-wrapper-bridge-dynamic-ports.json", {
      answers: { "container:exporter": digest },
    });
    expect(draft.values.sidecars).toEqual({
      exporter: {
        image: { repository: "exporter", digest },
        port: 9100,
        resources: { requests: { cpu: "146m", memory: "150Mi" }, limits: { memory: "150Mi" } },
      },
    });
    expect(ids).toContain("container:exporter");
  });

  it("sidecars and consumers have names of their own, whatever their containers are called", () => {
    const beside = (name: string, command: string) => ({ name, image: IMAGE, memory: 64, command: [command] });
    const others = [
      ...[beside("mail_out", "a"), beside("mail-out", "b")],
      ...["shop", "x_y", "x-y"].map((name) => ({ name, image: "x:1", memory: 64 })),
    ];
    const digest = `sha256:${"a".repeat(64)}`;
    const answers = { "container:shop": digest, "container:x_y": digest, "container:x-y": digest };
    const { consumers = {}, sidecars = {} } = convert(task({}, {}, others), answers).draft.values;
    expect(Object.entries(consumers).map(([name, { args } = {}]) => [name, args])).toEqual([
      ["mail-out", ["a"]],
      ["mail-out-2", ["b"]],
    ]);
    expect(Object.keys(sidecars)).toEqual(["shop-2", "x-y", "x-y-2"]);
  });

  it("a folder to start in that the chart does not take is said anew", () => {
    const json = task({ workingDirectory: "../my app" });
    const dirOf = (answers: Readonly<Record<string, string>>) => convert(json, answers).draft.values.workingDir;
    expect(convert(json).ids).toEqual(["working-dir:app"]);
    expect([dirOf({}), dirOf({ "working-dir:app": "image" }), dirOf({ "working-dir:app": "/srv/app" })]).toEqual([
      undefined,
      undefined,
      "/srv/app",
    ]);
    expect(convert(task({ workingDirectory: "/srv/" })).draft.values.workingDir).toBe("/srv");
  });

  it("a sidecar that the server waits for starts first and shares its folders", () => {
    const digest = `sha256:${"b".repeat(64)}`;
    const sidecar = {
      name: "cache-warmer",
      image: "registry.example.com/tools/warmer:2",
      cpu: 128,
      memory: 128,
      entryPoint: ["/warm"],
      command: ["--all"],
      workingDirectory: "/srv/",
      environment: [{ name: "LEVEL", value: "info" }],
      mountPoints: [
        { sourceVolume: "cache", containerPath: "/out/" },
        { sourceVolume: "own", containerPath: "/scratch" },
      ],
      healthCheck: { command: ["CMD-SHELL", "test -f /out/ready"], interval: 10 },
    };
    const json = task(
      {
        mountPoints: [{ sourceVolume: "cache", containerPath: "/var/cache/app" }],
        dependsOn: [{ containerName: "cache-warmer", condition: "HEALTHY" }],
      },
      { volumes: [{ name: "cache" }, { name: "own" }] },
      [sidecar],
    );
    const { draft } = convert(json, { "container:cache-warmer": digest });
    const command = ["/bin/sh", "-c", "test -f /out/ready"];
    expect(draft.values.sidecars).toEqual({
      "cache-warmer": {
        image: { repository: "third-party/tools/warmer", digest },
        command: ["/warm"],
        args: ["--all"],
        workingDir: "/srv",
        env: { LEVEL: "info" },
        startsFirst: true,
        probes: {
          startup: { command, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
          liveness: { command, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
        },
        volumes: [{ path: "/scratch", size: "1Gi" }],
        mounts: [{ volume: "/var/cache/app", path: "/out" }],
        resources: { requests: { cpu: "125m", memory: "128Mi" }, limits: { memory: "128Mi" } },
      },
    });
    // The server has what the sidecar leaves of the task.
    expect(draft.values.resources).toEqual({ requests: { cpu: "375m", memory: "896Mi" }, limits: { memory: "896Mi" } });
  });

  it("a server in work's clothes says its port next", () => {
    const json = { family: "shop", cpu: "256", memory: "512", containerDefinitions: [{ name: "app", image: IMAGE }] };
    expect(convert(json).ids).toContain("kind");
    expect(convert(json, { kind: "server" }).ids).toContain("port");
    expect(convert(json, { kind: "server", port: "8080" }).draft.values.port).toBe(8080);
    expect(convert(json, { kind: '["node","worker.js"]' }).draft.values.consumers).toEqual({
      app: {
        command: ["node", "worker.js"],
        replicas: 1,
        resources: { requests: { cpu: "250m", memory: "512Mi" }, limits: { memory: "512Mi" } },
      },
    });
  });
});

describe("a template", () => {
  const optionsOf = (json: unknown) => convert(json).decisions.find(({ id }) => id === "template")?.options.length;

  it("is no answer away from an application as long as its image or a secret is a placeholder", () => {
    expect([optionsOf(task({ image: "<IMAGE>" })), optionsOf(task(secret("DB", "{{ DB_ARN }}")))]).toEqual([0, 0]);
    const { decisions, faults } = convert(task({ image: "<IMAGE>" }), { template: "accepted" });
    expect(decisions.find(({ id }) => id === "template")).not.toHaveProperty("answer");
    expect(faults).toEqual(["template: its answer must be absent: no answer settles it"]);
  });

  it("may be accepted where nothing vital is one", () => {
    expect(optionsOf(task({}, { family: "shop-{{ STAGE }}" }))).toBe(1);
  });
});

describe("the application's container", () => {
  const other = { ...APP, name: "other", image: `${IMAGE}-other`, portMappings: [{ containerPort: 9090 }] };

  it("is a question when two could be it, and the other one then runs beside it", () => {
    const json = task({}, {}, [other]);
    expect(convert(json).ids).toEqual(["container", "container:other"]);
    const { draft, ids } = convert(json, { container: "other" });
    expect([ids, draft.values.port]).toEqual([["container", "container:app", "probe:path"], 9090]);
  });

  it("is never a proxy that waits for another one, nor what keeps data", () => {
    const front = { ...other, image: "nginx:1", dependsOn: [{ containerName: "app", condition: "HEALTHY" }] };
    const redis = { name: "store", image: "redis:7", portMappings: [{ containerPort: 6379 }] };
    expect(convert(task({}, {}, [front, redis])).ids).toEqual(["container:other", "container:store"]);
    expect(convert(task({}, {}, [front, redis])).draft.values.port).toBe(8080);
  });

  it("listens on no port of an application that is listed as a worker", () => {
    const { ids } = convertJson(task({}), FILE, { application: "jobs" });
    expect(ids).toEqual(["kind"]);
  });

  it("has nothing beside it when it is work", () => {
    const { decisions } = convert(
      task({ portMappings: [], command: ["work"], healthCheck: undefined }, {}, [{ ...other, portMappings: [] }]),
      {
        container: "app",
      },
    );
    expect(decisions.map(({ id, options }) => [id, options.length])).toEqual([
      ["container", 2],
      ["container:other", 1],
    ]);
  });
});

describe("without an answer", () => {
  it("a secret among the words of a container stays out of the draft", () => {
    const json = task({ command: ["serve", "--url=postgres://shop:0123456789@db.example.com/shop"] });
    const { draft, ids } = convert(json);
    expect(ids).toContain("words:app");
    expect(draft.values.args).toBeUndefined();
    expect(convert(json, { "words:app": "plain" }).draft.values.args).toHaveLength(2);
  });

  it("words, and what a shell expands in them, stay as they are", () => {
    const command = ["sh", "-c", "exec serve --ip=$(hostname -i) --to=${X} --price=$$5 $(NAME)"];
    expect(convert(task({ command })).draft.values.args).toEqual(command);
  });
});

describe("what else was given counts:", () => {
  it("the text of an env file, below the task's own variables and the first file over the second", () => {
    const files = ["one", "two"].map((name) => ({ type: "s3", value: `arn:aws:s3:::shop/${name}.env` }));
    const envFiles = new Map([
      ["one.env", "# a comment\nLEVEL=debug\nMODE=one\nTOKEN_TTL=60\r\n\nAPI_TOKEN=0123456789abcdef\n"],
      ["two.env", "MODE=two\nREGION = eu\n"],
    ]);
    const { draft, ids, rows } = convertJson(task({ ...variable("LEVEL", "info"), environmentFiles: files }), FILE, {
      envFiles,
    });
    expect(draft.values.env).toEqual({ LEVEL: "info", MODE: "one", TOKEN_TTL: "60", REGION: " eu" });
    expect(ids).toEqual(["env:API_TOKEN"]);
    expect(JSON.stringify([rows, draft])).not.toContain("0123456789abcdef");
  });

  it("what AWS says of a secret and of a parameter", () => {
    const json = task({
      secrets: [
        { name: "DB", valueFrom: `${ARN}:shop/db-secret-aBcDeF` },
        { name: "KEY", valueFrom: "/shop/key" },
        { name: "BUCKET", valueFrom: "/shop/bucket" },
        { name: "GONE", valueFrom: "/shop/gone" },
      ],
    });
    const known = new Map([
      [`${ARN}:shop/db-secret-aBcDeF`, { type: "secret", name: "shop/db-secret" } as const],
      ["/shop/key", { type: "SecureString", name: "/shop/key" } as const],
      ["/shop/bucket", { type: "String", name: "/shop/bucket" } as const],
      ["/shop/gone", { type: "missing", name: "/shop/gone" } as const],
    ]);
    const { draft, ids } = convertJson(json, FILE, { known });
    expect(draft.aws.secrets).toEqual([
      { from: "secretsManager", name: "shop/db-secret", to: "shop-db-secret" },
      { from: "parameterStore", name: "/shop/key", to: "shop-key" },
    ]);
    expect(ids).toEqual(["secret:BUCKET", "secret:GONE"]);
  });

  it("the service: its container and port, what it asks, and how long it drains", () => {
    const service = {
      values: { replicas: 3 },
      permissions: [{ actions: ["sqs:SendMessage"], resources: ["arn:aws:sqs:us-east-1:111122223333:orders"] }],
      callees: [],
      callers: [{ name: "shop.local", by: "Cloud Map" }],
      behind: { container: "front", port: 9090 },
      readiness: { path: "/ready", periodSeconds: 15 },
      startupSeconds: 120,
      drainSeconds: 300,
    };
    const front = {
      ...APP,
      name: "front",
      image: `${IMAGE}-front`,
      portMappings: [{ containerPort: 9090 }, { containerPort: 9091 }],
    };
    const { draft, ids } = convertJson(
      task({ essential: false }, { taskRoleArn: "arn:aws:iam::1:role/x" }, [front]),
      FILE,
      { service },
    );
    expect(ids).toEqual(["container:app", "port:others", "probe:path"]);
    expect(draft.values).toMatchObject({
      port: 9090,
      replicas: 3,
      shutdown: { graceSeconds: 320 },
      probes: { startup: { periodSeconds: 30, failureThreshold: 4 }, readiness: { path: "/ready", periodSeconds: 15 } },
    });
    expect([draft.aws.permissions, draft.callers]).toEqual([service.permissions, service.callers]);
  });
});

describe("what is in another place of AWS", () => {
  it.each([
    ["another region", "arn:aws:secretsmanager:eu-west-1:111122223333:secret:shop/db-Ab12Cd"],
    ["another account", "arn:aws:secretsmanager:us-east-1:999999999999:secret:shop/db-Ab12Cd"],
    ["another version", `${ARN}:shop/db-Ab12Cd:url:AWSPREVIOUS:`],
    ["an ARN that was cut off", `${ARN}:shop/db-Ab12Cd:url`],
  ])("is a question, and no secret: %s", (_, valueFrom) => {
    const { draft, ids } = convert(task(secret("DB", valueFrom)));
    expect([ids, draft.aws.secrets, draft.values.secrets]).toEqual([["secret:DB"], [], undefined]);
  });

  it("as an image is a question too", () => {
    const image = "999999999999.dkr.ecr.us-east-1.amazonaws.com/shop:1";
    const { draft, ids } = convert(task({ image }));
    expect([ids, draft.aws.ecr]).toEqual([["image"], undefined]);
  });
});

describe("what is not said on ECS", () => {
  it("is a row of the report that says what follows", () => {
    const { rows } = convert({
      ...task({}),
      containerDefinitions: [{ name: "app", image: IMAGE, portMappings: [{ containerPort: 8080 }] }],
    });
    const absent = rows.filter(({ isAbsent }) => isAbsent).map(({ fate, path }) => `${path}: ${fate.kind}`);
    expect(absent.sort()).toEqual([
      "containerDefinitions[app].healthCheck: decision",
      "containerDefinitions[app].memoryReservation: defaulted",
      "containerDefinitions[app].readonlyRootFilesystem: decision",
      "containerDefinitions[app].stopTimeout: defaulted",
      "containerDefinitions[app].user: defaulted",
      "taskRoleArn: defaulted",
    ]);
  });
});

describe("a heap", () => {
  it.each([
    ["--max-old-space-size=800", 1],
    ["--max-old-space-size=700", 0],
    ["-Xmx1g", 1],
    ["-Xmx512m", 0],
  ])("of %s under a limit of 1024 MiB is worth a note or not", (option, count) => {
    const { notes } = convert(task(variable("OPTIONS", option)));
    expect(notes.filter((note) => note.includes("may grow a heap"))).toHaveLength(count);
  });
});

describe("quantities of ECS", () => {
  it.each([
    ["256", "512", "250m", "512Mi"],
    [".5 vCPU", "0.5GB", "500m", "512Mi"],
    ["1 vCPU", "2 GB", "1", "2048Mi"],
    ["4096", "30 GB", "4", "30720Mi"],
  ])("of a whole task, %s and %s, are the application's", (cpu, memory, asked, limit) => {
    expect(convert(task({}, { cpu, memory })).draft.values.resources).toEqual({
      requests: { cpu: asked, memory: limit },
      limits: { memory: limit },
    });
  });
});
