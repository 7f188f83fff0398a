import { Cutovers } from "../../model/cutover/files";
import type { Component, CutoverFile, Step } from "../../model/cutover/schema";
import type { Environment } from "../../model/environment";
import type { HelmValues } from "../../model/helm-values";
import { PROOF } from "./cutover";
import { API, MOVED } from "./cutover-names";
import { bootstrap } from "./fixtures/environments/bootstrap";
import { issuesOf } from "./issues";

/** What is said of a file, and of what it forbids the environment; without the file's name, which is before each. */
export function cutoverIssuesOf(file: object, environment: Environment = MOVED, helmValues?: HelmValues): string[] {
  const cutovers = new Cutovers({ [environment.name]: file as CutoverFile });
  const lines = issuesOf([environment], bootstrap, { cutovers, ...(helmValues && { helmValues }) });
  return lines.map((line) => line.replace(/^cutover\/\w+\.yaml /, ""));
}

/** A file in which the backend alone has taken steps. */
export const backendFile = (steps: readonly Step[], names: Component["names"] = [API]): CutoverFile => ({
  proof: PROOF,
  components: { backend: { names, steps: [...steps] } },
});
