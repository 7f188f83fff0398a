import { describe, expect, it } from "vitest";
import { convertJson } from "../../../support/import/ecs";

const IMAGE = "111122223333.dkr.ecr.us-east-1.amazonaws.com/shop:1";
const convert = (containers: readonly object[], answers: Readonly<Record<string, string>> = {}) =>
  convertJson(
    {
      family: "shop",
      cpu: "512",
      memory: "1024",
      containerDefinitions: containers.map((one) => ({ image: IMAGE, readonlyRootFilesystem: true, ...one })),
    },
    "file.json",
    { application: "jobs", answers: { container: "worker", ...answers } },
  );

describe("a scheduler among the work", () => {
  const worker = { name: "worker", command: ["celery", "-A", "app", "worker"] };
  const schedulersOf = (containers: readonly object[]) =>
    convert(containers).ids.filter((id) => id.startsWith("scheduler"));

  it("is asked about: two run while a version rolls out", () => {
    const { decisions } = convert([worker, { name: "beat", command: ["celery", "-A", "app", "beat"] }]);
    expect(decisions.find(({ id }) => id === "scheduler:beat")).toMatchObject({
      risk: "done twice or never",
      about: ["taskDefinition: containerDefinitions[beat].name"],
    });
  });

  it.each([
    "celery -A app worker -B",
    "airflow scheduler",
    "rqscheduler",
    "php artisan schedule:work",
    "supercronic /c",
  ])("is told by its words: %s", (line) => {
    expect(schedulersOf([{ name: "worker", command: line.split(" ") }])).toEqual(["scheduler:worker"]);
  });

  it.each(["celery -A app worker", "node heartbeat.js", "node dist/scheduled-mail-worker.js"])(
    "is none that only takes work: %s",
    (line) => {
      expect(schedulersOf([{ name: "worker", command: line.split(" ") }])).toEqual([]);
    },
  );
});

describe("words that are one text", () => {
  const server = { name: "app", portMappings: [{ containerPort: 8080 }], command: "node server.js" };

  it("are said anew, as a list", () => {
    const { draft, ids, rows } = convert([server]);
    expect(ids).toContain("words:app:command");
    expect(rows.find(({ path }) => path.endsWith(".command"))?.fate).toEqual({
      kind: "decision",
      decision: "words:app:command",
    });
    expect(draft.values.args).toBeUndefined();
    const answers = { "words:app:command": '["node","server.js"]' };
    expect(convert([server], answers).draft.values.args).toEqual(["node", "server.js"]);
  });

  it("have no secret in them either", () => {
    const { ids, rows } = convert([{ ...server, command: "serve postgres://shop:hunter2@db.internal/shop" }]);
    expect(ids).toContain("words:app");
    expect(JSON.stringify(rows)).not.toContain("hunter2");
  });
});

describe("a task definition without a family", () => {
  const asked = (json: unknown) => convertJson(json, "file.json").decisions.find(({ id }) => id === "family")?.asks;
  const containerDefinitions = [{ name: "app", image: IMAGE, command: ["work"] }];

  it("is said to be containers alone only when it is", () => {
    const by = "aws ecs describe-task-definition prints all of it.";
    expect(asked(containerDefinitions)).toBe(
      `These are containers alone: the family, the roles, the volumes and what the whole task may use stand elsewhere. ${by}`,
    );
    expect(asked({ family: null, cpu: "512", containerDefinitions })).toBe(
      `The task definition has no family, which ECS gives to each: something else may have been cut off, too. ${by}`,
    );
  });
});
