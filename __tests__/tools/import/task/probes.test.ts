import { describe, expect, it } from "vitest";
import { convertJson } from "../../../support/import/ecs";

const CURL = "curl -f http://localhost:8080/healthz";
const converted = (healthCheck: object, container: object = {}) =>
  convertJson(
    {
      family: "shop",
      cpu: "512",
      memory: "1024",
      containerDefinitions: [
        {
          name: "app",
          image: "111122223333.dkr.ecr.us-east-1.amazonaws.com/shop:1",
          portMappings: [{ containerPort: 8080 }],
          readonlyRootFilesystem: true,
          healthCheck: { command: ["CMD-SHELL", CURL], ...healthCheck },
          ...container,
        },
      ],
    },
    "file.json",
  );
const notesOf = (healthCheck: object) => converted(healthCheck).notes.filter((note) => note.includes("to start"));

describe("a health check that could never fail", () => {
  it.each([`${CURL} || exit 0`, "curl http://localhost:8080/healthz"])("has a path that somebody says: %s", (text) => {
    const { draft, ids } = converted({ command: ["CMD-SHELL", text] });
    expect([ids, draft.values.probes?.liveness?.path]).toEqual([["probe:path"], undefined]);
  });
});

describe("the time to start", () => {
  it("is ECS's startPeriod, and at least two failures", () => {
    const startup = { path: "/healthz", periodSeconds: 10, timeoutSeconds: 5 };
    const startupOf = (healthCheck: object) => converted(healthCheck).draft.values.probes?.startup;
    expect(startupOf({ interval: 10, startPeriod: 65 })).toEqual({ ...startup, failureThreshold: 7 });
    expect(startupOf({ interval: 10, startPeriod: 10 })).toEqual({ ...startup, failureThreshold: 2 });
  });

  it("has a note where ECS gave more of it", () => {
    expect(notesOf({ interval: 10, retries: 10, startPeriod: 10 })).toEqual([
      "On ECS app had 110 s to start (startPeriod 10 and 10 times 10), and here it has 20 s (2 times 10). If it needs longer, raise probes.startup.failureThreshold.",
    ]);
  });

  it("has none where it is as long, or nobody said how often it may fail", () => {
    expect([notesOf({ interval: 10, retries: 3 }), notesOf({ interval: 10, startPeriod: 60 })]).toEqual([[], []]);
  });
});

it("while two ports could be the one, nobody is told that the health check asks another", () => {
  const { decisions } = converted({}, { portMappings: [{ containerPort: 8080 }, { containerPort: 9090 }] });
  expect(decisions.map(({ asks, id }) => [id, asks])).toEqual([
    ["port", "app listens on 8080 and 9090. Which one is for users? The chart has one."],
    [
      "probe:path",
      "The health check asks port 8080, and nobody has said yet on which port users are answered. What answers 200 there when it is well?",
    ],
  ]);
});
