import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AmplifyClient, GetAppCommand, ListBranchesCommand } from "@aws-sdk/client-amplify";
import { afterEach, expect, it, vi } from "vitest";
import { readAmplify } from "../../../../tools/import/amplify/read";
import { readApp } from "../../../../tools/import/live/amplify";

const CORPUS = join(__dirname, "..", "..", "..", "support", "import", "amplify");
const recorded = (file: string): Record<string, unknown> => JSON.parse(readFileSync(join(CORPUS, file), "utf8"));
const [app] = recorded("d01-list-apps.json")["apps"] as [object];
const { branch } = recorded("d02-get-branch.json");

/** AWS's answers as they were recorded: no stand-in of Amplify can be had. */
const answers = (command: unknown): object => {
  if (command instanceof GetAppCommand) return { $metadata: {}, app };
  if (command instanceof ListBranchesCommand) return { branches: [branch] };
  return recorded("d03-list-domain-associations.json");
};
afterEach(() => vi.restoreAllMocks());

it("an app that is read live is what its files are", async () => {
  vi.spyOn(AmplifyClient.prototype, "send").mockImplementation(async (command: unknown) => answers(command) as never);
  const { files, gaps } = await readApp("us-east-1", "d1a2b3");
  expect(gaps).toEqual([]);
  const { domains, ...inputs } = readAmplify(files);
  expect(inputs.app?.value).toEqual(app);
  expect(inputs.branch?.value).toEqual(branch);
  expect(domains.length).toBeGreaterThan(0);
});

it("goes on without what AWS does not let it read, and stops without the app itself", async () => {
  const refused = Object.assign(new Error("a value of somebody's"), { name: "AccessDeniedException" });
  const send = vi.spyOn(AmplifyClient.prototype, "send");
  send.mockImplementation(async (command: unknown) => {
    if (command instanceof GetAppCommand) return answers(command) as never;
    throw refused;
  });
  const { files, gaps } = await readApp("us-east-1", "d1a2b3");
  expect([Object.keys(files), gaps]).toEqual([
    ["app"],
    [
      { call: "amplify list-branches", permission: "amplify:ListBranches", why: "AccessDeniedException" },
      {
        call: "amplify list-domain-associations",
        permission: "amplify:ListDomainAssociations",
        why: "AccessDeniedException",
      },
    ],
  ]);
  send.mockRejectedValue(refused as never);
  await expect(readApp("us-east-1", "d1a2b3")).rejects.toThrow(
    /^aws amplify get-app: AccessDeniedException; nothing was written\n {2}next: your role needs amplify:GetApp; or give files instead \(--help\)$/,
  );
});
