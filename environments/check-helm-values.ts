import { ENVIRONMENTS } from "./all";
import type { Environment } from "./environment";
import { type HelmValues, RELEASES, type Release, type ReleaseValues, type Values } from "./helm-values";
import { APPLICATIONS } from "./naming";
import { describeFault, type Fault, judgeShape } from "./rules/fault";
import { PLATFORM_RULES } from "./rules/platform";
import { WORKLOAD_RULES } from "./rules/workload";
import { type PlatformValues, platformSchema } from "./schema/platform";
import { type Workload, workloadSchema } from "./schema/workload";

/** Every fault of helm-values/, one a line, with the file to change. */
export function helmValueFaults(environments: readonly Environment[], helmValues: HelmValues): string[] {
  const releases = Object.keys(RELEASES) as Release[];
  return [
    ...helmValues.strays([...ENVIRONMENTS, ...environments]).map(describeFile),
    ...environments.flatMap((environment) =>
      releases.flatMap((release) => faultsOf(helmValues.of(release, environment), release, environment)),
    ),
  ].filter((line, index, all) => all.indexOf(line) === index);
}

function faultsOf(values: ReleaseValues, release: Release, environment: Environment): string[] {
  if (values.faults.length > 0) return values.faults.map(describeFile);
  const faults = contentFaults(release, environment, values.merged);
  return faults.map((fault) => describeFault(`${fileOf(values, fault, environment.name)} `, fault));
}

function contentFaults(release: Release, environment: Environment, merged: Values): Fault[] {
  if (APPLICATIONS.some((application) => application === release)) return workloadFaults(merged, environment);
  if (release === "platform") return platformFaults(merged);
  // A chart of others has a schema of its own, or none.
  return [];
}

function workloadFaults(merged: Values, environment: Environment): Fault[] {
  const { faults, isReadable } = judgeShape(workloadSchema, merged);
  const rules = WORKLOAD_RULES.filter(({ reads }) => isReadable(reads));
  return [...faults, ...rules.flatMap((rule) => rule.faults(merged as unknown as Workload, environment))];
}

function platformFaults(merged: Values): Fault[] {
  const { faults, isReadable } = judgeShape(platformSchema, merged);
  const rules = PLATFORM_RULES.filter(({ reads }) => isReadable(reads));
  return [...faults, ...rules.flatMap((rule) => rule.faults(merged as unknown as PlatformValues))];
}

/** The file that says it, or the one where it is missing. */
function fileOf({ layers }: ReleaseValues, { path }: Fault, environment: string): string {
  const [base, own] = layers;
  const says = (values: Values | undefined) =>
    path.split(".").reduce<unknown>((inner, key) => (inner as Values | undefined | null)?.[key], values) !== undefined;
  const file = (says(own?.values) ? own : base)?.file ?? "helm-values";
  return file === own?.file ? file : `${file} (${environment})`;
}

const describeFile = (fault: Fault): string => `${fault.path}: ${fault.must}, got ${JSON.stringify(fault.got)}`;
