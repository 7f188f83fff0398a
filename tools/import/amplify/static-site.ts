import type { At } from "../at";
import type { Ledger } from "../ledger";

/** Asks what answers for a site of files, at which the chart's probes would find nobody. */
export function askAboutServer(at: At, ledger: Ledger): void {
  ledger.ask(at, {
    id: "platform",
    risk: "does not start",
    asks: "Amplify served files and ran no server: it is a static site. The chart runs a container that answers on a port. What answers?",
    options: [
      { answer: "server", means: "Next.js's own, with output: standalone" },
      { answer: "files", means: "the image has a server of files" },
    ],
    without: "nothing answers the probes",
  });
}
