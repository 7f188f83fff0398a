import { describe, expect, it } from "vitest";
import { imageJobsOf, repositoriesOf, runbooksUrl } from "../../model/federation";
import { staging } from "../support/fixtures/environments/staging";

const gitHub = {
  owner: "org",
  infrastructure: { repository: "infra" },
  applications: { backend: { repository: "api" }, frontend: { repository: "web" } },
};
const withIds = {
  owner: "org",
  ownerId: 1,
  infrastructure: { repository: "infra", repositoryId: 2 },
  applications: { backend: { repository: "api", repositoryId: 3 }, frontend: { repository: "web", repositoryId: 4 } },
};

describe("repositoriesOf", () => {
  it.each([
    ["infrastructure", "infra", 2],
    ["backend", "api", 3],
    ["frontend", "web", 4],
  ] as const)(
    "names the repository of the %s as a token may: by name, and with ids when they are known",
    (of, name, id) => {
      expect(repositoriesOf({ gitHub }, of)).toEqual([{ id: "github", repository: `org/${name}` }]);
      expect(repositoriesOf({ gitHub: withIds }, of)).toEqual([
        { id: "github", repository: `org/${name}` },
        { id: "github-by-id", repository: `org@1/${name}@${id}` },
      ]);
    },
  );

  it.each([
    ["the owner's", { ...gitHub, ownerId: 1 }],
    ["the repository's", { ...gitHub, applications: { backend: { repository: "api", repositoryId: 3 } } }],
  ])("names it by name alone when only %s id is known", (_, half) => {
    expect(repositoriesOf({ gitHub: half }, "backend")).toEqual([{ id: "github", repository: "org/api" }]);
  });
});

describe("imageJobsOf", () => {
  it("is each name of the application's repository, in the environment that deploys", () => {
    expect(imageJobsOf({ ...staging, gitHub: { ...staging.gitHub, ...withIds } }, "frontend")).toEqual([
      { id: "github", repository: "org/web", environment: "staging" },
      { id: "github-by-id", repository: "org@1/web@4", environment: "staging" },
    ]);
  });
});

describe("runbooksUrl", () => {
  it("leads to the pages of this repository, without a slash at the end", () => {
    expect(runbooksUrl({ gitHub })).toBe("https://github.com/org/infra/blob/main/docs/runbooks");
  });
});
