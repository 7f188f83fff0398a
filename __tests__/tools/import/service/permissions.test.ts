import { describe, expect, test } from "vitest";
import { aws } from "../../../../model/schema/aws";
import { merged } from "../../../../tools/import/service/permissions";
import { rolePoliciesIn } from "../../../../tools/import/service/unwrap-role";
import { importService } from "../../../support/import-service";

const QUEUE = "arn:aws:sqs:us-east-1:111122223333:jobs";
const BUCKET = "arn:aws:s3:::uploads/*";

const imported = (Statement: object | readonly object[], answers = {}) => {
  const all = Array.isArray(Statement) ? Statement : [Statement];
  const role = rolePoliciesIn({ RoleName: "web", PolicyName: "p", PolicyDocument: { Statement: all } }, "p.json");
  return importService({ rolePolicies: role }, answers);
};
const allow = (Action: unknown, Resource: unknown = QUEUE, more: object = {}) => ({
  Effect: "Allow",
  Action,
  Resource,
  ...more,
});

test.each([
  ["one action", allow("sqs:SendMessage"), { actions: ["sqs:SendMessage"], resources: [QUEUE] }],
  ["the beginning of an action", allow(["sqs:Get*"]), { actions: ["sqs:Get*"], resources: [QUEUE] }],
  [
    "several resources",
    allow("s3:GetObject", [BUCKET, QUEUE]),
    { actions: ["s3:GetObject"], resources: [BUCKET, QUEUE] },
  ],
  [
    "a condition in one word",
    allow("sqs:SendMessage", QUEUE, { Condition: { Bool: { "aws:SecureTransport": true } } }),
    { actions: ["sqs:SendMessage"], resources: [QUEUE], conditions: { Bool: { "aws:SecureTransport": ["true"] } } },
  ],
  ["the name of a service in capitals", allow("SQS:sendmessage"), { actions: ["sqs:sendmessage"], resources: [QUEUE] }],
  [
    "a variable that is the same for every role",
    allow("s3:GetObject", BUCKET, { Condition: { StringEquals: { "s3:prefix": "${aws:PrincipalAccount}/${*}" } } }),
    {
      actions: ["s3:GetObject"],
      resources: [BUCKET],
      conditions: { StringEquals: { "s3:prefix": ["${aws:PrincipalAccount}/${*}"] } },
    },
  ],
  [
    "ECS exec beside it",
    allow(["ssmmessages:OpenDataChannel", "sqs:SendMessage"]),
    { actions: ["sqs:SendMessage"], resources: [QUEUE] },
  ],
])("%s is a statement that the model takes", (_, statement, permission) => {
  const { ids, part } = imported(statement);
  expect({ ids, permissions: part.permissions }).toEqual({ ids: [], permissions: [permission] });
  expect(aws.shape.permissions.safeParse({ web: part.permissions }).success).toBe(true);
});

test("ECS exec alone is dropped, whatever it is for", () => {
  const { ids, part, rows } = imported(allow(["ssmmessages:CreateControlChannel"], "*"));
  const fates = new Set(rows.filter(({ path }) => path.includes("Statement")).map(({ fate }) => fate.kind));
  expect({ ids, permissions: part.permissions, fates: [...fates] }).toEqual({
    ids: [],
    permissions: [],
    fates: ["dropped"],
  });
});

test.each([
  ["every action of a service", allow("s3:*"), "permissions:p:s3:all", "does not start"],
  ["everything", allow("*", "*"), "permissions:p:all", "does not start"],
  ["every resource", allow("sqs:SendMessage", "*"), "permissions:p:sqs:SendMessage", "does not start"],
  [
    "another partition",
    allow("sqs:SendMessage", "arn:aws-cn:sqs:x:1:y"),
    "permissions:p:sqs:SendMessage",
    "does not start",
  ],
  ["a denial", { ...allow("s3:DeleteObject"), Effect: "Deny" }, "permissions:p:s3:DeleteObject", "access lost"],
  [
    "all but a few",
    { Effect: "Allow", NotAction: "iam:*", Resource: QUEUE },
    "permissions:p:iam:all",
    "does not start",
  ],
  [
    "all resources but a few",
    { Effect: "Allow", Action: "s3:GetObject", NotResource: BUCKET },
    "permissions:p:s3:GetObject",
    "does not start",
  ],
  [
    "a VPC",
    allow("sqs:SendMessage", QUEUE, { Condition: { StringEquals: { "aws:SourceVpc": "vpc-1" } } }),
    "permissions:p:sqs:SendMessage",
    "does not start",
  ],
  [
    "an address",
    allow("sqs:SendMessage", QUEUE, { Condition: { IpAddress: { "aws:sourceIp": ["10.0.0.0/8"] } } }),
    "permissions:p:sqs:SendMessage",
    "does not start",
  ],
  [
    "the role's name",
    allow("sqs:SendMessage", QUEUE, { Condition: { ArnLike: { "aws:PrincipalArn": "x" } } }),
    "permissions:p:sqs:SendMessage",
    "does not start",
  ],
  ["a name of its own", { ...allow("s3:*"), Sid: "Uploads" }, "permissions:p:Uploads", "does not start"],
])("%s is asked about, and allows nothing meanwhile", (_, statement, id, risk) => {
  const { decisions, part } = imported(statement);
  expect({ decisions: decisions.map((one) => [one.id, one.risk]), permissions: part.permissions }).toEqual({
    decisions: [[id, risk]],
    permissions: [],
  });
});

