import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Cutover } from "../../model/cutover/files";
import type { Environment } from "../../model/environment";
import { chartFolder, HelmValues } from "../../model/helm-values";
import type { ComputedPlatformValues } from "../../model/schema/platform";
import { ThirdParty } from "../../model/third-party";
import { platformValues } from "../../stacks/platform-values";
import { ENVIRONMENTS, HELM_VALUES, thirdParty } from "../support/fixtures/environments/all";
import { Helm, type KubernetesObject } from "../support/helm";

export const CHART = chartFolder("mmrv-platform");

/** What an environment may become without another chart. */
export interface Shape {
  readonly environment: Environment;
  readonly values: ComputedPlatformValues;
}

type Address = ComputedPlatformValues["gatewayAddress"];
const ADDRESSES: readonly Address[] = [
  { on: "publicAddress", name: "pip-gateway", resourceGroup: "rg" },
  { on: "privateIp", ip: "10.50.3.250", subnet: "snet-nodes" },
];

/** Every environment with each address, with and without metrics, with one challenge and with both. */
export const VARIANTS: Readonly<Record<string, Shape>> = Object.fromEntries(
  ENVIRONMENTS.flatMap((environment) =>
    ADDRESSES.flatMap((gatewayAddress) =>
      [true, false].flatMap((metrics) =>
        (["dns01", "http01"] as const).map((frontends) => {
          const values = {
            ...platformValues(environment, new ThirdParty(thirdParty), new Cutover()),
            gatewayAddress,
            metrics,
          };
          const applications = values.applications.map((application) =>
            application.name === "frontend" && application.web
              ? { ...application, web: { ...application.web, challenge: frontends } }
              : application,
          );
          const title = `${environment.name}, ${gatewayAddress.on}, ${metrics ? "metrics" : "no metrics"}, ${frontends}`;
          return [title, { environment, values: { ...values, applications } }];
        }),
      ),
    ),
  ),
);

/** An environment as it is. */
export const configuredShape = (environment: Environment): Shape => ({
  environment,
  values: platformValues(environment, new ThirdParty(thirdParty), new Cutover()),
});

/** The shapes that an environment has as it is. */
export const CONFIGURED: Readonly<Record<string, Shape>> = Object.fromEntries(
  ENVIRONMENTS.map((environment) => [environment.name, configuredShape(environment)]),
);

export type Changes = { readonly [key: string]: unknown };

/** The files that Helm is given, as the stack gives them; `changes` come last, as a mistake would. */
export function valuesFiles(folder: string, { environment, values }: Shape, changes: Changes = {}): string[] {
  const layers = new HelmValues(HELM_VALUES).of("platform", environment).layers.map((layer) => layer.values);
  const own = mkdtempSync(join(folder, "values-"));
  return [...layers, values, changes].map((layer, index) => {
    const file = join(own, `${index}.json`);
    writeFileSync(file, JSON.stringify(layer));
    return file;
  });
}

/** What a chart made, by kind and name. */
export class Rendered {
  constructor(readonly objects: readonly KubernetesObject[]) {}

  static async of(folder: string, shape: Shape): Promise<Rendered> {
    return new Rendered(await new Helm().template(CHART, "platform", valuesFiles(folder, shape)));
  }

  all<T>(kind: string): (KubernetesObject & T)[] {
    return this.objects.filter((object) => object.kind === kind) as (KubernetesObject & T)[];
  }

  /** The only one, or the one of that name. */
  one<T>(kind: string, name?: string): KubernetesObject & T {
    const [object, ...more] = this.all<T>(kind).filter(({ metadata }) => name === undefined || metadata.name === name);
    if (!object || more.length > 0) throw new Error(`${object ? more.length + 1 : 0} of ${kind} ${name ?? ""}`);
    return object;
  }
}
