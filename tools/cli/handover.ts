import { Command } from "commander";
import { handoverBackCommand } from "./handover-back";
import { handoverCheckCommand } from "./handover-check";
import { handoverNextCommand } from "./handover-next";
import { handoverStatusCommand } from "./handover-status";

/** `mmrv handover`: who delivers a release, Terraform or Flux. */
export const handoverCommand = (): Command =>
  new Command("handover")
    .description(
      "Hands a release over from Terraform to Flux without touching a pod, and takes it back: gitOps.delivery in environments/<environment>.ts says who delivers it (docs/gitops.md).",
    )
    .addCommand(handoverCheckCommand())
    .addCommand(handoverStatusCommand())
    .addCommand(handoverNextCommand())
    .addCommand(handoverBackCommand());
