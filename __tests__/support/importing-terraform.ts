import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Place } from "../../tools/state/rebuild/rebuild";
import type { StackJson } from "../../tools/terraform/stack-json";
import type { Terraform } from "../../tools/terraform/terraform";

interface World {
  readonly json: StackJson;
  /** What is in Azure, by the id that an import takes. */
  readonly ids: readonly string[];
  /** What a plan knows of a resource that it would make, by address. */
  readonly planned?: Readonly<Record<string, object>>;
  /** What else a plan of imports would do, such as { address, actions }. */
  readonly more?: readonly { readonly address: string; readonly actions: readonly string[] }[];
}

interface Change {
  readonly address: string;
  readonly mode: "managed";
  readonly type: string;
  readonly change: {
    readonly actions: readonly string[];
    readonly before: unknown;
    readonly after: unknown;
    readonly importing?: { readonly id: string };
  };
}

/** Imports what is there and says what is not, as Terraform does, without a provider; the state is in memory. */
export function importingTerraform({ ids, json, more = [], planned = {} }: World) {
  const folder = mkdtempSync(join(tmpdir(), "mmrv-importing-"));
  const state = { version: 4, serial: 1, lineage: "ours", resources: [] as object[] };
  const known = new Map<string, string>();
  const calls: string[] = [];
  const program = Object.entries(json.resource ?? {}).flatMap(([type, byName]) =>
    Object.keys(byName).map((name) => `${type}.${name}`),
  );
  const changeOf = (address: string, actions: readonly string[], id?: string): Change => ({
    address,
    mode: "managed",
    type: address.split(".")[0] ?? "",
    change: { actions, before: null, after: planned[address] ?? {}, ...(id !== undefined && { importing: { id } }) },
  });
  const outOf = (args: readonly string[]) => args.find((arg) => arg.startsWith("-out="))?.slice(5) ?? "";

  function plan(args: readonly string[]) {
    const file = join(folder, "mmrv-rebuild.tf.json");
    const blocks: { to: string; id: string }[] = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).import : [];
    const missing = blocks.filter(({ id }) => !ids.includes(id));
    if (missing.length > 0) {
      const says = ({ to }: { to: string }) =>
        `Cannot import non-existent remote object: While attempting to import an existing object to ${JSON.stringify(to)}, the provider detected that no object exists with the given id.`;
      return { exitCode: 1, events: [], errors: missing.map(says) };
    }
    const targets = args.flatMap((arg) => (arg.startsWith("-target=") ? [arg.slice(8)] : []));
    const imported = blocks.map(({ id, to }) => changeOf(to, ["no-op"], id));
    const created = [...program, ...Object.keys(planned)]
      .filter((address, index, all) => all.indexOf(address) === index)
      .filter((address) => !known.has(address) && !blocks.some(({ to }) => to === address))
      .filter((address) => targets.length === 0 || targets.includes(address))
      // Of what has instances the instances alone are planned.
      .filter((address) => !Object.keys(planned).some((one) => one.startsWith(`${address}[`)))
      .map((address) => changeOf(address, ["create"]));
    const others = blocks.length > 0 ? more.map(({ actions, address }) => changeOf(address, actions)) : [];
    writeFileSync(outOf(args), JSON.stringify({ resource_changes: [...imported, ...created, ...others] }));
    return { exitCode: 0, events: [], errors: [] };
  }

  const terraform = {
    stateList: async () => [...known.keys()],
    json: async (args: readonly string[]) => {
      calls.push(`${args[0]} with ${readdirSync(folder).sort().join(", ") || "nothing"} beside the program`);
      if (args[0] === "plan") return plan(args);
      const { resource_changes: changes } = JSON.parse(readFileSync(args.at(-1) ?? "", "utf8"));
      for (const { address, change } of changes as Change[])
        if (change.importing) known.set(address, change.importing.id);
      return { exitCode: 0, events: [], errors: [] };
    },
    text: async (args: readonly string[]) => {
      const last = args.at(-1) ?? "";
      if (args[0] === "show") return { exitCode: 0, stdout: readFileSync(last, "utf8"), stderr: "" };
      if (args[0] === "import") {
        const [address = "", id = ""] = args.slice(-2);
        calls.push(`import ${address}`);
        if (!ids.includes(id))
          return { exitCode: 1, stdout: "", stderr: "Error: Cannot import non-existent remote object" };
        known.set(address, id);
        return { exitCode: 0, stdout: "", stderr: "" };
      }
      if (args[1] === "pull") return { exitCode: 0, stdout: JSON.stringify(state), stderr: "" };
      Object.assign(state, JSON.parse(readFileSync(last, "utf8")));
      return { exitCode: 0, stdout: "", stderr: "" };
    },
  };
  const place: Place = { folder, terraform: terraform as unknown as Terraform };
  return {
    place,
    known,
    state,
    calls,
    left: () => readdirSync(folder),
    stop: () => rmSync(folder, { recursive: true }),
  };
}
