import { describe, expect, it } from "vitest";
import { unwrap } from "../../../../tools/import/task/unwrap";
import { convertJson } from "../../../support/import/ecs";

const CONTAINER = { name: "app", image: "x:1", portMappings: [{ containerPort: 8080 }] };
const INNER = { family: "shop", containerDefinitions: [CONTAINER] };
const TAGS = [{ key: "team", value: "web" }];

const told = (json: unknown): string => {
  try {
    unwrap(json, "file.json");
    return "nothing";
  } catch (error) {
    return (error as Error).message.split(";")[0] ?? "";
  }
};

describe("a task definition", () => {
  it("is the same alone, as an answer of AWS, as input, and as one container in a list", () => {
    const bare = unwrap(INNER, "file.json");
    const answer = unwrap({ taskDefinition: INNER, tags: TAGS, $metadata: { attempts: 1 } }, "file.json");
    const input = unwrap({ ...INNER, tags: TAGS }, "file.json");
    expect([bare, answer, input].map(({ taskDefinition }) => taskDefinition.value)).toEqual([INNER, INNER, INNER]);
    expect([bare, answer, input].map(({ tags }) => tags.map(({ value }) => value))).toEqual([[], [TAGS], [TAGS]]);
    expect(unwrap([CONTAINER], "file.json").taskDefinition.value).toEqual({ containerDefinitions: [CONTAINER] });
  });

  it("has a question for what an answer holds beside it", () => {
    const { ids } = convertJson({ taskDefinition: INNER, tags: TAGS, unheardOf: { of: 1 } }, "file.json");
    expect(ids.filter((id) => id.startsWith("taskDefinition"))).toEqual(["taskDefinition answer:unheardOf.of"]);
  });

  it.each([
    [{ services: [] }, "this is a service, not a task definition"],
    [{ tasks: [] }, "this is a list of running tasks, not a task definition"],
    [{ Resources: {} }, "this is CloudFormation, a template, not a task definition"],
    [{ families: ["shop"] }, "this is a list of names, not a task definition"],
    [[{ a: 1 }], "this is a list of something else, not a task definition"],
    [[], "this is a list of something else, not a task definition"],
    [null, "this is a single value, not a task definition"],
    [{}, "this is JSON without containerDefinitions, not a task definition"],
  ])("is none of what else people hand over: %j", (json, sentence) => {
    expect(told(json)).toBe(`file.json: ${sentence}`);
  });
});
