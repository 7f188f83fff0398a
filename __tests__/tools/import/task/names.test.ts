import { describe, expect, it } from "vitest";
import { convertJson } from "../../../support/import/ecs";

const ARN = "arn:aws:secretsmanager:us-east-1:111122223333:secret";
const task = (container: object) => ({
  family: "shop",
  cpu: "512",
  memory: "1024",
  containerDefinitions: [
    {
      name: "app",
      image: "111122223333.dkr.ecr.us-east-1.amazonaws.com/shop:1",
      portMappings: [{ containerPort: 8080 }],
      readonlyRootFilesystem: true,
      healthCheck: { command: ["CMD", "curl", "-f", "http://localhost:8080/healthz"] },
      ...container,
    },
  ],
});
const convert = (container: object, answers: Readonly<Record<string, string>> = {}) =>
  convertJson(task(container), "file.json", { answers });
const variables = (names: readonly string[]) => names.map((name) => ({ name, value: `of ${name}` }));

describe("a name that somebody gives", () => {
  it("to a variable is none that another variable or secret has", () => {
    const container = {
      environment: variables(["my.name", "your.name", "BOOL"]),
      secrets: [{ name: "KEY", valueFrom: `${ARN}:shop/key-a1B2c3` }],
    };
    const taken = "must be none, or a name such as MY_NAME that no other variable has";
    for (const name of ["BOOL", "KEY"]) {
      const { draft, faults } = convert(container, { "env:my.name": name, "env:your.name": "YOURS" });
      expect(draft.values.env).toEqual({ BOOL: "of BOOL", YOURS: "of your.name" });
      expect(faults).toEqual([`env:my.name: its answer ${taken}`]);
    }
    const twice = convert(container, { "env:my.name": "MINE", "env:your.name": "MINE" });
    expect(twice.draft.values.env).toEqual({ BOOL: "of BOOL", MINE: "of my.name" });
    expect(twice.faults).toEqual([`env:your.name: its answer ${taken}`]);
  });

  it("to a secret in the vault is none that another one has, in whatever case", () => {
    const container = {
      secrets: [
        { name: "A", valueFrom: `${ARN}:my_secret-a1B2c3` },
        { name: "B", valueFrom: `${ARN}:my-secret-a1B2c4` },
      ],
    };
    for (const answer of ["my-secret", "My-Secret"]) {
      const { decisions, draft, faults } = convert(container, { "secret:B": answer });
      expect(faults).toEqual([
        "secret:B: its answer must be a name of letters, digits and hyphens that no other secret has",
      ]);
      expect(decisions.find(({ id }) => id === "secret:B")).not.toHaveProperty("answer");
      expect(draft.values.secrets).toEqual([{ name: "my-secret", env: "A" }]);
    }
    expect(convert(container, { "secret:B": "mine" }).draft.values.secrets).toEqual([
      { name: "my-secret", env: "A" },
      { name: "mine", env: "B" },
    ]);
  });

  it("to the variables of two secrets is not the same", () => {
    const secrets = ["one-key", "two-key"].map((name) => ({ name, valueFrom: `${ARN}:shop/${name}-a1B2c3` }));
    const { draft, faults } = convert({ secrets }, { "secret:one-key": "KEY", "secret:two-key": "KEY" });
    expect(draft.values.secrets).toEqual([{ name: "shop-one-key", env: "KEY" }, { name: "shop-two-key" }]);
    expect(faults).toEqual([
      "secret:two-key: its answer must be file, or a name such as MY_NAME that no other variable has",
    ]);
  });
});

describe("a value that somebody gives", () => {
  it("is none that looks like a secret, and is not repeated", () => {
    const url = "postgres://shop:hunter2@db.example.com/shop";
    const container = {
      environment: [{ name: "DB_HOST", value: "db.internal" }],
      secrets: [{ name: "BUCKET", valueFrom: "/shop/bucket" }],
    };
    const { draft, faults } = convert(container, { "env:DB_HOST": url, "secret:BUCKET": `plain:${url}` });
    const why = "it looks like a password in a URL, which belongs in the vault and in no file here";
    expect(faults).toEqual([
      `env:DB_HOST: its answer must be unchanged, or a new value; ${why}`,
      `secret:BUCKET: its answer must be secret, or plain:VALUE, such as plain:my-bucket; ${why}`,
    ]);
    expect(draft.values.env).toEqual({ DB_HOST: "db.internal" });
  });
});

describe("an address on localhost", () => {
  const bouncer = { name: "pgbouncer", image: "edoburu/pgbouncer:1.2", portMappings: [{ containerPort: 5432 }] };
  const idsOf = (environment: readonly object[], beside: readonly object[] = [bouncer]) => {
    const { containerDefinitions, ...around } = task({ environment });
    return convertJson({ ...around, containerDefinitions: [...containerDefinitions, ...beside] }, "file.json", {
      answers: { container: "app" },
    }).ids.filter((id) => id.startsWith("env:"));
  };

  it.each([
    ["a host and a port of their own", { DB_HOST: "127.0.0.1", DB_PORT: "5432" }, ["env:DB_HOST"]],
    ["a host without a port", { DB_HOST: "localhost" }, ["env:DB_HOST"]],
    ["the application's own port", { SELF_HOST: "localhost", SELF_PORT: "8080" }, []],
    ["where a server listens", { HOST: "localhost", BIND_ADDRESS: "127.0.0.1" }, []],
  ])("where nothing listens any more is asked about, as %s", (_, environment, ids) => {
    expect(idsOf(Object.entries(environment).map(([name, value]) => ({ name, value })))).toEqual(ids);
  });

  it("without a port is nobody's while nothing was left out", () => {
    expect(idsOf([{ name: "DB_HOST", value: "localhost" }], [])).toEqual([]);
  });
});

it("a bucket named as s3://bucket is an endpoint of AWS, and nothing that only the VPC reaches", () => {
  const { draft, ids } = convert({ environment: [{ name: "UPLOADS", value: "s3://my-bucket/uploads" }] });
  expect([ids, draft.aws.endpoints]).toEqual([[], ["my-bucket.s3.us-east-1.amazonaws.com"]]);
});
