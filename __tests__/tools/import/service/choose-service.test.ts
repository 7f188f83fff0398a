import { expect, test } from "vitest";
import { chooseService } from "../../../../tools/import/service/choose-service";
import { corpus } from "../../../support/import-service";

const S01 = corpus("s01-describe-services-two-plus-failure.json");
const NEXT = "\n  next: aws ecs describe-services --cluster CLUSTER --services NAME --output json";
const one = { serviceName: "web", serviceArn: "arn:aws:ecs:us-east-1:111122223333:service/main/web" };

test("a service is found by its name, and what AWS did not find beside it is told", () => {
  const { notes, service } = chooseService(S01, "s.json", "crawler");
  expect([service.source, service.at("serviceName").text, notes]).toEqual([
    { name: "service", shape: "ecs.Service" },
    "crawler",
    ["AWS did not find other services that were asked for: gone (MISSING)."],
  ]);
});

test.each([
  ["an answer of one", { services: [one], failures: [] }],
  ["a list of one", [one]],
  ["the service alone", one],
  ["what update-service answers", { service: one }],
])("%s needs no name", (_, content) => {
  expect(chooseService(content, "s.json").service.value).toEqual(one);
});

test("what create-service takes is of another shape", () => {
  const { service } = chooseService({ serviceName: "web", cluster: "main" }, "s.json");
  expect(service.source).toEqual({ name: "service", shape: "ecs.CreateServiceRequest" });
});

test.each<[what: string, content: unknown, wanted: string | undefined, sentence: string]>([
  [
    "several without a name",
    S01,
    undefined,
    "s.json: has several services: orders, crawler; nothing was written\n  next: say which one is meant: --service orders",
  ],
  [
    "one that AWS did not find",
    S01,
    "gone",
    `s.json: AWS did not find what was asked: gone (MISSING); nothing was written${NEXT}`,
  ],
  [
    "one beside a failure, when nobody says which is meant",
    { services: [one], failures: [{ arn: "a/b/other", reason: "MISSING" }] },
    undefined,
    `s.json: AWS did not find what was asked: other (MISSING); nothing was written${NEXT}`,
  ],
  ["another name", [one], "wbe", `s.json: has no service wbe, but web; nothing was written${NEXT}`],
  ["no service at all", { services: [] }, undefined, `s.json: has no service at all; nothing was written${NEXT}`],
  [
    "a list of names",
    { serviceArns: ["a"] },
    undefined,
    `s.json: lists names of services only; nothing was written${NEXT}`,
  ],
  ["names alone", ["a"], undefined, `s.json: lists names of services only; nothing was written${NEXT}`],
  [
    "a task definition",
    { family: "web", containerDefinitions: [] },
    undefined,
    `s.json: is no service of ECS: it has no serviceName; nothing was written${NEXT}`,
  ],
  ["no object", "web", undefined, `s.json: lists names of services only; nothing was written${NEXT}`],
  ["nothing", null, undefined, `s.json: is no service of ECS: it has no serviceName; nothing was written${NEXT}`],
])("%s is refused with what to do", (_, content, wanted, sentence) => {
  expect(() => chooseService(content, "s.json", wanted)).toThrow(sentence);
});
