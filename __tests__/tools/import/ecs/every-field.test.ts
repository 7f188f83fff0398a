import { TaskDefinition$ } from "@aws-sdk/client-ecs";
import { NormalizedSchema } from "@smithy/core/schema";
import { describe, expect, it } from "vitest";
import { convertJson } from "../../../support/import/ecs";

/** One of everything that AWS's model has. */
function everything(schema: NormalizedSchema): unknown {
  if (schema.isListSchema()) return [everything(schema.getValueSchema())];
  if (schema.isMapSchema()) return { "some-key": "x" };
  if (schema.isStructSchema())
    return Object.fromEntries(
      Object.entries(schema.getMemberSchemas()).map(([name, member]) => [name, everything(member)]),
    );
  if (schema.isNumericSchema()) return 2048;
  return schema.isBooleanSchema() ? true : "x";
}

const WHOLE = everything(NormalizedSchema.of(TaskDefinition$)) as { containerDefinitions: [object] };
const [CONTAINER] = WHOLE.containerDefinitions;
/** Without what makes a log router of it, and without waiting for a container that is not there. */
const EVERY = { ...CONTAINER, dependsOn: [], firelensConfiguration: undefined };
const main = {
  ...EVERY,
  name: "app",
  image: "app:1",
  command: ["serve"],
  entryPoint: [],
  portMappings: [{ containerPort: 8080 }],
};
const whole = (...containerDefinitions: object[]) => ({ ...WHOLE, containerDefinitions });

/** Fields of which the report says that nothing is known of them. */
const unknownIn = (json: unknown, answers: Record<string, string> = {}): string[] =>
  convertJson(json, "file.json", { answers })
    .decisions.filter(({ asks }) => asks.includes("nothing here says what it is for"))
    .map(({ id }) => id);

describe("a container with every field that AWS has", () => {
  it("as the application has a fate for each", () => {
    expect(unknownIn(whole(main))).toEqual([]);
    expect(unknownIn(whole({ ...EVERY, name: "app", portMappings: [] }))).toEqual([]);
  });

  it("as another process of the application's image has one, too", () => {
    const worker = { ...EVERY, name: "worker", image: "app:1", portMappings: [] };
    const depends = { containerName: "worker", condition: "START" };
    expect(unknownIn(whole({ ...main, dependsOn: [depends] }, worker))).toEqual([]);
    expect(unknownIn(whole({ ...main, dependsOn: [{ ...depends, condition: "SUCCESS" }] }, worker))).toEqual([]);
  });

  it("beside the application has one, left out or not", () => {
    const helper = { ...EVERY, name: "helper", image: "helper:1", essential: false };
    const answers = { "container:helper": `sha256:${"0".repeat(64)}` };
    const json = whole(main, helper);
    expect([unknownIn(json), unknownIn(json, answers)]).toEqual([[], []]);
  });

  it("as a log router has one", () => {
    const router = { ...CONTAINER, name: "router", image: "router:1" };
    expect(unknownIn(whole(main, router))).toEqual([]);
  });
});
