import { PLATFORM } from "./delivery";

/** A release of a chart of ours. Terraform and Flux both take it from here: a difference would change what runs. */
interface OwnRelease {
  /** Its folder in charts/. */
  readonly chart: "mmrv-app" | "mmrv-platform";
  /** How long pods may take to become ready before everything is rolled back, in seconds. */
  readonly timeoutSeconds: number;
}

const OF_PLATFORM: OwnRelease = { chart: "mmrv-platform", timeoutSeconds: 600 };
/** A slow start of every pod in turn, and a migration before it. */
const OF_APPLICATION: OwnRelease = { chart: "mmrv-app", timeoutSeconds: 900 };

/** The platform's release, or that of an application. */
export const ownRelease = (release: string): OwnRelease => (release === PLATFORM ? OF_PLATFORM : OF_APPLICATION);

/** The charts of ours. */
export const OWN_CHARTS = [OF_APPLICATION.chart, OF_PLATFORM.chart] as const;
