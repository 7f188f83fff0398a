import { COPY_MINUTES, type CopyTool, QUERY_MINUTES } from "./copy-tool";
import { isNotFound } from "./failures";
import { runTool } from "./tool-process";

/** The Azure CLI: the registry itself fetches what is public. It logs in by itself. learn.microsoft.com/cli/azure/acr */
export function az(): CopyTool {
  return {
    name: "az",
    limits:
      "az takes nothing from ECR, copies no signatures and other referrers, and looks into no image; regctl does all three. To import, it needs the role Container Registry Data Importer and Data Reader",
    refuses: (from) =>
      /\.dkr\.ecr\.[^/]+\.amazonaws\.com\//.test(from)
        ? "az takes ECR's password as an argument only, where every process of this machine can read it: install regctl or skopeo"
        : undefined,
    async digest(reference) {
      const { registry, image } = partsOf(reference);
      const args = ["acr", "repository", "show", "--name", registry, "--image", image];
      try {
        return (await call([...args, "--query", "digest", "--output", "tsv"], QUERY_MINUTES)).trim();
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
      }
    },
    async contents() {
      return undefined;
    },
    async copy(from, to) {
      const { registry, image } = partsOf(to);
      // Never --force: it moves a tag.
      const args = ["acr", "import", "--name", registry, "--source", from, "--image", image, "--output", "none"];
      await call(args, COPY_MINUTES);
    },
  };
}

const call = (args: readonly string[], minutes: number): Promise<string> => runTool("az", args, { minutes });

/** The registry's name and the image below it: `crmmrvprd.azurecr.io/third-party/x:1`. */
function partsOf(reference: string): { registry: string; image: string } {
  const [host = "", ...path] = reference.split("/");
  return { registry: host.split(".")[0] ?? "", image: path.join("/") };
}
