import { describe, expect, test } from "vitest";
import { calleesOf, endpointsAmong } from "../../../tools/import/callees";

const said = (from: string, value: string, region?: string) =>
  calleesOf(from, value, region).map(
    ({ host, isPrivate, port }) => `${host}${port === undefined ? "" : `:${port}`}${isPrivate ? " private" : ""}`,
  );

test.each([
  ["API_URL", "https://api.example.com/v1?x=1", ["api.example.com"]],
  ["API_URL", "http://orders.suite.local:8080/", ["orders.suite.local:8080 private"]],
  ["API_URL", "http://orders/", ["orders private"]],
  [
    "DATABASE_URL",
    "postgres://user:p%40ss@db.abc.us-east-1.rds.amazonaws.com:5432/app",
    ["db.abc.us-east-1.rds.amazonaws.com:5432 private"],
  ],
  ["DATABASE_URL", "postgres://user:p@ss@db.internal/app", ["db.internal private"]],
  [
    "MONGO",
    "mongodb://u:p@a.example.com:27017,b.example.com:27018/x?replicaSet=r",
    ["a.example.com:27017", "b.example.com:27018"],
  ],
  ["JDBC", "jdbc:postgresql://10.1.2.3:5432/app", ["10.1.2.3:5432 private"]],
  ["JDBC", "jdbc:sqlserver://sql.example.com:1433;databaseName=x", ["sql.example.com:1433"]],
  ["SQL", "Server=tcp:sql.example.com,1433;Database=x;Password=y.z", ["sql.example.com:1433"]],
  ["PG", "host=db.internal port=5433 password=a.b", ["db.internal:5433 private"]],
  [
    "KAFKA_BROKERS",
    "b-1.x.kafka.us-east-1.amazonaws.com:9092,b-2.x.kafka.us-east-1.amazonaws.com:9092",
    ["b-1.x.kafka.us-east-1.amazonaws.com:9092 private", "b-2.x.kafka.us-east-1.amazonaws.com:9092 private"],
  ],
  ["REDIS_HOST", "cache.abc.0001.use1.cache.amazonaws.com", ["cache.abc.0001.use1.cache.amazonaws.com private"]],
  ["CACHE", "cache.abc.0001.use1.cache.amazonaws.com:6379", ["cache.abc.0001.use1.cache.amazonaws.com:6379 private"]],
  ["SERVICE_HOST", "redis:6379", ["redis:6379 private"]],
  ["SMTP_HOST", "smtp.example.com", ["smtp.example.com"]],
  ["PEER", "192.168.4.5", ["192.168.4.5 private"]],
  ["PEER", "172.32.0.1", ["172.32.0.1"]],
  ["PEER", "[fd00::1]:5432", ["fd00::1:5432 private"]],
  ["QUEUE_URL", "https://sqs.us-east-1.amazonaws.com/111122223333/jobs", ["sqs.us-east-1.amazonaws.com"]],
  ["S3", "https://vpce-1-abc.s3.us-east-1.vpce.amazonaws.com", ["vpce-1-abc.s3.us-east-1.vpce.amazonaws.com private"]],
  ["SEARCH", "https://vpc-logs-abc.us-east-1.es.amazonaws.com", ["vpc-logs-abc.us-east-1.es.amazonaws.com private"]],
  ["LB", "internal-web-1.us-east-1.elb.amazonaws.com", ["internal-web-1.us-east-1.elb.amazonaws.com private"]],
])("%s=%s names %j", (from, value, hosts) => {
  expect(said(from, value)).toEqual(hosts);
});

test.each([
  ["LOG_LEVEL", "info"],
  ["VERSION", "1.2.3"],
  ["START", "12:30"],
  ["MODULE", "app.main"],
  ["MAIL_FROM", "shop@example.com"],
  ["SELF_URL", "http://localhost:3000"],
  ["SELF_URL", "http://127.0.0.1:3000/healthz"],
  ["METADATA_URL", "http://169.254.170.2/v2"],
  ["CORS_ORIGIN", "https://app.example.com"],
  ["ALLOWED_HOSTS", "api.example.com"],
  ["DB_PASSWORD", "hunter.two"],
  ["HOST_TOKEN", "abc.def"],
  ["DATABASE_URL", "postgres://user:123/45@db.internal/app"],
])("%s=%s names nobody", (from, value) => {
  expect(said(from, value)).toEqual([]);
});

test("a bucket in a host's place names the endpoint of S3", () => {
  expect(said("UPLOADS", "s3://my-bucket/uploads", "us-east-1")).toEqual(["my-bucket.s3.us-east-1.amazonaws.com"]);
  expect(said("UPLOADS_URL", "s3a://My_Bucket/x")).toEqual(["s3.amazonaws.com"]);
});

test.each(["a".repeat(60_000), `a${" ".repeat(60_000)}b`, "a=".repeat(30_000)])(
  "a long text is looked through in no time",
  (text) => {
    const before = performance.now();
    expect(said("DATABASE_URL", text)).toEqual([]);
    expect(performance.now() - before).toBeLessThan(500);
  },
);

describe("an ARN names its service's endpoint", () => {
  test.each([
    ["arn:aws:sqs:us-east-1:111122223333:jobs", ["sqs.us-east-1.amazonaws.com"]],
    ["arn:aws:s3:::uploads/*", ["uploads.s3.us-east-1.amazonaws.com"]],
    ["arn:aws:s3:::*", ["s3.us-east-1.amazonaws.com"]],
    ["arn:aws:dynamodb:eu-west-1:111122223333:table/orders", ["dynamodb.eu-west-1.amazonaws.com"]],
    ["arn:aws:ses:us-east-1:111122223333:identity/example.com", ["email.us-east-1.amazonaws.com"]],
    ["arn:aws:execute-api:us-east-1:111122223333:abc123/prod/GET/x", ["abc123.execute-api.us-east-1.amazonaws.com"]],
    ["arn:aws:iam::111122223333:role/x", []],
    ["arn:aws-cn:sqs:cn-north-1:111122223333:jobs", []],
  ])("%s is %j", (arn, hosts) => {
    expect(said("task role", arn, "us-east-1")).toEqual(hosts);
  });
});

test("the endpoints of AWS among them are what a firewall must let pass, each once", () => {
  const callees = [
    ...calleesOf("QUEUE_URL", "https://sqs.us-east-1.amazonaws.com/1/jobs"),
    ...calleesOf("OTHER_URL", "https://sqs.us-east-1.amazonaws.com/1/mail"),
    ...calleesOf("DB_HOST", "db.abc.us-east-1.rds.amazonaws.com"),
    ...calleesOf("API_URL", "https://api.example.com"),
    ...calleesOf("FN_URL", "https://abc.lambda-url.us-east-1.on.aws/"),
  ];
  expect(endpointsAmong(callees)).toEqual(["abc.lambda-url.us-east-1.on.aws", "sqs.us-east-1.amazonaws.com"]);
});

test("nothing of a secret around a host is in what is found", () => {
  const found = [
    ...calleesOf("DATABASE_URL", "postgres://admin:s3cr3t-word@db.internal:5432/app"),
    ...calleesOf("SQL", "Server=sql.example.com;User Id=admin;Password=s3cr3t-word"),
    ...calleesOf("BROKER_URL", "amqps://admin:s3cr3t-word@mq.example.com:5671"),
  ];
  expect(JSON.stringify(found)).not.toMatch(/s3cr3t|admin/);
  expect(found.map(({ host }) => host)).toEqual(["db.internal", "sql.example.com", "mq.example.com"]);
});
