import { existsSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../../../tools/setup/locate";

/** The controllers that act for a release; the extension has more, which notify and write to Git. */
const CONTROLLERS = ["source-controller", "kustomize-controller", "helm-controller"] as const;
export type Controller = (typeof CONTROLLERS)[number];

/**
 * What the versions of Azure's extension microsoft.flux ship: 1.24 has the patches of Flux 2.7, and 1.22 had those of 2.6
 * (learn.microsoft.com/azure/azure-arc/kubernetes/flux-gitops-release-notes).
 */
const VERSIONS = {
  "2.7": { "source-controller": "1.7.4", "kustomize-controller": "1.7.3", "helm-controller": "1.4.5" },
  "2.6": { "source-controller": "1.6.2", "kustomize-controller": "1.6.1", "helm-controller": "1.3.0" },
} as const satisfies Record<string, Record<Controller, string>>;
export type FluxVersion = keyof typeof VERSIONS;

/** One controller: its program, and the folder of the definitions that are of its version. */
export interface ControllerFiles {
  readonly name: Controller;
  readonly program: string;
  readonly definitions: string;
}

/** Where the controllers are: $MMRV_FLUX, or a folder in the cache of tools. */
const folder = (): string => process.env["MMRV_FLUX"] || join(cacheFolder(), "flux");

/**
 * The controllers of a version of Flux: `<name>-<version>/<name>`, and beside it `crds/`, which is `config/crd/bases` of its
 * repository at that tag.
 */
export const controllersOf = (version: FluxVersion): readonly ControllerFiles[] =>
  CONTROLLERS.map((name) => {
    const own = join(folder(), `${name}-${VERSIONS[version][name]}`);
    return { name, program: join(own, name), definitions: join(own, "crds") };
  });

/** What of it is not there, as `<name> <version>`. */
export const missingControllers = (version: FluxVersion): readonly string[] =>
  controllersOf(version)
    .filter(({ definitions, program }) => !existsSync(program) || !existsSync(definitions))
    .map(({ name }) => `${name} ${VERSIONS[version][name]}`);
