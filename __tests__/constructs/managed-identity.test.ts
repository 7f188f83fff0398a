import { describe, expect, it } from "vitest";
import { ManagedIdentity } from "../../constructs/managed-identity";
import { ground } from "../support/fixtures";
import { synthStack } from "../support/synth";

describe("ManagedIdentity", () => {
  const { all } = synthStack((stack) => {
    const identity = new ManagedIdentity(stack, "pipeline", { name: "id-push", resourceGroup: ground(stack) });
    identity.trustGitHub({ id: "by-name", repository: "org/app", environment: "staging" });
    identity.trustGitHub({ id: "by-id", repository: "org@1/app@2", environment: "staging" });
  });
  const [byId, byName] = all("azurerm_federated_identity_credential");

  it("trusts one GitHub environment of one repository", () => {
    expect(byName).toMatchObject({
      subject: "repo:org/app:environment:staging",
      issuer: "https://token.actions.githubusercontent.com",
      audience: ["api://AzureADTokenExchange"],
    });
    expect(byId.subject).toBe("repo:org@1/app@2:environment:staging");
  });

  it("makes its credentials one after the other, because Azure takes one write at a time", () => {
    expect([byName.depends_on, byId.depends_on]).toEqual([
      undefined,
      [expect.stringContaining("azurerm_federated_identity_credential.")],
    ]);
  });
});
