import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Testing } from "cdktf";
import { afterAll, describe, expect, it } from "vitest";
import { buildApp } from "../../main";
import { MmrvStack } from "../../stacks/mmrv-stack";
import { stopOnMarkers } from "../../stacks/open-markers";
import { synthStack } from "../support/synth";

const folder = mkdtempSync(join(tmpdir(), "mmrv-markers-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("a stack of the program", () => {
  const stacks = buildApp({ outdir: join(folder, "out") }).node.children.filter((child) => child instanceof MmrvStack);

  it("may have open markers", () => {
    expect(stacks.filter(({ openMarkers }) => openMarkers.length > 0)).not.toEqual([]);
  });

  it.each(stacks.map((stack) => [stack.node.id, stack] as const))("%s asks every question of its own", (_, stack) => {
    const { variable } = JSON.parse(Testing.synth(stack));
    const message: string | undefined = variable?.open_markers.validation[0].error_message;
    const asked = message === undefined ? [] : message.split("\n").slice(1);
    expect(asked).toEqual(stack.openMarkers.map(({ path, question }) => `  ${path}: ${question}`));
  });
});

describe("a stack without open markers", () => {
  it("carries nothing", () => {
    expect(synthStack((stack) => stopOnMarkers(stack, [])).json).not.toHaveProperty("variable");
  });
});
