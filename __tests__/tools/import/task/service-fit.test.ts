import { describe, expect, it } from "vitest";
import { At } from "../../../../tools/import/at";
import { TABLES } from "../../../../tools/import/fields/all";
import { Ledger } from "../../../../tools/import/ledger";
import { fittingService } from "../../../../tools/import/task/service-fit";
import { convertJson } from "../../../support/import/ecs";

const taskDefinition = At.root(
  { name: "taskDefinition", shape: "ecs.TaskDefinition" },
  {
    family: "shop",
    revision: 3,
    containerDefinitions: [
      { name: "web", image: "x:1", portMappings: [{ containerPort: 8080 }] },
      { name: "metrics", image: "y:1", portMappings: [{ containerPort: 9090 }, { containerPort: 3000 }] },
    ],
  },
);
const PART = { values: { replicas: 2 }, permissions: [], callees: [], callers: [] };

function fitted(runs: string, container: string, answers: Readonly<Record<string, string>> = {}) {
  const service = At.root(
    { name: "service", shape: "ecs.Service" },
    { taskDefinition: runs, loadBalancers: [{ containerName: container, containerPort: 3000 }] },
  );
  const ledger = new Ledger(TABLES, new Map(Object.entries(answers)));
  const part = fittingService({ service, taskDefinition }, { ...PART, behind: { container, port: 3000 } }, ledger);
  return { part, asked: ledger.decisions().map(({ about, id }) => [id, ...about]) };
}

describe("a service of this task definition", () => {
  it.each(["arn:aws:ecs:us-east-1:111122223333:task-definition/shop:3", "shop:3", "shop"])(
    "stays as it is: %s",
    (runs) => {
      expect(fitted(runs, "web")).toEqual({ part: { ...PART, behind: { container: "web", port: 3000 } }, asked: [] });
    },
  );
});

describe("a service of another one", () => {
  it.each(["arn:aws:ecs:us-east-1:111122223333:task-definition/shop:7", "elsewhere:3"])(
    "is asked about: %s",
    (runs) => {
      expect(fitted(runs, "web").asked).toEqual([["service:task-definition", "service: taskDefinition"]]);
    },
  );

  it("that sends to a container which is not here has no port until somebody says which is meant", () => {
    const open = fitted("shop:3", "nope");
    expect(open).toEqual({
      part: PART,
      asked: [["load-balancer:container", "service: loadBalancers[nope].containerName"]],
    });
    const behind = (answer: string) => fitted("shop:3", "nope", { "load-balancer:container": answer }).part?.behind;
    expect([behind("web"), behind("metrics")]).toEqual([
      { container: "web", port: 8080 },
      { container: "metrics", port: 3000 },
    ]);
  });
});

it("a port of a container that is not here is never the application's", () => {
  const service = { ...PART, behind: { container: "nope", port: 3000 } };
  const [web] = taskDefinition.at("containerDefinitions").items;
  const { draft, ids } = convertJson({ family: "shop", containerDefinitions: [web?.value] }, "file.json", { service });
  expect([draft.values.port, ids.includes("load-balancer:container")]).toEqual([8080, true]);
});
