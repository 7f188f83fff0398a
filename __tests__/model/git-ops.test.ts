import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { GITHUB_HOST_KEYS, gitSecretOf, hasGitOps, knownHosts } from "../../model/git-ops";
import { staging } from "../support/fixtures/environments/staging";

/** As GitHub publishes them: docs.github.com/authentication/keeping-your-account-and-data-secure/githubs-ssh-key-fingerprints. */
const PUBLISHED = {
  "ssh-ed25519": "SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU",
  "ecdsa-sha2-nistp256": "SHA256:p2QAMXNIC1TJYWeIOttrVc98/R1BUFWu3/LiyKgUfQM",
  "ssh-rsa": "SHA256:uNiVztksCsDhcc0u9e8BujQXVUpKZIDTMczCvj3tD2s",
};

describe("GitHub's host keys", () => {
  it("have the fingerprints that GitHub publishes", () => {
    const fingerprints = GITHUB_HOST_KEYS.map((line) => {
      const [kind = "", key = ""] = line.split(" ");
      const hash = createHash("sha256").update(Buffer.from(key, "base64")).digest("base64");
      return [kind, `SHA256:${hash.replace(/=+$/, "")}`];
    });
    expect(Object.fromEntries(fingerprints)).toEqual(PUBLISHED);
  });

  it("are known of the host and port that Flux calls", () => {
    const lines = knownHosts().split("\n");
    expect(lines.pop()).toBe("");
    expect(lines).toEqual(GITHUB_HOST_KEYS.map((key) => `[ssh.github.com]:443 ${key}`));
  });
});

describe("the credential for Git", () => {
  it("has a Secret of its own for each kind, whose keys never change", () => {
    const names = (["deployKey", "gitHubApp"] as const).map((via) => gitSecretOf({ gitOps: { via } }));
    expect(names).toEqual(["git", "git-app"]);
  });

  it("is nothing that an environment without GitOps has", () => {
    expect(hasGitOps(staging)).toBe(false);
    expect(hasGitOps({ ...staging, gitOps: { via: "deployKey", delivery: {} } })).toBe(true);
  });
});
