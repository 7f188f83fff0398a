import { describe, expect, it } from "vitest";
import { moreOf } from "../../../../tools/import/amplify/report";
import { file, imported } from "../../../support/amplify-import";

describe("what an import prints for other files", () => {
  it("ends in no empty line, whatever file it is for", () => {
    const app = { appId: "d1", platform: "WEB_COMPUTE", environmentVariables: { NEXT_PUBLIC_NAME: "Shop" } };
    const redirects = file('[{"source":"/a","target":"/b","status":"301"}]', "redirects.json");
    const { draft } = imported({ app: file(JSON.stringify({ app }), "app.json"), redirects });
    expect(moreOf(draft)).toEqual([
      [
        "Into the object that next.config exports",
        '  async redirects() {\n    return [\n      { source: "/a", destination: "/b", statusCode: 301 },\n    ];\n  },',
      ],
      ["Into the application's Dockerfile", "ARG NEXT_PUBLIC_NAME"],
      [
        "Into the application's workflow",
        "      build-args: |\n        COMMIT=${{ github.sha }}\n        NEXT_PUBLIC_NAME=${{ vars.NEXT_PUBLIC_NAME }}",
      ],
      [
        "To type",
        "# in a clone of the application's repository; anywhere else, add --repo OWNER/REPOSITORY to each of them\ngh variable set NEXT_PUBLIC_NAME --body 'Shop'",
      ],
    ]);
  });
});
