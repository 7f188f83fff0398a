import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { endOfNode, whyNoCdktf } from "../../../tools/setup/node";

describe("endOfNode", () => {
  it("says in one line that Node.js 20 has ended, and of no other", () => {
    expect(endOfNode("20.19.0")).toBe(
      "Node.js 20 ended on 30 April 2026 and gets no more fixes; it still works here, and .nvmrc names the one to install",
    );
    expect(["22.20.0", "24.1.0", "120.0.0"].map(endOfNode)).toEqual([undefined, undefined, undefined]);
  });
});

describe("whyNoCdktf", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "mmrv-pty-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it.each([
    ["linux", "prebuilds/linux-x64/node.abi127.node"],
    ["linux", "prebuilds/linux-x64/node.abi127.musl.node"],
    ["darwin", "prebuilds/darwin-x64/node.abi127.node"],
    ["win32", "prebuilds/win32-x64/abi127/build/Release/pty.node"],
    ["freebsd", "build/Release/pty.node"],
  ])("has nothing to say on %s with %s", (platform, binary) => {
    const runtime = { arch: "x64", modules: "127", node: "22.1.0", platform };
    expect(whyNoCdktf(runtime, folder)).toBe(
      `its terminal has no binary for Node.js 22.1.0 on ${platform}-x64: take the Node.js that .nvmrc names, or compile one with npm explore @cdktf/node-pty-prebuilt-multiarch -- npm run install`,
    );
    mkdirSync(dirname(join(folder, binary)), { recursive: true });
    writeFileSync(join(folder, binary), "");
    expect(whyNoCdktf(runtime, folder)).toBeUndefined();
  });

  it("knows what is shipped: Node.js 20 and 22, and none after them", () => {
    const of = (modules: string) => whyNoCdktf({ arch: "x64", modules, node: "", platform: "linux" });
    expect([of("115"), of("127")]).toEqual([undefined, undefined]);
    expect([of("137"), of("147")]).toEqual([expect.any(String), expect.any(String)]);
  });
});
