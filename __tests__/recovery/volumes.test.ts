import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

/** Whatever outlives its pod in a cluster. */
const LASTING = /PersistentVolume|volumeClaimTemplates|StatefulSet|hostPath/;

it("no chart of ours makes a volume that outlives its pod: the plan has no backup of the cluster", () => {
  const templates = readdirSync("charts", { recursive: true, encoding: "utf8" }).filter((file) =>
    /templates\/.*\.(yaml|tpl)$/.test(file),
  );
  expect(templates.length).toBeGreaterThan(20);
  expect(templates.filter((file) => LASTING.test(readFileSync(join("charts", file), "utf8")))).toEqual([]);
});
