import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import {
  type Evidence,
  evidenceFile,
  keepEvidence,
  keptEvidence,
  touchedSince,
} from "../../../tools/handover/evidence";

const root = mkdtempSync(join(tmpdir(), "mmrv-evidence-"));
afterAll(() => rmSync(root, { recursive: true }));

const EVIDENCE: Evidence = {
  environment: "staging",
  release: "backend",
  takenAt: "2026-12-01T10:00:00Z",
  delivery: "terraform",
  revision: 3,
  objects: [
    { kind: "ConfigMap", namespace: "mmrv", name: "backend", uid: "c", generation: null },
    { kind: "Deployment", namespace: "mmrv", name: "backend", uid: "d", generation: 4 },
    { kind: "GatewayClass", namespace: "", name: "mmrv", uid: "g", generation: 1 },
    { kind: "Pod", namespace: "mmrv", name: "backend-1", uid: "p", generation: null },
  ],
};
const OF = { environment: "staging", release: "backend" };

describe("what was live before a step", () => {
  it("is kept whole, once for a release, and read again", async () => {
    expect(await keptEvidence(OF, root)).toBeUndefined();
    await keepEvidence({ ...EVIDENCE, revision: 2 }, root);
    await keepEvidence(EVIDENCE, root);
    expect(await keptEvidence(OF, root)).toEqual(EVIDENCE);
    expect(await keptEvidence(OF, "elsewhere", join(root, evidenceFile(OF)))).toEqual(EVIDENCE);
    expect(readdirSync(join(root, ".mmrv/handover"))).toEqual(["staging-backend.json"]);
  });

  it("is refused when it is another's, nobody's, or not there", async () => {
    const file = join(root, "some.json");
    writeFileSync(file, JSON.stringify({ ...EVIDENCE, release: "frontend" }));
    await expect(keptEvidence(OF, root, file)).rejects.toThrow(
      `${file}: is of staging frontend, not of staging backend`,
    );
    writeFileSync(file, "{");
    await expect(keptEvidence(OF, root, file)).rejects.toThrow(`${file}: is not what handover keeps; remove it`);
    await expect(keptEvidence(OF, root, `${file}.none`)).rejects.toThrow(`${file}.none: there is no such file`);
  });

  it("is compared by what changes when somebody touches it", () => {
    expect(touchedSince(EVIDENCE, EVIDENCE)).toEqual([]);
    const [config, deployment, gateway, pod] = EVIDENCE.objects;
    if (!config || !deployment || !gateway || !pod) throw new Error("no objects");
    const objects = [
      { ...config, uid: "other" },
      { ...deployment, generation: 5 },
      gateway,
      { ...pod, name: "backend-2" },
    ];
    expect(touchedSince(EVIDENCE, { objects })).toEqual([
      "Pod mmrv/backend-1 is gone",
      "ConfigMap mmrv/backend is another one of that name",
      "Deployment mmrv/backend was changed (generation 4 → 5)",
      "Pod mmrv/backend-2 is new",
    ]);
  });
});
