import { overBatches, overPosition } from "../../model/cutover/batches";
import { Cutover } from "../../model/cutover/files";
import { isZoned } from "../../model/cutover/records";
import type { AdoptedName, CutoverFile, OverStep } from "../../model/cutover/schema";
import { isAfter } from "../../model/cutover/stages";
import { sentenceOf } from "../../model/mistakes";
import { UserError } from "../../model/user-error";
import { awsLogin } from "../aws/login";
import { say } from "../output";
import { azureAddresses } from "./adopt";
import { recordsByHand } from "./by-hand";
import { CutoverDocument } from "./document";
import { type Leaving, sendBatches } from "./send-back";
import { azureLabelOf, standbyFor, type Target } from "./target";

export interface OverOptions {
  /** The moment of the step, in ISO 8601. */
  readonly at: string;
  /** Where the standby answers, when its DNS label does not say it. */
  readonly azure?: AdoptedName["azure"];
  readonly by: string;
  readonly dryRun?: boolean;
  /** Past Terraform: the change is live at the call. */
  readonly now?: boolean;
  /** Only writes down where the standby answers. */
  readonly prepare?: boolean;
  readonly resolver?: readonly string[];
  readonly to: OverStep["to"];
}

/** What became of one application. */
export interface Gone {
  readonly application: string;
  readonly moved: "sent" | "there" | "file" | "by hand" | "failed";
  readonly notes: readonly string[];
}

/**
 * Leads Azure's side of every application to the standby, or home again; the weights stay as they are. With `now` one call for
 * each application and zone, past Terraform; then the file is written, and a run that is killed between is finished by running
 * it again.
 * @throws UserError without a standby, without an application that Azure has a side of, and when no call could be sent
 */
export async function over(
  { applications, environment }: Target,
  options: OverOptions,
  tell: (line: string) => void = say,
): Promise<{ readonly applications: readonly Gone[]; readonly isWritten: boolean; readonly to: string }> {
  const standby = standbyFor(environment);
  if (standby === undefined)
    throw new UserError(
      `${environment.name}: no environment stands by for it (standbyOf in environments/), so there is nowhere to go over to; nothing was touched`,
    );
  const document = await CutoverDocument.open(environment);
  const azure =
    options.azure ?? document.cutover.file.standby?.azure ?? (await azureAddresses(standby, options.resolver));
  document.setStandby(azure);
  const to = options.to === "standby" ? standby.name : environment.name;
  const done = options.prepare
    ? []
    : await lead(document, applications, { ...options, standby: azure, label: azureLabelOf(standby) }, tell);
  if (!options.prepare && done.every(({ moved }) => moved !== "failed") && !isThere(document.cutover, options.to))
    document.addOverStep({ to: options.to, since: options.at, by: options.by });
  const isWritten = !options.dryRun && (await writeDown(document, done, to));
  return { applications: done, isWritten, to };
}

const isThere = ({ isOver }: Cutover, to: OverStep["to"]): boolean => isOver === (to === "standby");

interface LeadOptions extends OverOptions {
  readonly standby: AdoptedName["azure"];
  /** By which name the standby answers. */
  readonly label: string;
}

async function lead(
  { cutover, environment }: CutoverDocument,
  applications: readonly string[],
  options: LeadOptions,
  tell: (line: string) => void,
): Promise<Gone[]> {
  const then = new Cutover(goneOver(cutover.file, options));
  const moving = applications.filter((name) => isAfter(cutover.stageOf(name), "adopt"));
  if (moving.length === 0)
    throw new UserError(
      `${environment.name} ${applications.join(", ")}: Azure has no side of them in DNS yet, all users are on AWS; nothing was touched`,
    );
  const leaving: Leaving[] = moving.flatMap((application) => {
    const component = then.component(application);
    return component === undefined ? [] : [{ application, component }];
  });
  refuseWithoutIpv6(leaving, cutover);
  if (environment.dns.via === "other")
    return leaving.map(({ application, component: { names = [], steps } }) => ({
      application,
      moved: "by hand",
      notes: names.flatMap((name) =>
        recordsByHand(name, overPosition(steps), options.to === "standby" ? options.label : azureLabelOf(environment)),
      ),
    }));
  if (!options.now)
    return leaving.map(({ application }) => ({
      application,
      moved: "file",
      notes: [`users move when ${environment.name}-cutover is deployed; --now moves them at once`],
    }));
  tell(`as ${await awsLogin(environment)}`);
  const where = options.to === "standby" ? "on the standby" : `on ${environment.name}`;
  const sent = await sendBatches(
    environment,
    leaving,
    {
      batches: ({ application, component }) => overBatches(environment.name, application, component, where),
      at: ({ component }) => overPosition(component.steps),
      where,
    },
    { ...options, tell },
  );
  const errors = sent.flatMap((one) => (one.moved === "failed" ? [one.error.message] : []));
  if (errors.length === sent.length) throw new UserError([...new Set(errors)].join("\n"));
  return sent.map(({ moved, notes }, index) => ({ application: leaving[index]?.application ?? "", moved, notes }));
}

/** The file as if the step were written. */
const goneOver = (file: CutoverFile, { at, by, standby, to }: LeadOptions): CutoverFile => ({
  ...file,
  standby: { azure: standby, steps: [...(file.standby?.steps ?? []), { to, since: at, by }] },
});

/** @throws UserError for a name that users reach by IPv6, where the standby has none: they would go on to the old address */
function refuseWithoutIpv6(leaving: readonly Leaving[], { file }: Cutover): void {
  const lost = leaving.flatMap(({ application, component: { names = [] } }) =>
    names.filter(isZoned).flatMap(({ azure, host }, index) => {
      const before = file.components?.[application]?.names?.[index]?.azure;
      return before?.AAAA !== undefined && azure.AAAA === undefined ? [host] : [];
    }),
  );
  if (lost.length === 0) return;
  throw new UserError(
    `${lost.join(", ")}: Azure answers there by IPv6 too, and the standby has no such address; nothing was touched\n  next: --azure-address with both, or delete the AAAA records by hand`,
  );
}

/** @throws UserError that says first where users are, when the file cannot be written */
function writeDown(document: CutoverDocument, done: readonly Gone[], to: string): Promise<boolean> {
  return document.write().catch((error: unknown) => {
    const why = sentenceOf(error);
    const live = done.filter(({ moved }) => moved === "sent" || moved === "there");
    if (live.length === 0 || why === undefined) throw error;
    throw new UserError(
      `users of ${live.map(({ application }) => application).join(", ")} are on ${to}, and ${document.file} does not say so yet: ${why.split("\n")[0]}\n  next: run it again, which writes it down`,
    );
  });
}
