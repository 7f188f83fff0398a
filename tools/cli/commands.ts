import { Command } from "commander";
import packageJson from "../../package.json";

/** Every command of `npx mmrv`, by its name. Each is loaded when it is needed: all of them take two seconds. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import("./start.ts")).startCommand(),
  deploy: async () => (await import("./deploy.ts")).deployCommand(),
  diff: async () => (await import("./diff.ts")).diffCommand(),
  destroy: async () => (await import("./destroy.ts")).destroyCommand(),
  plan: async () => (await import("./plan.ts")).planCommand(),
  apply: async () => (await import("./apply.ts")).applyCommand(),
  drift: async () => (await import("./drift.ts")).driftCommand(),
  adopt: async () => (await import("./adopt.ts")).adoptCommand(),
  unlock: async () => (await import("./unlock.ts")).unlockCommand(),
  "move-state": async () => (await import("./move-state.ts")).moveStateCommand(),
  images: async () => (await import("./images.ts")).imagesCommand(),
  secrets: async () => (await import("./secrets.ts")).secretsCommand(),
  import: async () => (await import("./import.ts")).importCommand(),
  cutover: async () => (await import("./cutover.ts")).cutoverCommand(),
  handover: async () => (await import("./handover.ts")).handoverCommand(),
  pipeline: async () => (await import("./pipeline.ts")).pipelineCommand(),
  hcp: async () => (await import("./hcp.ts")).hcpCommand(),
  security: async () => (await import("./security.ts")).securityCommand(),
  review: async () => (await import("./review.ts")).reviewCommand(),
  gitops: async () => (await import("./gitops.ts")).gitopsCommand(),
  "plan-guard": async () => (await import("./plan-guard.ts")).planGuardCommand(),
  render: async () => (await import("./render.ts")).renderCommand(),
  rehearse: async () => (await import("./rehearse.ts")).rehearseCommand(),
  "local-cluster": async () => (await import("./local-cluster.ts")).localClusterCommand(),
  "synth-hcl": async () => (await import("./synth-hcl.ts")).synthHclCommand(),
  bench: async () => (await import("./bench.ts")).benchCommand(),
  tools: async () => (await import("./tools.ts")).toolsCommand(),
};

/**
 * `npx mmrv` with the command that was typed; with all of them when none was, or one that does not exist.
 * @param typed what stands behind npx mmrv
 */
export async function mmrv([name = ""]: readonly string[] = []): Promise<Command> {
  const program = new Command("npx mmrv").description("The commands of MMRV on Azure.").version(packageJson.version);
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  for (const each of load ? [load] : Object.values(COMMANDS)) program.addCommand(await each());
  return program;
}
