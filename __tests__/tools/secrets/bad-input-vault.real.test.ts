import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { requires } from "../../support/requires";
import { type Outcome, SecretsStage, VAULTS } from "../../support/secrets-stage";

const SOURCE = { from: "secretsManager", name: "mmrv/good" } as const;
const { backend, frontend } = VAULTS;

/** What is said of each, after its source. */
const SAID: Readonly<Record<string, RegExp>> = {
  deleted: new RegExp(
    `^it is deleted in ${backend} and not purged; its name is taken; az keyvault secret recover --vault-name ${backend} --name deleted, then run it again$`,
  ),
  "deleted-late": new RegExp(
    `^it is deleted in ${backend} and not purged; .*; az keyvault secret recover --vault-name ${backend} --name deleted-late, then`,
  ),
  "being-deleted": new RegExp(
    `^it is being deleted from ${backend}, or recovered, at this moment; .*; wait a minute, then`,
  ),
  disabled: new RegExp(
    `^it is disabled in ${backend}; nobody can read it, .*; az keyvault secret set-attributes --vault-name ${backend} --name disabled --enabled true, then`,
  ),
  throttled:
    /^Key Vault throttles after every try; too many requests to this vault at once; run it again: what is copied stays/,
};

describe("a vault", requires("moto_server"), () => {
  let stage: SecretsStage;
  beforeAll(async () => {
    stage = await SecretsStage.start();
    await stage.secret(SOURCE.name, "good");
  });
  afterAll(() => stage?.stop());
  afterEach(() => {
    stage.azure.onRequest = () => {};
    stage.azure.secrets.refusing.clear();
  });

  describe("that does not take some", () => {
    let copy: Outcome;
    beforeAll(async () => {
      const { azure } = stage;
      const client = stage.vault("backend");
      await client.setSecret("deleted", "old");
      await client.beginDeleteSecret("deleted");
      await client.setSecret("disabled", "old", { enabled: false });
      const at = (name: string) => `${backend}.vault.azure.net/secrets/${name}`;
      azure.faults.add({ kind: "409", method: "PUT", path: at("being-deleted"), times: 1 });
      azure.faults.add({ kind: "429", method: "PUT", path: at("throttled"), times: 6 });
      // Somebody else makes it and deletes it after the command has looked.
      const send = (method: string, name: string, body?: object) => {
        const url = new URL(`https://${at(name)}?api-version=7.6`);
        azure.secrets.handle({ method, url, headers: { authorization: "Bearer x" }, body: body as never });
      };
      azure.onRequest = (method, place) => {
        if (method !== "PUT" || place !== at("deleted-late")) return;
        send("PUT", "deleted-late", { value: "theirs" });
        send("DELETE", "deleted-late");
      };
      const names = ["first", ...Object.keys(SAID), "last"];
      stage.configure({ backend: names.map((to) => ({ ...SOURCE, to })), frontend: [{ ...SOURCE, to: "other" }] });
      copy = await stage.run("copy");
    });

    it.each(Object.entries(SAID))("says in one line why: %s", (name, said) => {
      const lines = copy.stderr.split("\n").filter((line) => line.startsWith(`backend/${name} (`));
      expect(lines).toHaveLength(1);
      expect(lines[0]?.replace(/^.*?\): not copied: /, "")).toMatch(said);
    });

    it("takes the others all the same, and the end is an exit code of 1", async () => {
      const count = Object.keys(SAID).length;
      expect(copy.code).toBe(1);
      expect(copy.stdout).toContain(`copy staging: ${count + 3} secrets: 3 created, ${count} with a fault; next:`);
      expect(await stage.valuesIn("backend")).toEqual({ disabled: undefined, first: "good", last: "good" });
      expect(await stage.valuesIn("frontend")).toEqual({ other: "good" });
    });

    it("is told before anything is written, as far as it can be known", async () => {
      const plan = await stage.run("plan");
      expect(plan.code).toBe(1);
      expect(plan.stderr).toMatch(/^backend\/deleted \(.*\): cannot be copied: it is deleted in /m);
      expect(plan.stderr).toMatch(/^backend\/disabled \(.*\): cannot be copied: it is disabled in /m);
    });
  });

  describe("that lets nobody in", () => {
    const forbidden = { status: 403, code: "Forbidden", message: "" };

    it.each([
      [
        "whose firewall is closed",
        { ...forbidden, inner: "ForbiddenByFirewall" },
        `the firewall of ${frontend} does not let you in; your address is in none of access.ranges; run it from one of them, or`,
      ],
      [
        "that is private",
        { ...forbidden, inner: "ForbiddenByConnection" },
        `${frontend} is private; it answers inside its network only; run it there (runner, in the environment's file, says where)`,
      ],
      [
        "on which you have no role",
        { ...forbidden, inner: "ForbiddenByRbac" },
        `you may not do that in ${frontend} (ForbiddenByRbac); you need the role Key Vault Secrets Officer on it; az role assignment create`,
      ],
      [
        "behind a proxy that refuses",
        { ...forbidden, code: "" },
        `403 from ${frontend}, and not in Key Vault's words; a proxy, most likely; look at HTTPS_PROXY and NO_PROXY`,
      ],
      [
        "that is not deployed",
        { status: 404, code: "VaultNotFound", message: "" },
        `there is no vault ${frontend}; it is not deployed; deploy the environment's infra stack`,
      ],
    ])("%s is told once, and the other vault goes on", async (what, refusal, said) => {
      const to = what.replaceAll(" ", "-");
      stage.azure.secrets.refusing.set(frontend, refusal);
      stage.configure({ backend: [{ ...SOURCE, to }], frontend: [{ ...SOURCE, to }] });
      const { code, stdout, stderr } = await stage.run("copy");
      expect(code).toBe(1);
      expect(stderr.split("\n").filter((line) => line.startsWith(`frontend: ${said}`))).toHaveLength(1);
      expect(stderr).toContain(`frontend/${to} (Secrets Manager mmrv/good): not tried\n`);
      expect(stdout).toContain("copy staging: 2 secrets: 1 created, 1 with a fault; next:");
      expect((await stage.vault("backend").getSecret(to)).value).toBe("good");
    });

    it("is wrong even when nothing was to be copied into it", async () => {
      stage.azure.secrets.refusing.set(frontend, { ...forbidden, inner: "ForbiddenByRbac" });
      stage.configure({ backend: [{ ...SOURCE, to: "first" }] });
      expect(await stage.run("verify")).toMatchObject({
        code: 1,
        stdout: expect.stringContaining("1 secret: 1 equal"),
      });
      expect(await stage.run("verify", ["--application", "backend"])).toMatchObject({ code: 0 });
    });

    it("because the login is of another tenant stops everything", async () => {
      for (const vault of [backend, frontend])
        stage.azure.secrets.refusing.set(vault, { status: 401, code: "Unauthorized", message: "" });
      stage.configure({ backend: [{ ...SOURCE, to: "never" }] });
      const { code, stderr } = await stage.run("copy");
      expect([code, stderr]).toEqual([
        1,
        expect.stringMatching(
          /^staging: kv-\S+ does not take your token; you are logged in to another tenant, .*; az login --tenant TENANT, then run it again; nothing was read or written\n$/,
        ),
      ]);
    });
  });
});
