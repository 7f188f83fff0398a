import { describe, expect, it } from "vitest";
import { withListsOf } from "../../../tools/import/lists";

describe("a list that Helm would replace", () => {
  it("keeps the secrets that AWS never had, and none that has an imported one's name or variable", () => {
    const meant = {
      port: 1,
      secrets: [
        { name: "shop-url", env: "DATABASE_URL" },
        { name: "key", env: "KEY" },
      ],
    };
    const effective = {
      secrets: [
        { name: "database-url", env: "DATABASE_URL" },
        { name: "key" },
        { name: "next-server-actions-encryption-key" },
      ],
    };
    expect(withListsOf(meant, effective)).toEqual({
      port: 1,
      secrets: [...meant.secrets, { name: "next-server-actions-encryption-key" }],
    });
  });

  it("keeps the size of a folder where a person has said one", () => {
    const meant = {
      volumes: [
        { path: "/tmp", size: "1Gi" },
        { path: "/data", size: "1Gi" },
      ],
    };
    const effective = {
      volumes: [
        { path: "/tmp", size: "64Mi" },
        { path: "/cache", size: "2Gi" },
      ],
    };
    expect(withListsOf(meant, effective)).toEqual({
      volumes: [
        { path: "/tmp", size: "64Mi" },
        { path: "/data", size: "1Gi" },
        { path: "/cache", size: "2Gi" },
      ],
    });
  });

  it("is none where the import means none", () => {
    expect(withListsOf({ port: 1 }, { secrets: [{ name: "a" }] })).toEqual({ port: 1 });
  });
});
