import { Command } from "commander";
import { deliverableReleases, deliveryOf } from "../../model/delivery";
import { kubectlFor } from "../deploy/kubernetes/own-kubectl";
import { ClusterView } from "../handover/cluster-view";
import { evidenceNow, keepEvidence } from "../handover/evidence";
import { ROOT } from "../handover/root";
import { statusOf } from "../handover/status";
import { linesOf } from "../handover/status-lines";
import { findRelease } from "../handover/steps";
import { answer, coloursOf, complain, JSON_OPTION, remarks, say } from "../output";
import { findEnvironment } from "../program/find-environment";
import { nowText } from "./now-text";
import { run } from "./run";
import { typedPath } from "./typed-path";

interface Options {
  readonly after?: string;
  readonly json?: boolean;
  readonly remember?: boolean;
}

/** `mmrv handover status`. */
export const handoverStatusCommand = (): Command =>
  new Command("status")
    .description(
      "Who delivers each release, by the file and in the cluster, and what of it was touched since the last step on this machine (.mmrv/handover/). Changes nothing in the cluster. Exit 1 when something is otherwise than the file says, or was touched.",
    )
    .argument("<environment>", "such as staging")
    .argument("[release]", "platform, or an application such as backend; all when it is left out")
    .option("--after <file>", "compare with what was live then, and not with what the last step kept")
    .option("--remember", "keep what is live now, to compare with after the deployment")
    .option(...JSON_OPTION)
    .action((environment: string, release: string | undefined, options: Options) =>
      run(() => handoverStatus(environment, release, options)),
    );

async function handoverStatus(
  name: string,
  wanted: string | undefined,
  { after, json = false, remember = false }: Options,
): Promise<number> {
  const environment = findEnvironment(name);
  const releases = wanted === undefined ? deliverableReleases(environment) : [findRelease(environment, wanted)];
  const view = new ClusterView(await kubectlFor(environment));
  const all = await Promise.all(
    releases.map((release) =>
      statusOf(environment, release, view, after === undefined ? {} : { after: typedPath(after) }),
    ),
  );
  answer(json, { environment: name, releases: all }, () => {
    const paint = coloursOf(process.stderr);
    for (const status of all) {
      for (const line of linesOf(status)) say(line);
      for (const line of status.differences) complain(`  differs: ${line}`, paint.red);
    }
  });
  for (const release of remember ? releases : []) {
    const delivery = deliveryOf(environment, release);
    const evidence = await evidenceNow(view, { environment: name, release, takenAt: nowText(), delivery });
    if (evidence) await keepEvidence(evidence, ROOT);
    remarks(json)(`${release}: ${evidence ? "what is live now is kept" : "is not there, so nothing is kept"}`);
  }
  return all.some(({ differences }) => differences.length > 0) ? 1 : 0;
}
