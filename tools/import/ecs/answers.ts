import type { KnownSecret } from "./inputs";

/** What AWS said, or a file of it, with the name that sentences give it. */
export interface Answer {
  readonly file: string;
  readonly content: unknown;
}

/** The answers about one service, by the option that takes them as files. */
export interface EcsAnswers {
  readonly taskDefinition: Answer;
  readonly service?: Answer;
  readonly targetGroup: readonly Answer[];
  readonly loadBalancer: readonly Answer[];
  readonly rules: readonly Answer[];
  readonly scaling: readonly Answer[];
  readonly schedules: readonly Answer[];
  readonly rolePolicies: readonly Answer[];
  readonly alarms: readonly Answer[];
  readonly logGroups: readonly Answer[];
  readonly zoneRecords: readonly Answer[];
  readonly envFiles: ReadonlyMap<string, string>;
  readonly known: ReadonlyMap<string, KnownSecret>;
  readonly cloudMapNames?: ReadonlyMap<string, string>;
}