test.each([
  [
    "tags of the role",
    allow("s3:GetObject", BUCKET, { Condition: { StringEquals: { "aws:PrincipalTag/team": "x" } } }),
    "The statement goes by what a role or a task is called or tagged (aws:PrincipalTag/team), and the new role is called otherwise and has no such tag. What should it ask for instead? (s3:GetObject)",
  ],
  [
    "the session in the value of a condition",
    allow("s3:ListBucket", BUCKET, { Condition: { StringLike: { "s3:prefix": ["${aws:userid}/*"] } } }),
    "The statement goes by what a role or a task is called or tagged (aws:userid), and the new role is called otherwise and has no such tag. What should it ask for instead? (s3:ListBucket)",
  ],
  [
    "tags of the role in a resource",
    allow("s3:GetObject", "arn:aws:s3:::b/${aws:PrincipalTag/team, 'none'}/*"),
    "The statement goes by what a role or a task is called or tagged (aws:PrincipalTag/team), and the new role is called otherwise and has no such tag. What should it ask for instead? (s3:GetObject)",
  ],
  [
    "every bucket",
    allow("s3:Get*", "arn:aws:s3:::*"),
    "The statement is for every resource of a service. Which resources are used? (s3:Get*)",
  ],
  [
    "everything",
    allow("ses:SendEmail", "*"),
    "The statement is for every resource. Which resources are used? (ses:SendEmail)",
  ],
  [
    "every Region",
    allow("bedrock:InvokeModel", "arn:aws:bedrock:*::foundation-model/*"),
    "A resource has a * or a ? for its Region or its account, and the new role takes none there. Which resources are used? (bedrock:InvokeModel)",
  ],
  [
    "another partition",
    allow("s3:GetObject", "arn:aws-us-gov:s3:::b/*"),
    "A resource is no ARN of AWS's own partition, which the environment's account belongs to. Which resources are used? (s3:GetObject)",
  ],
  [
    "the end of actions",
    allow("dynamodb:*Item"),
    "An action has a * or a ? before its end, and the new role takes one * at the end alone. Which are used? (dynamodb:*Item)",
  ],
])("a statement for %s is asked about by what it has", (_, statement, asks) => {
  const { decisions, part } = imported(statement);
  expect({ asks: decisions.map((one) => one.asks), permissions: part.permissions }).toEqual({
    asks: [asks],
    permissions: [],
  });
});

test("an answer of ARNs takes the place of every resource", () => {
  const { part } = imported(allow("sqs:SendMessage", "*"), { "permissions:p:sqs:SendMessage": `${QUEUE},${BUCKET}` });
  expect(part.permissions).toEqual([{ actions: ["sqs:SendMessage"], resources: [QUEUE, BUCKET] }]);
});

test.each(["arn:aws:bedrock:*::foundation-model/*", `${QUEUE},`, `${QUEUE},${BUCKET.slice(4)}`])(
  "%s is no answer of ARNs that the new role takes",
  (answer) => {
    const { faults } = imported(allow("sqs:SendMessage", "*"), { "permissions:p:sqs:SendMessage": answer });
    expect(faults).toEqual([
      "permissions:p:sqs:SendMessage: its answer must be ARNs, separated by commas, or accepted",
    ]);
  },
);

test("two statements that begin alike have two questions", () => {
  expect(imported([allow("s3:*"), allow("s3:*", BUCKET)]).ids).toEqual([
    "permissions:p:s3:all",
    "permissions:p:s3:all-2",
  ]);
});

test("a managed policy whose document was read too is no question", () => {
  const role = rolePoliciesIn({ RoleName: "web", AttachedPolicies: [{ PolicyName: "SQS", PolicyArn: "a" }] }, "r.json");
  const document = rolePoliciesIn(
    { PolicyVersion: { Document: { Statement: [allow("sqs:SendMessage")] } } },
    "SQS.json",
  );
  const { ids, part } = importService({ rolePolicies: [...role, ...document] });
  expect({ ids, permissions: part.permissions }).toEqual({
    ids: [],
    permissions: [{ actions: ["sqs:SendMessage"], resources: [QUEUE] }],
  });
});

test("taking on another role needs a word to whoever owns it", () => {
  expect(imported(allow("sts:AssumeRole", "arn:aws:iam::111122223333:role/partner")).notes).toEqual([
    "The task role takes on arn:aws:iam::111122223333:role/partner: that role must trust the new one as well.",
  ]);
});

describe("statements are merged", () => {
  const conditions = { Bool: { "aws:SecureTransport": ["true"] } };

  test.each([
    [
      "those for the same resources",
      [
        { actions: ["s3:GetObject"], resources: [BUCKET] },
        { actions: ["s3:PutObject", "s3:GetObject"], resources: [BUCKET] },
      ],
      [{ actions: ["s3:GetObject", "s3:PutObject"], resources: [BUCKET] }],
    ],
    [
      "those of the same actions",
      [
        { actions: ["s3:GetObject"], resources: [BUCKET] },
        { actions: ["s3:GetObject"], resources: [QUEUE] },
      ],
      [{ actions: ["s3:GetObject"], resources: [BUCKET, QUEUE] }],
    ],
    [
      "but none with another condition",
      [
        { actions: ["s3:GetObject"], resources: [BUCKET] },
        { actions: ["s3:PutObject"], resources: [BUCKET], conditions },
      ],
      [
        { actions: ["s3:GetObject"], resources: [BUCKET] },
        { actions: ["s3:PutObject"], resources: [BUCKET], conditions },
      ],
    ],
    [
      "and none that would allow more than before",
      [
        { actions: ["s3:GetObject"], resources: [BUCKET] },
        { actions: ["sqs:SendMessage"], resources: [QUEUE] },
      ],
      [
        { actions: ["s3:GetObject"], resources: [BUCKET] },
        { actions: ["sqs:SendMessage"], resources: [QUEUE] },
      ],
    ],
  ])("%s", (_, before, after) => {
    expect(merged(before)).toEqual(after);
  });
});
