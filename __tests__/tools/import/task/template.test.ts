import { describe, expect, it } from "vitest";
import { optionsOf } from "../../../../tools/import/question";
import { convertJson } from "../../../support/import/ecs";

const HOST = "111122223333.dkr.ecr.us-east-1.amazonaws.com";
const SECRET = "arn:aws:secretsmanager:us-east-1:111122223333:secret:shop/url-a1B2c3";

/** What the question of a template takes, where an image and a secret are as given. */
function taken(image: string, valueFrom: string): string | undefined {
  const container = {
    name: "web",
    image,
    portMappings: [{ containerPort: 3000 }],
    secrets: [{ name: "URL", valueFrom }],
  };
  const { decisions } = convertJson(
    { family: "shop", networkMode: "awsvpc", cpu: "256", memory: "512", containerDefinitions: [container] },
    "task.json",
  );
  const asked = decisions.find(({ id }) => id === "template");
  return asked && optionsOf(asked);
}

describe("a template", () => {
  it("may pass where only an image's tag is open, because the pipeline writes a digest", () => {
    expect(taken(`${HOST}/shop:GIT_SHA`, SECRET)).toBe("accepted");
    expect(taken(`${HOST}/shop:<TAG>`, SECRET)).toBe("accepted");
  });

  it.each([
    ["whose image is", "<IMAGE1_NAME>", SECRET],
    ["whose repository is", `${HOST}/<REPOSITORY>:1`, SECRET],
    ["one of whose secrets is", `${HOST}/shop:1`, "arn:aws:secretsmanager:REGION:ACCOUNT_ID:secret:shop"],
  ])("%s open never passes: give the real one", (_, image, valueFrom) => {
    expect(taken(image, valueFrom)).toBe("absent: no answer settles it");
  });

  it("is none without a placeholder", () => {
    expect(taken(`${HOST}/shop:1`, SECRET)).toBeUndefined();
  });
});
