import pLimit from "p-limit";
import type { Environment } from "../../model/environment";
import type { HelmValues } from "../../model/helm-values";
import { namesOf } from "../../model/naming";
import { secretsOf, sourceText } from "../../model/rules/secrets";
import type { SecretSource } from "../../model/schema/aws";
import { UserError } from "../../model/user-error";
import { awsLogin } from "../aws/login";
import { azureLogin } from "../azure/login";
import { describeUnexpected } from "../unexpected";
import { awsReader, type ReadAws } from "./aws";
import { listedAndNowhere } from "./listed";
import { copy, plan, type SecretResult, verify } from "./modes";
import { secretCommand } from "./secret-command";
import { LoginError, SecretError } from "./secret-error";
import { compare } from "./transfer";
import { Vault } from "./vault";

export interface Task {
  readonly mode: "plan" | "copy" | "verify";
  readonly environment: Environment;
  readonly applications: readonly string[];
  readonly helmValues: HelmValues;
  /** Whether copy overwrites values that are newer in the vault. */
  readonly force: boolean;
}

/** A secret, without its value, and how it ended. */
export interface DoneSecret extends SecretResult {
  readonly application: string;
  /** Its name in the vault. */
  readonly name: string;
  /** Where it comes from, for people. */
  readonly source: string;
}

/** Where a task tells of its progress. */
export interface Listener {
  readonly begin: (text: string) => void;
  /** One secret is done; the text begins with its name. */
  readonly secret: (text: string, told: DoneSecret) => void;
  /** Nothing is wrong yet, but will be. */
  readonly warning: (text: string) => void;
  /** A whole vault is out of reach. */
  readonly fault: (text: string) => void;
}

/**
 * So many secrets at once. Parameter Store takes 40 requests a second (docs.aws.amazon.com/general/latest/gr/ssm.html); a
 * burst that is too much for it, or for Key Vault, is throttled and tried again.
 */
const AT_ONCE = 8;

/**
 * Takes every secret of the applications through. One that fails does not stop the others.
 * @throws UserError when nobody is logged in, or in another AWS account
 */
export async function run(task: Task, listener: Listener): Promise<void> {
  const { environment, applications } = task;
  const identity = await awsLogin(environment);
  const readAws = awsReader(environment.aws.region);
  const { vault: vaultOf } = namesOf(environment);
  listener.begin(
    `${environment.name}: from AWS ${environment.aws.accountId} (${identity}) to ${applications.map(vaultOf).join(", ")}`,
  );
  const credential = azureLogin();
  const opened = await Promise.all(
    applications.map((application) => open(application, new Vault(vaultOf(application), credential), task, listener)),
  );
  const limit = pLimit(AT_ONCE);
  const all = opened.flatMap(({ application, vault }) =>
    secretsOf(environment, application).map((source) =>
      limit(async () => {
        const told = vault ? await handle(task, source, readAws, vault) : UNTRIED;
        const done = { ...told, application, name: source.to, source: sourceText(source) };
        listener.secret(`${application}/${done.name} (${done.source}): ${done.text}`, done);
      }),
    ),
  );
  await Promise.all(all);
}

const FAILED = { plan: "cannot be copied", copy: "not copied", verify: "cannot be compared" } as const;
const UNTRIED: SecretResult = { outcome: "with a fault", text: "not tried" };

/** The vault, if it lets one in; and a word on each secret that a release would miss. */
async function open(
  application: string,
  vault: Vault,
  { environment, helmValues }: Task,
  { fault, warning }: Listener,
): Promise<{ readonly application: string; readonly vault?: Vault }> {
  try {
    const inVault = await vault.open();
    for (const name of listedAndNowhere(application, environment, helmValues, inVault))
      warning(
        `${application}/${name}: helm-values/${application} lists it, aws.secrets.${application} does not, and it is not in ${vault.name} (or disabled there), so a release would wait for it; add it to aws.secrets, or: ${secretCommand("set", vault.name, name)} --file FILE`,
      );
    return { application, vault };
  } catch (error) {
    if (error instanceof LoginError)
      throw new UserError(`${environment.name}: ${error.message}; nothing was read or written`);
    if (!(error instanceof SecretError)) throw error;
    fault(`${application}: ${error.message}`);
    return { application };
  }
}

async function handle(
  { mode, force }: Pick<Task, "mode" | "force">,
  source: SecretSource,
  readAws: ReadAws,
  vault: Vault,
): Promise<SecretResult> {
  try {
    const found = await compare(source, readAws, vault);
    if (mode === "plan") return plan(found);
    return mode === "verify" ? verify(found) : await copy(found, source, vault, force);
  } catch (error) {
    const text = error instanceof SecretError ? error.message : describeUnexpected(error);
    return { outcome: "with a fault", text: `${FAILED[mode]}: ${text}` };
  }
}
