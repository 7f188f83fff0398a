import type { Draft } from "../draft";
import type { Context, EcsInputs, ServicePart } from "../ecs/inputs";
import type { Ledger } from "../ledger";
import type { Cast } from "./cast";
import type { Template } from "./template";

/** What every step of the conversion sees. */
export interface Task {
  readonly inputs: EcsInputs;
  readonly context: Context;
  readonly ledger: Ledger;
  readonly template: Template;
  readonly cast: Cast;
  readonly service: ServicePart | undefined;
}

export type Values = Draft["values"];
