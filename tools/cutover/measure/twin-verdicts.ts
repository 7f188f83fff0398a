import { isMeasured, type NotMeasured } from "./not-measured";
import type { FileOnBoth, Pair, Twins } from "./twins";

/** What one comparison of the two frontends says of moving a user from one to the other. */
export type Verdict = { readonly what: string } & ({ readonly passes: boolean; readonly why: string } | NotMeasured);

/** Whether two sides serve one build, comparison by comparison; none passes that was not measured. */
export const twinVerdicts = ({ actions, buildIds, deploymentIds, files, image }: Twins): Verdict[] => [
  {
    what: "one deployment id",
    ...sameOne(deploymentIds, "deployment id; set deploymentId of next.config to the commit"),
  },
  { what: "one build id", ...sameOne(buildIds, "build id; set generateBuildId of next.config to the commit") },
  { what: "each serves the other's files", ...sameFiles(files) },
  { what: "both optimize images", ...sameImage(image) },
  { what: "one Server Actions key", ...sameActions(actions) },
];

type Judged = { readonly passes: boolean; readonly why: string } | NotMeasured;

/** Both sides have one value, and it is the same. */
function sameOne({ aws, azure }: Pair<readonly string[]>, lacks: string): Judged {
  if (!isMeasured(aws)) return aws;
  if (!isMeasured(azure)) return azure;
  if (aws.length === 0 && azure.length === 0) return { notMeasured: `neither side names a ${lacks}` };
  const passes = aws.length === 1 && azure.length === 1 && aws[0] === azure[0];
  return { passes, why: passes ? `both have ${aws[0]}` : `AWS has ${listed(aws)}, Azure ${listed(azure)}` };
}

function sameFiles(files: Twins["files"]): Judged {
  if (!isMeasured(files)) return files;
  const differing = files.filter(
    ({ aws, azure }) => aws.status !== 200 || azure.status !== 200 || aws.sha256 !== azure.sha256,
  );
  const [first] = differing;
  if (first === undefined) return { passes: true, why: `${files.length} files are the same on both` };
  return { passes: false, why: `${differing.length} of ${files.length} differ, such as ${said(first)}` };
}

/** Bytes may differ: two encoders made them. */
function sameImage(image: Twins["image"]): Judged {
  if (!isMeasured(image)) return image;
  const { aws, azure } = image;
  const passes = aws.status === 200 && azure.status === 200 && aws.contentType === azure.contentType;
  return { passes, why: passes ? `${image.path} is ${aws.contentType} on both` : said(image) };
}

function sameActions({ aws, azure }: Pair<readonly string[]>): Judged {
  if (!isMeasured(aws)) return aws;
  if (!isMeasured(azure)) return azure;
  const missing = [...aws.filter((id) => !azure.includes(id)), ...azure.filter((id) => !aws.includes(id))];
  const total = new Set([...aws, ...azure]).size;
  if (missing.length === 0)
    return {
      passes: true,
      why: `${total} ids are the same on both; whether a server is told another key at run time is not seen from outside`,
    };
  return {
    passes: false,
    why: `${missing.length} of ${total} ids are on one side alone, such as ${missing[0]}; build both with one NEXT_SERVER_ACTIONS_ENCRYPTION_KEY, one commit and one version of Next.js`,
  };
}

const listed = (values: readonly string[]): string => values.join(" and ") || "none";

const said = ({ aws, azure, path }: FileOnBoth): string => {
  const text = ({ contentType, status }: FileOnBoth["aws"]) => [status, contentType].filter(Boolean).join(" ");
  const [one, other] = [text(aws), text(azure)];
  return one === other ? `${path}: ${one} on both, with other bytes` : `${path}: AWS ${one}, Azure ${other}`;
};
