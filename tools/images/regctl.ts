import { COPY_MINUTES, type Contents, type CopyTool, type Platform, QUERY_MINUTES } from "./copy-tool";
import { isNotFound } from "./failures";
import { platformOf, repositoryOf, UNSAID } from "./platform-of";
import { runTool, ToolError } from "./tool-process";

/** One line for each manifest that the tree has, and one for each that an index lists. */
const TREE = [
  '{{define "platform"}}{{with .Platform}}{{.OS}}/{{.Architecture}}{{end}}{{end}}',
  '{{define "node"}}{{.Manifest.GetDescriptor.Digest}} {{template "platform" .}}\n',
  '{{if .Manifest.IsList}}{{range .Manifest.GetManifestList}}listed {{.Digest}} {{template "platform" .}}\n{{end}}{{end}}',
  '{{range .Child}}found {{template "node" .}}{{end}}{{range .Referrer}}referrer {{template "node" .}}{{end}}{{end}}',
  'top {{template "node" .}}',
].join("");

/** regctl, 0.9 or newer (github.com/regclient/regclient): the only one of the tools that copies signatures and other referrers. */
export function regctl(env: NodeJS.ProcessEnv): CopyTool {
  // Errors only: a warning on standard error would be taken for the reason of a failure.
  const run = (minutes: number, ...args: readonly string[]) =>
    runTool("regctl", ["--verbosity", "error", ...args], { env, minutes });
  const ask = (...args: readonly string[]) => run(QUERY_MINUTES, ...args);

  /** The tree as far as it goes, and why it ends where it does. */
  async function treeOf(reference: string): Promise<{ lines: string; end?: ToolError }> {
    try {
      return { lines: await ask("artifact", "tree", "--digest-tags", "--format", TREE, reference) };
    } catch (error) {
      if (error instanceof ToolError && error.stdout !== "") return { lines: error.stdout, end: error };
      throw error;
    }
  }

  const configured = async (reference: string) =>
    (await ask("image", "inspect", "--format", "{{.OS}}/{{.Architecture}}", reference)).trim();

  /** What an entry of an index is for; it need not say so there. */
  async function named(repository: string, { name, digest }: Platform): Promise<Platform> {
    if (name !== UNSAID) return { name, digest };
    const entry = `${repository}@${digest}`;
    const manifest = await ask("manifest", "get", "--format", "raw-body", entry);
    return { name: await platformOf(manifest, () => configured(entry)), digest };
  }

  return {
    name: "regctl",
    refuses: () => undefined,
    async digest(reference) {
      try {
        return (await ask("manifest", "head", reference)).trim();
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
      }
    },
    async contents(reference, kind) {
      const { lines, end } = await treeOf(reference);
      const tree = readTree(lines);
      // It ends at a platform that is not there, or at something else, such as a referrer of one before.
      const isPlatform = tree.missing !== undefined && end?.message.includes(tree.missing.digest);
      if (end !== undefined && !(isPlatform && isNotFound(end))) throw end;
      // Of what is not whole, nobody asks more.
      if (kind === "chart" || tree.missing !== undefined) return tree;
      if (tree.platforms.length === 0)
        return { ...tree, platforms: [{ name: await configured(reference), digest: tree.digest }] };
      const platforms = [];
      for (const one of tree.platforms) platforms.push(await named(repositoryOf(reference), one));
      return { ...tree, platforms };
    },
    async copy(from, to) {
      await run(COPY_MINUTES, "image", "copy", "--referrers", "--digest-tags", from, to);
    },
  };
}

function readTree(text: string): Contents {
  const lines = text
    .split("\n")
    .map((line) => line.split(" "))
    .map(([what = "", digest = "", name = ""]) => ({ what, digest, name }));
  const digestsOf = (wanted: string) => lines.filter(({ what }) => what === wanted).map(({ digest }) => digest);
  // What the first manifest lists follows it at once; an index below it, such as a referrer, lists its own further down.
  const end = lines.findIndex(({ what }, index) => index > 0 && what !== "listed");
  const platforms = lines.slice(1, end).map(({ name, digest }): Platform => ({ name: name || UNSAID, digest }));
  const found = digestsOf("found");
  // The tree is walked in the list's order and ends at the first that is not there.
  const missing = platforms.find(({ digest }) => !found.includes(digest));
  return {
    digest: digestsOf("top")[0] ?? "",
    platforms,
    ...(missing && { missing }),
    referrers: [...new Set(digestsOf("referrer"))].sort(),
  };
}
