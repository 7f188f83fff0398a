import { expect, it, vi } from "vitest";
import { planAnswer } from "../../../tools/cli/images";
import type { CopyTool } from "../../../tools/images/copy-tool";
import { planArtifacts } from "../../../tools/images/plan";
import { answer } from "../../../tools/output";
import { tries } from "../../support/tries";

const DIGEST = `sha256:${"1".repeat(64)}`;
const artifact = (tag: string) => ({
  kind: "image" as const,
  origin: "ECR",
  ifTaken: "give the new one a tag of its own",
  from: `aws.example/app@${DIGEST}`,
  digest: DIGEST,
  to: `ours.example/mmrv/app:${tag}`,
});
/** A registry with one of two images, and with words that would act. */
const tool: CopyTool = {
  name: "regctl",
  refuses: () => undefined,
  copy: () => Promise.reject(new Error("a plan copies nothing")),
  digest: async (reference) => (reference.endsWith(":here") ? DIGEST : undefined),
  contents: async (reference) =>
    reference.endsWith("away")
      ? undefined
      : {
          digest: DIGEST,
          platforms: [{ name: "linux/s390x\n::add-mask::x\u001b[31m", digest: DIGEST }],
          referrers: [],
        },
};

it("images plan --json says of each artifact how it stands, and shows what would act", async () => {
  const lines: string[] = [];
  const wanted = { artifacts: [artifact("here"), artifact("away")], faults: ["ecr: no login"], notes: [] };
  const outcome = await planArtifacts(wanted, tool, (line) => lines.push(line), tries(0));
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  answer(true, planAnswer("staging", outcome), () => {});
  const [[text] = []] = log.mock.calls;
  log.mockRestore();
  const why = "it is for linux/s390x\n::add-mask::x\u001b[31m, and our nodes are linux/amd64: build it for that too";
  expect(JSON.parse(text)).toEqual({
    environment: "staging",
    isComplete: false,
    artifacts: [
      { is: "fault", kind: "image", from: artifact("here").from, to: artifact("here").to, digest: DIGEST, why },
      { is: "fault", kind: "image", from: artifact("away").from, to: artifact("away").to, digest: DIGEST, why },
    ],
    faults: ["ecr: no login"],
  });
  expect(text).not.toMatch(/[^\x20-\x7e\n]|^\s*::/m);
});
