import { describe, expect, it } from "vitest";
import { withDelivery } from "../../../tools/handover/delivery-text";

const around = (gitOps: string): string =>
  `export const staging: Environment = {\n  name: "staging",\n  // gitOps: { delivery: { backend: "flux" } } was tried once.\n  gitOps: ${gitOps},\n  database: { via: "none" },\n};\n`;

describe("the delivery in the text of an environment", () => {
  it.each<[what: string, before: string, after: string]>([
    [
      "nothing said yet",
      '{ via: "deployKey", delivery: {} }',
      '{ via: "deployKey", delivery: { backend: "handover" } }',
    ],
    [
      "another release on the line",
      '{ via: "deployKey", delivery: { platform: "flux" } }',
      '{ via: "deployKey", delivery: { platform: "flux", backend: "handover" } }',
    ],
    [
      "the release on the line, which others begin or end like",
      '{ via: "deployKey", delivery: { "backend-jobs": "flux", backend: "terraform", platform: "flux" } }',
      '{ via: "deployKey", delivery: { "backend-jobs": "flux", backend: "handover", platform: "flux" } }',
    ],
    [
      "the release in quotes, with a comment that says it too",
      "{\n    via: \"deployKey\",\n    delivery: {\n      // backend: \"flux\" comes later\n      'backend': 'terraform', // for now\n    },\n  }",
      '{\n    via: "deployKey",\n    delivery: {\n      // backend: "flux" comes later\n      \'backend\': "handover", // for now\n    },\n  }',
    ],
    [
      "other releases on lines of their own, the last with a comment",
      '{\n    via: "deployKey",\n    delivery: {\n      platform: "flux", // since Monday\n    },\n  }',
      '{\n    via: "deployKey",\n    delivery: {\n      platform: "flux", // since Monday\n      backend: "handover",\n    },\n  }',
    ],
    [
      "a line without a comma at its end",
      '{\n    delivery: {\n      platform: "flux"\n    }\n  }',
      '{\n    delivery: {\n      platform: "flux",\n      backend: "handover",\n    }\n  }',
    ],
    [
      "a comment alone",
      "{\n    delivery: {\n      // none yet\n    },\n  }",
      '{\n    delivery: {\n      // none yet\n      backend: "handover",\n    },\n  }',
    ],
    [
      "a text with braces and a line that ends behind the last entry",
      '{ appId: "}{", delivery: { platform: "flux",\n    frontend: "flux" } }',
      '{ appId: "}{", delivery: { platform: "flux",\n    frontend: "flux", backend: "handover" } }',
    ],
  ])("is written with %s, and nothing else changes", (_, before, after) => {
    expect(withDelivery(around(before), "backend", "handover")).toBe(around(after));
  });

  it("has a key in quotes where the name is no word", () => {
    expect(withDelivery(around("{ delivery: {} }"), "my-app", "flux")).toBe(
      around('{ delivery: { "my-app": "flux" } }'),
    );
  });

  it.each<[what: string, text: string]>([
    ["there is no GitOps", around('{ via: "none" }')],
    ["it is not said there", around("ours")],
    ["it is a variable", around('{ via: "deployKey", delivery: ours }')],
    ["the release's is a variable", around("{ delivery: { backend: ours } }")],
    ["it stands twice", around("{ delivery: {} }") + around("{ delivery: {} }")],
    ["it stands in a comment alone", '// gitOps: { delivery: { backend: "flux" } }\n'],
    ["a brace is not closed", "gitOps: { delivery: { "],
    ["it is another object's", around("{ via: { delivery: {} } }")],
  ])("is left to a person when %s", (_, text) => {
    expect(withDelivery(text, "backend", "handover")).toBeUndefined();
  });
});
