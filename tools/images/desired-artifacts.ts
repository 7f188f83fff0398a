import { thirdParty } from "../../environments/all";
import { applicationNames } from "../../model/applications";
import type { Environment } from "../../model/environment";
import { imageRepositoryOf } from "../../model/naming";
import { ThirdParty } from "../../model/third-party";
import { commandLine } from "../shell";
import { explainAws, newestImages } from "./ecr";

/** Something that must be in our registry. */
export interface Artifact {
  readonly kind: "image" | "chart";
  /** Who has the original, and what to do when our tag leads elsewhere; for the user. */
  readonly origin: string;
  readonly ifTaken: string;
  /** By digest, so that a tag that moves meanwhile changes nothing. */
  readonly from: string;
  readonly digest: string;
  /** By tag. */
  readonly to: string;
}

export interface DesiredArtifacts {
  readonly artifacts: readonly Artifact[];
  /** What could not be found out, one line each. */
  readonly faults: readonly string[];
  /** What is left out on purpose, one line each. */
  readonly notes: readonly string[];
}

/** The hosts of both registries. */
export interface Hosts {
  readonly ecr: string;
  readonly ours: string;
}

/**
 * What the environment wants in its registry: the newest images that run on AWS, and copies of what others make.
 * @param isEcrOpen false where there is no login to ECR: then nobody is asked there
 */
export async function desiredArtifacts(
  environment: Environment,
  hosts: Hosts,
  isEcrOpen = true,
): Promise<DesiredArtifacts> {
  const applications = applicationNames(environment).filter(
    (application) => isEcrOpen || environment.aws.ecr[application] === undefined,
  );
  const parts = await Promise.all(applications.map((application) => fromEcr(environment, application, hosts)));
  const all = [...parts, fromOthers(environment, hosts)];
  return {
    artifacts: all.flatMap(({ artifacts }) => artifacts),
    faults: all.flatMap(({ faults }) => faults),
    notes: all.flatMap(({ notes }) => notes),
  };
}

/** The applications whose images come from ECR. */
export const applicationsInEcr = (environment: Pick<Environment, "applications" | "aws">): string[] =>
  applicationNames(environment).filter((application) => environment.aws.ecr[application] !== undefined);

async function fromEcr({ aws }: Environment, application: string, hosts: Hosts): Promise<DesiredArtifacts> {
  const source = aws.ecr[application];
  if (source === undefined)
    return { artifacts: [], faults: [], notes: [`${application}: aws.ecr names no repository, so nothing is copied`] };
  const name = `${hosts.ecr}/${source.repository}`;
  try {
    const { images, older, others } = await newestImages(aws, source);
    const artifacts = images.flatMap(({ digest, tags }) =>
      tags.map((tag): Artifact => {
        const to = `${hosts.ours}/${imageRepositoryOf(application)}:${tag}`;
        const ifTaken = "give the new one a tag of its own in ECR";
        return { kind: "image", origin: "ECR", ifTaken, from: `${name}@${digest}`, digest, to };
      }),
    );
    const notes = others.map((tag) => `${name}: left out, because it is no image: ${tag}`);
    if (older > 0)
      notes.push(`${name}: left out, because they are older: ${older} tagged images (newest: ${source.newest})`);
    return { artifacts, faults: [], notes: images.length === 0 ? [...notes, `${name}: no tagged image`] : notes };
  } catch (error) {
    return { artifacts: [], faults: [`${name}: ${explainAws(error)}`], notes: [] };
  }
}

function fromOthers(environment: Environment, hosts: Hosts): DesiredArtifacts {
  const all = new ThirdParty(thirdParty).copied(environment);
  const unread = all.filter(({ digest }) => digest === "change-me");
  return {
    artifacts: all
      .filter(({ digest }) => digest !== "change-me")
      .map(({ kind, repository, place, version, digest }) => {
        const to = `${hosts.ours}/${place.split("/").slice(1).join("/")}:${version}`;
        const ifTaken = "did its makers move the tag? Then correct environments/third-party.ts";
        return { kind, origin: "its makers", ifTaken, from: `${repository}@${digest}`, digest, to };
      }),
    faults: unread.map(
      ({ repository, version }) =>
        `${repository}:${version}: nobody has read its digest yet, and a tag can be moved: ${commandLine("helm", "pull", `oci://${repository}`, "--version", version)} prints it; write it into environments/third-party.ts (docs/third-party.md)`,
    ),
    notes: environment.thirdPartyFrom === "upstream" ? [all.length === 0 ? UPSTREAM : `${UPSTREAM} but sidecars`] : [],
  };
}

const UPSTREAM = "thirdPartyFrom is upstream, so nothing of others is copied";
