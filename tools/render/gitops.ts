import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Document, isNode, visit } from "yaml";
import { webApplicationsOf } from "../../model/applications";
import type { Cutovers } from "../../model/cutover/files";
import { deliverableReleases, gitOpsFolder, PLATFORM, PROBE, SUBSTITUTES } from "../../model/delivery";
import type { Environment } from "../../model/environment";
import { GITOPS, GITOPS_FILES, RENDERED } from "../../model/gitops/files";
import type { HelmValues } from "../../model/helm-values";
import type { Values } from "../../model/read-values";
import type { Workload } from "../../model/schema/workload";
import type { ThirdParty } from "../../model/third-party";
import { applicationValues } from "../../stacks/application-values";
import { platformValues } from "../../stacks/platform-values";
import { filesBelow } from "./files-below";
import { type FluxRelease, helmRelease, kustomization, namespace, probe } from "./gitops-objects";

/** What a release is rendered from, beside its environment. */
export interface GitOpsSources {
  readonly cutovers: Cutovers;
  readonly helmValues: HelmValues;
  readonly thirdParty: ThirdParty;
}

interface GitOpsFile {
  /** From the root of the repository. */
  readonly file: string;
  readonly path: string;
  /** Undefined for one that was rendered once and is not any more. */
  readonly text: string | undefined;
}

/**
 * What Flux applies of every release that can be handed over, whoever delivers it today: what Flux would do is there to be read
 * and compared before it does it. Also of an application without an image: nothing but `suspend` may change when it gets
 * one, since the pipeline that names an image renders nothing.
 * @param root the folder of the repository
 */
export function gitOpsFiles(root: string, environments: readonly Environment[], sources: GitOpsSources): GitOpsFile[] {
  const wanted = new Map<string, string>(
    environments.flatMap((environment) => [
      [`${gitOpsFolder(environment, PROBE)}/${GITOPS_FILES.kustomization}`, written(probe(environment))] as const,
      ...deliverableReleases(environment).flatMap((name) => {
        const release = fluxRelease(environment, name, sources);
        return Object.entries(textsOf(release)).map(
          ([file, text]) => [`${gitOpsFolder(environment, name)}/${file}`, text] as const,
        );
      }),
    ]),
  );
  const left = filesBelow(root, GITOPS).filter(
    (file) => !wanted.has(file) && readFileSync(join(root, file), "utf8").startsWith(`# ${RENDERED}`),
  );
  const all = new Map<string, string | undefined>([...left.map((file) => [file, undefined] as const), ...wanted]);
  return [...all].map(([file, text]) => ({ file, path: join(root, file), text }));
}

/** As a release is rendered for Flux. */
function fluxRelease(environment: Environment, name: string, sources: GitOpsSources): FluxRelease {
  const { cutovers, helmValues, thirdParty } = sources;
  const { layers, merged } = helmValues.of(name, environment);
  const computed =
    name === PLATFORM
      ? platformValues(environment, thirdParty, cutovers.of(environment))
      : applicationValues(environment, name, FILLED_IN);
  const isScaled =
    name !== PLATFORM &&
    webApplicationsOf(environment).some((web) => web.name === name) &&
    (merged as Partial<Workload>).autoscaling?.enabled === true;
  return {
    environment,
    name,
    // Of a file with comments alone Flux would make a value that is none.
    layers: layers.filter(({ values }) => Object.keys(values).length > 0).map(({ file }) => file),
    computed: substituted(computed) as Values,
    ...(isScaled && { scaled: name }),
  };
}

/** What Flux fills in, where Terraform reads it from Azure. */
const FILLED_IN = { clientId: `\${${SUBSTITUTES.clientId}}`, tenantId: `\${${SUBSTITUTES.tenantId}}` };

/** As a value has to stand for Flux to make it of it: of "$$" it makes "$", and nothing but FILLED_IN is a variable. */
function substituted(value: unknown): unknown {
  if (typeof value === "string")
    return Object.values(FILLED_IN).includes(value) ? value : value.replaceAll("$", "$$$$");
  if (Array.isArray(value)) return value.map(substituted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key.replaceAll("$", "$$$$"), substituted(inner)]),
  );
}

/** The files of a release by name. */
function textsOf(release: FluxRelease): Readonly<Record<string, string>> {
  const objects = {
    ...(release.name === PLATFORM && { [GITOPS_FILES.namespace]: namespace(release) }),
    [GITOPS_FILES.release]: helmRelease(release),
  };
  const all = { [GITOPS_FILES.kustomization]: kustomization(release, Object.keys(objects)), ...objects };
  return Object.fromEntries(Object.entries(all).map(([file, object]) => [file, written(object)]));
}

/** No "$" in it: Flux would take it for a variable. */
const HEADER = ` ${RENDERED} from environments/, helm-values/ and cutover/: change those, not this file (docs/gitops.md).`;

/** An object as YAML, every text of its values in quotes: no reader takes one for a number, a truth or a date. */
function written(object: object): string {
  const document = new Document(object, { version: "1.1", aliasDuplicateObjects: false });
  document.commentBefore = HEADER;
  const values = document.getIn(["spec", "values"]);
  if (isNode(values))
    visit(values, {
      Scalar: (key, node) => {
        if (key !== "key" && typeof node.value === "string") node.type = "QUOTE_DOUBLE";
      },
    });
  return document.toString({ lineWidth: 0 });
}
