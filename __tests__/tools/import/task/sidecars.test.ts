import { expect, it } from "vitest";
import { convertJson } from "../../../support/import/ecs";

const IMAGE = "111122223333.dkr.ecr.us-east-1.amazonaws.com/shop:1";
const task = {
  family: "shop",
  networkMode: "awsvpc",
  requiresCompatibilities: ["FARGATE"],
  cpu: "1024",
  memory: "2048",
  containerDefinitions: [
    { name: "web", image: IMAGE, memory: 1024, cpu: 512, portMappings: [{ containerPort: 3000 }] },
    {
      name: "helper",
      image: IMAGE,
      memory: 512,
      cpu: 256,
      command: ["node", "helper.js"],
      portMappings: [{ containerPort: 4000 }],
      environment: [
        { name: "API_TOKEN", value: "abcdefg123456" },
        { name: "LEVEL", value: "info" },
      ],
    },
  ],
};

it("a sidecar's variable that is a secret goes to the application's vault, and to the sidecar alone", () => {
  const answers = { container: "web", "container:helper": "sidecar", "env:helper:API_TOKEN": "secret" };
  const { draft, faults } = convertJson(task, "task.json", { answers });
  expect(faults).toEqual([]);
  expect(draft.values.secrets).toEqual([{ name: "helper-api-token" }]);
  expect(draft.values.sidecars?.["helper"]).toMatchObject({
    env: { LEVEL: "info" },
    secrets: [{ name: "helper-api-token", env: "API_TOKEN" }],
  });
  expect(JSON.stringify(draft)).not.toContain("abcdefg123456");
});
