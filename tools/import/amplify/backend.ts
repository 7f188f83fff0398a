import type { At } from "../at";
import type { Ledger } from "../ledger";

/** Asks what becomes of resources that Amplify made for the application: Cognito, AppSync, tables, functions. */
export function askAboutBackend(places: readonly At[], ledger: Ledger): void {
  ledger.ask(places, {
    id: "backend",
    risk: "access lost",
    asks: "The application has an Amplify backend (Cognito, AppSync and what else its pipeline makes). It stays on AWS: who deploys it from now on, and does the image have amplify_outputs.json?",
    options: [
      { answer: "stays", means: "a pipeline of its own deploys it, and amplify_outputs.json is built into the image" },
      { answer: "unused", means: "nothing of it is used any more, by nobody" },
    ],
    without:
      "nobody deploys it once Amplify is gone, and users cannot log in where the image lacks amplify_outputs.json",
  });
}
