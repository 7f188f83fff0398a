import { stringify } from "yaml";
import { positionOf } from "../../model/cutover/position";
import type { RecordSet } from "../../model/cutover/record-set";
import { isZoned, membersOf } from "../../model/cutover/records";
import type { AdoptedName, Component, CutoverFile, Step } from "../../model/cutover/schema";
import type { Stage } from "../../model/cutover/stages";
import { PROOF, taken, wayTo } from "./cutover";
import type { CutoverStage } from "./cutover-stage";

/** Long ago: what a command writes now must come after it, whatever the clock of the machine says. */
const since = (index: number): string => new Date(Date.UTC(2026, 0, 1, 2 * index)).toISOString();

/** Steps with their evidence, as long ago. */
export const longAgo = (steps: Parameters<typeof taken>[0], from?: Parameters<typeof taken>[1]): Step[] =>
  taken(steps, from).map((step, index) => ({ ...step, since: since(index) }));

const ALB = {
  name: "dualstack.main-123.us-east-1.elb.amazonaws.com",
  zone: "Z35SXDOTRQ7X7K",
  evaluateTargetHealth: true,
};
const CLOUDFRONT = { name: "d111111abcdef8.cloudfront.net", zone: "Z2FDTNDATAQYW2" };

/** The names of the stage as adopt writes them, where Azure has an IPv6 address too. */
export function namesOnStage(zoneId: string): { readonly backend: AdoptedName[]; readonly frontend: AdoptedName[] } {
  const zone = { id: zoneId, name: "example.com" };
  // Where nobody listens, so that whoever looks at both sides leaves the machine alone.
  const azure = { A: ["127.0.0.7"] };
  return {
    backend: [
      {
        host: "api.example.com",
        zone,
        aws: [
          { type: "A", alias: ALB },
          { type: "AAAA", alias: ALB },
        ],
        azure: { ...azure, AAAA: ["2001:db8::7"] },
      },
    ],
    frontend: [
      { host: "example.com", zone, aws: [{ type: "A", alias: { ...CLOUDFRONT, evaluateTargetHealth: false } }], azure },
      {
        host: "www.example.com",
        zone,
        aws: [{ type: "CNAME", ttl: 500, values: [CLOUDFRONT.name], becomes: CLOUDFRONT }],
        azure,
      },
    ],
  };
}

/** Both applications of the stage at a stage of the cutover. */
export function fileAt(stage: Stage, zone: string): CutoverFile & { readonly components: Record<string, Component> } {
  const { backend, frontend } = namesOnStage(zone);
  return {
    proof: PROOF,
    components: {
      backend: { names: backend, steps: longAgo(wayTo(stage)) },
      frontend: { names: frontend, steps: longAgo(wayTo(stage), "amplify") },
    },
  };
}

/** The file as somebody has it who writes into it: with comments in every place. */
export const textOf = (file: CutoverFile): string =>
  `# Whoever is on call writes here.\n\n${stringify(file, { lineWidth: 0, aliasDuplicateObjects: false })}`
    .replace("  backend:\n", "  # The API goes first.\n  backend:\n")
    .replaceAll("percent: 5\n", "percent: 5 # more on Monday\n")
    .concat("\n# The end.\n");

/** What the zone has when the file is deployed. */
export const recordsOf = (file: CutoverFile): RecordSet[] =>
  Object.values(file.components ?? {}).flatMap(({ names = [], steps }) =>
    names
      .filter(isZoned)
      .flatMap((name) => membersOf(name, positionOf({ steps })))
      .map(({ set }) => set),
  );

/** Writes such a file, and has the zone as it says. */
export async function place(stage: CutoverStage, file: CutoverFile): Promise<void> {
  stage.write(textOf(file));
  await stage.setRecords(recordsOf(file));
}

/** The text of such a file with one more step of an application, which is the way back. */
export function textWithBack(text: string, application: "backend" | "frontend", moment: string): string {
  const step = `      - stage: ready\n        percent: 0\n        since: ${moment}\n`;
  const behind = application === "backend" ? "  frontend:\n" : "\n# The end.\n";
  return text.replace(behind, `${step}${behind}`);
}
