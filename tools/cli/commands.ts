import { Command } from "commander";
import packageJson from "../../package.json";
import { adoptCommand } from "./adopt";
import { applyCommand } from "./apply";
import { benchCommand } from "./bench";
import { deployCommand } from "./deploy";
import { destroyCommand } from "./destroy";
import { diffCommand } from "./diff";
import { driftCommand } from "./drift";
import { hcpCommand } from "./hcp";
import { imagesCommand } from "./images";
import { localClusterCommand } from "./local-cluster";
import { moveStateCommand } from "./move-state";
import { pipelineCommand } from "./pipeline";
import { planCommand } from "./plan";
import { planGuardCommand } from "./plan-guard";
import { rehearseCommand } from "./rehearse";
import { renderCommand } from "./render";
import { reviewCommand } from "./review";
import { secretsCommand } from "./secrets";
import { securityCommand } from "./security";
import { startCommand } from "./start";
import { synthHclCommand } from "./synth-hcl";
import { toolsCommand } from "./tools";
import { unlockCommand } from "./unlock";

const COMMANDS: readonly (() => Command)[] = [
  startCommand,
  deployCommand,
  diffCommand,
  destroyCommand,
  planCommand,
  applyCommand,
  driftCommand,
  adoptCommand,
  unlockCommand,
  moveStateCommand,
  imagesCommand,
  secretsCommand,
  pipelineCommand,
  hcpCommand,
  securityCommand,
  reviewCommand,
  planGuardCommand,
  renderCommand,
  rehearseCommand,
  localClusterCommand,
  synthHclCommand,
  benchCommand,
  toolsCommand,
];

/** Every command of `npx mmrv`. */
export function mmrv(): Command {
  const program = new Command("npx mmrv").description("The commands of MMRV on Azure.").version(packageJson.version);
  for (const command of COMMANDS) program.addCommand(command());
  return program;
}
