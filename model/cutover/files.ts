import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { didYouMean } from "../did-you-mean";
import type { Environment } from "../environment";
import { type ReadLayer, readLayer, YAML } from "../read-values";
import { type Issue, issue } from "../rules/issue";
import { type Position, positionOf } from "./position";
import { type Component, type CutoverFile, cutoverSchema } from "./schema";
import type { Stage } from "./stages";

/** The folder of what `npx mmrv render` writes beside the files. */
export const BREAK_GLASS = "break-glass";

/** How far the users of one environment have moved. */
export class Cutover {
  constructor(readonly file: CutoverFile = {}) {}

  /** What is said of an application; undefined for one that is off and has never been anything else. */
  component(application: string): Component | undefined {
    return own(this.file.components, application);
  }

  positionOf(application: string): Position {
    return positionOf(this.component(application));
  }

  stageOf(application: string): Stage {
    return this.positionOf(application).stage;
  }

  /** Which cloud runs its consumers and cron jobs. */
  jobsOf(application: string): "aws" | "azure" {
    return own(this.file.jobs, application)?.at(-1)?.cloud ?? "aws";
  }
}

/** One file, and what is wrong with it as YAML; `content` may be anything. */
export interface ReadCutover {
  /** As the user knows it, such as cutover/staging.yaml. */
  readonly file: string;
  readonly content: unknown;
  readonly issues: readonly Issue[];
}

/**
 * The folder cutover/, or one like it; each file is read once. Or what files would say, by environment.
 * @param only the environment whose file alone counts: of the others nobody has moved, whatever the folder holds
 */
export class Cutovers {
  private readonly files = new Map<string, ReadLayer>();

  constructor(
    private readonly source: string | Readonly<Record<string, CutoverFile>>,
    private readonly only?: string,
  ) {}

  /** @throws Error for a file that checkEnvironments would refuse */
  of(environment: Pick<Environment, "name">): Cutover {
    return new Cutover(cutoverSchema.parse(this.read(environment).content));
  }

  read({ name }: Pick<Environment, "name">): ReadCutover {
    const file = cutoverFileName(name);
    if (this.only !== undefined && this.only !== name) return { file, content: {}, issues: [] };
    if (typeof this.source !== "string") return { file, content: this.source[name] ?? {}, issues: [] };
    const known = this.files.get(name) ?? readLayer(cutoverPath(this.source, name), file, YAML);
    this.files.set(name, known);
    return { file, content: known.layer.values, issues: known.issues };
  }

  /** The same jobs with nobody moved: while users move, a cutover holds the egress in its place. */
  withNobodyMoved(environments: readonly Pick<Environment, "name">[]): Cutovers {
    return new Cutovers(
      Object.fromEntries(
        environments.map((environment) => {
          const { jobs } = this.of(environment).file;
          return [environment.name, jobs === undefined ? {} : { jobs }];
        }),
      ),
    );
  }

  /** Files that no environment would read: a name with a slip in it. Dot files are those of an editor, or of a killed write. */
  strays(environments: readonly Pick<Environment, "name">[]): Issue[] {
    if (typeof this.source !== "string" || this.only !== undefined || !existsSync(this.source)) return [];
    const known = [...environments.map(({ name }) => `${name}.yaml`), BREAK_GLASS];
    return readdirSync(this.source)
      .filter((name) => !name.startsWith(".") && !known.includes(name))
      .map((name) => {
        const must = `must be one of ${known.join(", ")} (nobody would read it)${didYouMean(name, known)}`;
        return issue(`cutover/${name}`, name, must);
      });
  }
}

/** Where the file of an environment is, in the folder of all. */
export const cutoverPath = (folder: string, environment: string): string => join(folder, `${environment}.yaml`);

/** The same as the user knows it. */
export const cutoverFileName = (environment: string): string => `cutover/${environment}.yaml`;

/** What an object of a file has of its own: a name may be one that every object has. */
const own = <T>(all: Readonly<Record<string, T>> | undefined, name: string): T | undefined =>
  all !== undefined && Object.hasOwn(all, name) ? all[name] : undefined;
