import { Command } from "commander";
import { pinImage } from "../images/pin";
import { copyArtifacts, isComplete, type Outcome, planArtifacts } from "../images/plan";
import { promote } from "../images/promote";
import { withImages } from "../images/session";
import { answer, JSON_OPTION, remarks, say } from "../output";
import { findApplication, findEnvironment } from "../program/find-environment";
import { writeStale } from "../render/pages";
import { run } from "./run";

const ENVIRONMENT = "such as staging";
const APPLICATION = ["<application>", "such as backend"] as const;

interface DryRun {
  readonly dryRun?: boolean;
}

/** `mmrv images`: what must be in an environment's registry, and how it comes there. */
export function imagesCommand(): Command {
  const images = new Command("images").description("Images and charts of an environment's registry.");
  images
    .command("plan")
    .description(
      "Exit 1 when something that the registry must have is not there, or is another image than at its source.",
    )
    .argument("<environment>", ENVIRONMENT)
    .option(...JSON_OPTION)
    .action((environment: string, { json }: { json?: boolean }) => run(() => plan(environment, json === true)));
  images
    .command("copy")
    .description(
      "Copies what is missing from ECR and, where they are copied, from the makers of charts and images; compares digests on both sides.",
    )
    .argument("<environment>", ENVIRONMENT)
    .option("--dry-run", "the same as images plan")
    .action((environment: string, { dryRun }: DryRun) =>
      run(() => (dryRun ? plan(environment, false) : copy(environment))),
    );
  images
    .command("promote")
    .description(
      "Copies the image that runs in the environment before, with its signature, which is verified on both sides.",
    )
    .argument(...APPLICATION)
    .argument("<environment>", "where it shall run, such as production")
    .option("--digest <digest>", "another image than the one that runs there now")
    .option("--dry-run", "verify the signature where the image is, compare both sides, and stop")
    .action((of: string, environment: string, options: DryRun & { digest?: string }) =>
      run(() => promote(of, environment, options, say)),
    );
  images
    .command("pin")
    .description(
      "Writes which image runs into helm-values/<application>/<environment>.yaml, and the pages that say so.",
    )
    .argument(...APPLICATION)
    .argument("<environment>", ENVIRONMENT)
    .argument("<digest>", "sha256: and 64 hex digits")
    .option("--tag <tag>", "for people: where the digest came from")
    .option("--dry-run", "say what would be written, and stop")
    .action((of: string, environment: string, digest: string, options: DryRun & { tag?: string }) =>
      run(() => pin(of, environment, digest, options)),
    );
  return images;
}

async function plan(name: string, asJson: boolean): Promise<number> {
  const remark = remarks(asJson);
  const outcome = await withImages(
    findEnvironment(name),
    (wanted, tool) => planArtifacts(wanted, tool, remark),
    remark,
  );
  answer(asJson, planAnswer(name, outcome), () => {
    if (outcome.tally["to copy"] > 0) say(`next: npx mmrv images copy ${name}`);
  });
  return isComplete(outcome) ? 0 : 1;
}

/** What a program is told. */
export const planAnswer = (environment: string, outcome: Outcome) => ({
  environment,
  isComplete: isComplete(outcome),
  artifacts: outcome.lines.map(({ is, why, artifact: { digest, kind, from, to } }) => ({
    is,
    kind,
    from,
    to,
    digest,
    why,
  })),
  faults: outcome.faults,
});

async function copy(name: string): Promise<number> {
  const outcome = await withImages(findEnvironment(name), (wanted, tool) => copyArtifacts(wanted, tool, say), say);
  return isComplete(outcome) ? 0 : 1;
}

async function pin(
  of: string,
  name: string,
  digest: string,
  { dryRun, tag }: DryRun & { readonly tag?: string },
): Promise<number> {
  const found = findEnvironment(name);
  findApplication(found, of);
  const environment = found.name;
  const isWritten = pinImage({ application: of, environment, digest, dryRun, tag }, say);
  if (dryRun) return 0;
  // Pages say whether an image is named.
  await writeStale();
  if (isWritten) say(`next: npx mmrv diff ${environment}-${of}`);
  return 0;
}
