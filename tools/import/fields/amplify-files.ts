import { below, drops, type Fields, reads } from "../fields";

/** The files of Amplify have no schema of AWS: these are the keys that its guide documents, and those that people write. */

const COMMANDS = ["preBuild", "build", "postBuild"].flatMap((phase) => [
  `phases.${phase}.commands`,
  `phases.${phase}.commands[]`,
]);

/** One application of a build spec, whether it stands alone or below `applications`. */
const application = (path: string): Fields => ({
  ...below(
    path,
    COMMANDS.map((command) => `frontend.${command}`),
    reads("a step of the build"),
  ),
  [`${path}env.variables{}`]: reads("a variable of the build"),
  [`${path}frontend.buildPath`]: reads("the folder that the build starts in"),
  [`${path}frontend.artifacts.baseDirectory`]: drops("the image takes .next/standalone, .next/static and public"),
  ...below(
    `${path}frontend.artifacts.`,
    ["files", "files[]", "discard-paths", "secondary-artifacts"],
    drops("the image takes what Next.js traced"),
  ),
  ...below(
    `${path}frontend.cache.`,
    ["paths", "paths[]"],
    drops("an image is built from no cache, because whoever may write one says what a step built"),
  ),
  ...below(path, ["test", "frontend.test"], drops("tests are a matter of CI")),
  // Keys that people write and Amplify does not have.
  ...below(
    path,
    ["environment", "frontend.environment", "customRules", "frontend.customRules"],
    drops("no key of a build spec: it had no effect on Amplify"),
  ),
});

/** amplify.yml, and the build spec of the console. */
export const BuildSpec: Fields = {
  version: drops("the version of the form"),
  ...application(""),
  "applications[].appRoot": reads("the folder of the application in a monorepo"),
  ...application("applications[]."),
};

/** customRules as a file, as the console shows and takes them. */
export const Redirects: Fields = below(
  "[].",
  ["condition", "source", "status", "target"],
  reads("redirects, rewrites"),
);

const HEADERS = ["customHeaders[].headers[].key", "customHeaders[].headers[].value", "customHeaders[].pattern"];

/** customHttp.yml, and the headers of the console. */
export const CustomHttp: Fields = {
  ...below("", HEADERS, reads("headers of answers")),
  "applications[].appRoot": reads("whose headers they are"),
  ...below("applications[].", HEADERS, reads("headers of answers")),
};

/** next.config, of which the words alone are read: nothing of it is evaluated. */
export const NextConfig: Fields = {
  "settings{}": reads("what a fragment may meet there"),
  "fallbacks{}": reads("what stands there for a missing variable"),
  "env{}": reads("what next.config writes into what is built"),
};
