import { z } from "zod";
import type { Environment } from "../../model/environment";
import { namesOf, stackName } from "../../model/naming";
import type { AskArm } from "./ask-arm";
import { LOGIN } from "./deployed";
import { type Finding, finding, missing, ready, unknown } from "./finding";

const secretSchema = z.object({ name: z.string() });

/**
 * Whether the standby's vaults hold every secret that its applications look for, by name: Resource Manager lists names without
 * values, and does so from outside of a private network (learn.microsoft.com/rest/api/keyvault/keyvault/secrets/list).
 * @param wanted names in lower case, by application
 */
export async function vaultFinding(
  primary: Environment,
  standby: Environment,
  { arm, wanted }: { readonly arm: AskArm; readonly wanted: ReadonlyMap<string, readonly string[]> },
): Promise<Finding> {
  const { resourceGroup, vault: vaultOf } = namesOf(standby);
  const answers = await Promise.all(
    [...wanted].map(async ([application, names]) => {
      const vault = vaultOf(application);
      const place = `/resourceGroups/${resourceGroup}/providers/Microsoft.KeyVault/vaults/${vault}/secrets`;
      return { names, vault, answer: await arm.list(place, "2023-07-01", secretSchema) };
    }),
  );
  const copy = `npx mmrv secrets copy ${standby.name} --from-vault ${primary.name}`;
  const lost = answers.flatMap(({ answer }) => (answer.is === "missing" ? [1] : []));
  if (lost.length > 0)
    return finding(
      "vaults",
      missing(
        `${lost.length} of ${answers.length} vaults are not there`,
        `npx mmrv deploy ${stackName(standby.name, "infra")}, then ${copy}`,
      ),
    );
  const lacking = answers.flatMap(({ answer, names, vault }) => {
    if (answer.is !== "found") return [];
    const there = new Set(answer.value.map(({ name }) => name.toLowerCase()));
    return names.filter((name) => !there.has(name)).map((name) => `${vault}/${name}`);
  });
  if (lacking.length > 0) return finding("vaults", missing(`not there: ${lacking.join(", ")}`, copy));
  const [why] = answers.flatMap(({ answer }) => (answer.is === "unknown" ? [answer.why] : []));
  if (why !== undefined) return finding("vaults", unknown(why, LOGIN));
  const count = answers.reduce((sum, { names }) => sum + names.length, 0);
  return finding(
    "vaults",
    ready(
      `${count} secrets are there by name; whether by value: npx mmrv secrets verify ${standby.name} --from-vault ${primary.name}`,
    ),
  );
}
