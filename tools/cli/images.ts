import { Argument, Command } from "commander";
import { APPLICATIONS, type Application } from "../../environments/naming";
import { pinImage } from "../images/pin";
import { copyArtifacts, isComplete, planArtifacts } from "../images/plan";
import { promote } from "../images/promote";
import { environmentNamed, withImages } from "../images/session";
import { writeStale } from "../render/pages";
import { run } from "./run";

const print = (line: string): void => console.log(line);
const ENVIRONMENT = "such as staging";
const application = () => new Argument("<application>", "which one").choices(APPLICATIONS);

/** `mmrv images`: what must be in an environment's registry, and how it comes there. */
export function imagesCommand(): Command {
  const images = new Command("images").description("Images and charts of an environment's registry.");
  images
    .command("plan")
    .description(
      "Exit 1 when something that the registry must have is not there, or is another image than at its source.",
    )
    .argument("<environment>", ENVIRONMENT)
    .action((environment: string) => run(() => plan(environment)));
  images
    .command("copy")
    .description(
      "Copies what is missing from ECR and, where they are copied, from the makers of charts and images; compares digests on both sides.",
    )
    .argument("<environment>", ENVIRONMENT)
    .action((environment: string) => run(() => copy(environment)));
  images
    .command("promote")
    .description(
      "Copies the image that runs in the environment before, with its signature, which is verified on both sides.",
    )
    .addArgument(application())
    .argument("<environment>", "where it shall run, such as production")
    .option("--digest <digest>", "another image than the one that runs there now")
    .action((of: Application, environment: string, { digest }: { digest?: string }) =>
      run(() => promote(of, environment, digest, print)),
    );
  images
    .command("pin")
    .description(
      "Writes which image runs into helm-values/<application>/<environment>.yaml, and the pages that say so.",
    )
    .addArgument(application())
    .argument("<environment>", ENVIRONMENT)
    .argument("<digest>", "sha256: and 64 hex digits")
    .option("--tag <tag>", "for people: where the digest came from")
    .action((of: Application, environment: string, digest: string, { tag }: { tag?: string }) =>
      run(() => pin(of, environment, digest, tag)),
    );
  return images;
}

async function plan(name: string): Promise<number> {
  const tally = await withImages(environmentNamed(name), (wanted, tool) => planArtifacts(wanted, tool, print), print);
  if (tally["to copy"] > 0) print(`next: npx mmrv images copy ${name}`);
  return isComplete(tally) ? 0 : 1;
}

async function copy(name: string): Promise<number> {
  const tally = await withImages(environmentNamed(name), (wanted, tool) => copyArtifacts(wanted, tool, print), print);
  return isComplete(tally) ? 0 : 1;
}

async function pin(of: Application, name: string, digest: string, tag: string | undefined): Promise<number> {
  const environment = environmentNamed(name).name;
  const isWritten = pinImage({ application: of, environment, digest, tag }, print);
  // Pages say whether an image is named.
  await writeStale();
  if (isWritten) print(`next: npx mmrv diff ${environment}-${of}`);
  return 0;
}
