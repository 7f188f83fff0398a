import { z } from "zod";
import { UserError } from "../../model/user-error";
import { parseJson } from "../parse-json";

/**
 * A state as Terraform 0.12 and later write it: developer.hashicorp.com/terraform/internals/json-format says that it may
 * change, and the version stands in it. No value of an attribute is kept but ids.
 */
const stateSchema = z.object({
  version: z.literal(4),
  serial: z.int().min(0),
  lineage: z.string().min(1),
  resources: z.array(
    z.object({
      mode: z.enum(["managed", "data"]),
      module: z.string().optional(),
      type: z.string(),
      name: z.string(),
      instances: z.array(
        z.object({
          index_key: z.union([z.string(), z.number()]).optional(),
          deposed: z.string().optional(),
          attributes: z.object({ id: z.unknown().optional() }).nullish(),
        }),
      ),
    }),
  ),
});

/** What of a state may be told: no value of any attribute but ids. */
export interface StateFile {
  /** Each instance of a resource, also one that still has to be deleted; data sources are read again by every plan. */
  readonly addresses: readonly string[];
  /** The id of each instance that has one, by address. */
  readonly ids: ReadonlyMap<string, string>;
  /** The same for all versions of one state. */
  readonly lineage: string;
  /** One more with every write of Terraform's. */
  readonly serial: number;
}

/** Nothing was ever written: Terraform makes such a blob to lock what is not there yet. */
export const isUnwritten = (text: string): boolean => text.trim() === "";

/** @returns why not, when it is no whole state of Terraform 0.12 or later */
export function readState(text: string): StateFile | { readonly damaged: string } {
  if (isUnwritten(text)) return { damaged: "nothing is in it" };
  const value = parseJson(text);
  if (value === undefined) return { damaged: "it is no JSON, or the end of it is missing" };
  const parsed = stateSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { damaged: `it is no state of Terraform (${issue?.path.join(".") || "all of it"})` };
  }
  const { lineage, resources, serial } = parsed.data;
  const instances = resources
    .filter(({ mode }) => mode === "managed")
    .flatMap(({ instances: all, module, name, type }) => {
      const address = [module, type, name].filter(Boolean).join(".");
      return all.map(({ attributes, deposed, index_key: key }): [string, unknown] => [
        `${address}${key === undefined ? "" : `[${JSON.stringify(key)}]`}${deposed ? ` (deposed ${deposed})` : ""}`,
        attributes?.id,
      ]);
    });
  const ids = instances.flatMap(([address, id]): [string, string][] => (typeof id === "string" ? [[address, id]] : []));
  return { addresses: instances.map(([address]) => address), ids: new Map(ids), lineage, serial };
}

const NOTHING: StateFile = { addresses: [], ids: new Map(), lineage: "", serial: 0 };

/**
 * @param text empty where nothing was ever written
 * @throws UserError when it is no state of Terraform 0.12 or later
 */
export function stateIn(text: string, where: string): StateFile {
  if (isUnwritten(text)) return NOTHING;
  const file = readState(text);
  if (!("damaged" in file)) return file;
  throw new UserError(`${where} holds something that is no state of Terraform: ${file.damaged}`);
}
