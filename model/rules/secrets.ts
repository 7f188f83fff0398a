import type { Environment } from "../environment";
import type { SecretSource } from "../schema/aws";
import { type Issue, issue } from "./issue";

/** What goes to an application's vault; nothing when the environment says nothing of it. */
export const secretsOf = ({ aws }: Pick<Environment, "aws">, application: string): readonly SecretSource[] =>
  aws.secrets[application] ?? [];

/** A source as a user reads it in a sentence. */
export function sourceText(source: SecretSource): string {
  switch (source.from) {
    case "parameterStore":
      return `Parameter Store ${source.name}`;
    case "secretsManager":
      return `Secrets Manager ${source.name}${source.key === undefined ? "" : `, key ${source.key}`}`;
  }
}

/** Two sources of one application under one name: the second would overwrite the first. */
export function collidingSecrets({ aws }: Environment): Issue[] {
  return Object.entries(aws.secrets).flatMap(([application, sources]) => {
    return sources.flatMap((source, index) => {
      const before = sources.slice(0, index);
      const first = before.findIndex(({ to }) => to.toLowerCase() === source.to.toLowerCase());
      const other = before[first];
      if (!other) return [];
      const path = `aws.secrets.${application}`;
      const must = `must be another name than that of ${path}.${first} (Key Vault compares names without case, and ${sourceText(source)} would overwrite ${sourceText(other)})`;
      return [issue(`${path}.${index}.to`, source.to, must, [`${path}.${first}.to`])];
    });
  });
}
