import type { At } from "../at";
import type { Draft } from "../draft";
import type { Context } from "../ecs/inputs";

/** What was read of one app on Amplify, unwrapped (`read.ts`). What was not given is undefined, or an empty list. */
export interface AmplifyInputs {
  readonly app?: At;
  readonly branch?: At;
  readonly domains: readonly At[];
  /** In the order in which Amplify takes them: the repository's, the branch's, the app's. The first counts. */
  readonly buildSpecs: readonly At[];
  /** customRules as a file. The app's own are below `app`. */
  readonly redirects?: At;
  /** In the order in which Amplify takes them: the repository's, the console's. The first counts. */
  readonly headers: readonly At[];
  readonly nextConfig?: At;
}

export interface AmplifyContext extends Context {
  /** The branch that became this environment, when somebody named it. */
  readonly branch?: string;
  /** The folder of the application in a monorepo, when somebody named it. */
  readonly appRoot?: string;
}

/** A variable that the build writes into the files that browsers get. */
export interface BuildArgument {
  readonly name: string;
  /** Public by its nature; undefined when no file says it. */
  readonly value?: string;
}

export interface BuildSecret {
  readonly name: string;
  readonly neededBy: "install" | "build";
}

/** How the image is built. */
export interface Build {
  /** The folder that Docker gets, from the repository's root. */
  readonly context: string;
  /** The application's folder below it, in a monorepo. */
  readonly appRoot?: string;
  /** Such as "pnpm@9.12.0", or "npm" where no version was said. */
  readonly packageManager?: string;
  /** Such as "20", or ".tool-versions" for the file that says it. */
  readonly node?: string;
  /** From the repository's root, as are the commands; "…" stands for a word that may be a secret. */
  readonly install: readonly string[];
  readonly commands: readonly string[];
  /** Variables that the build needs and nobody may read afterwards: mounted, never an ARG. */
  readonly secrets: readonly BuildSecret[];
}

/** A further name, as `domains.<application>.also` takes it. */
export interface FurtherName {
  readonly host: string;
  readonly does: "redirects" | "serves";
}

export interface Domain {
  readonly host: string;
  readonly also: readonly FurtherName[];
}

/** What an import of an Amplify app means. */
export interface AmplifyDraft extends Draft {
  readonly branch?: string;
  readonly build: Build;
  readonly buildArguments: readonly BuildArgument[];
  /** What to paste into the application's Dockerfile and workflow, and what to type. */
  readonly pipeline: { readonly dockerfile: string; readonly workflow: string; readonly commands: readonly string[] };
  /** Members of the object that next.config exports; "" when there are none. */
  readonly nextConfig: { readonly fragment: string; readonly overlaps: readonly string[] };
  /** Names of variables that the build wrote into .env files, and so into what it built. */
  readonly baked: readonly string[];
  /** What stood there and had no effect on Amplify. */
  readonly ignored: readonly string[];
  /** Secrets whose value only Amplify has: into the vault by hand. */
  readonly byHand: readonly { readonly name: string; readonly env: string }[];
  readonly domain?: Domain;
  /** Hosts that the firewall must let pass, besides `aws.endpoints`; none of the environment's own. */
  readonly egressHosts: readonly string[];
}
