import { isRecord } from "../../../tools/import/at";

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function randomBy(seed: string): () => number {
  let state = [...seed].reduce((hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 16_777_619), 2_166_136_261);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Node = Record<string, unknown> | unknown[];

/** Things that somebody may write anywhere. */
const VALUES: readonly unknown[] = [
  ...[
    null,
    "",
    0,
    -1,
    80,
    8080,
    "8080",
    true,
    "true",
    [],
    {},
    [""],
    [null],
    "a b",
    "é",
    "$(NAME)",
    "${X}",
    "<X>",
    "0.5 vCPU",
  ],
  ...[
    "CMD-SHELL",
    "curl -f http://localhost:8080/x | grep ok",
    ["CMD", "true"],
    { unheardOf: 1 },
    [{ name: "x" }],
    "host",
  ],
  ...[
    "arn:aws:secretsmanager:us-east-1:111122223333:secret:a-secret",
    "arn:aws:ssm:eu-west-1:1:parameter/x",
    "redis://redis:6379",
  ],
];

/** Variables that must not be seen anywhere. */
const VARIABLES = [
  { name: "SOME_API_TOKEN", value: "never-to-be-seen-1" },
  { name: "db_password", value: "never-to-be-seen-2" },
  { name: "DATABASE_URL", value: "postgres://user:never-to-be-seen-3@db.example.com/x" },
  { name: "AWS_SECRET_ACCESS_KEY", value: "never-to-be-seen-4" },
  { name: "clientSecret", value: "never-to-be-seen-5" },
  { name: "LINK", value: "redis://:never-to-be-seen-6@localhost:6379" },
];

/** Copies of a content, each with a few things changed by chance: gone, twice, of another kind, new, or a secret more. */
export function mutationsOf(content: unknown, random: () => number, count: number): unknown[] {
  return Array.from({ length: count }, () => {
    const copy = structuredClone(content);
    const changes = 1 + Math.floor(random() * 4);
    for (let index = 0; index < changes; index++) change(copy, random);
    return copy;
  });
}

function change(content: unknown, random: () => number): void {
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
  const node = pick(nodesIn(content));
  if (node === undefined) return;
  if (random() < 0.2) {
    const environment = pick(nodesIn(content).filter((one) => isRecord(one) && "image" in one)) as
      | Record<string, unknown>
      | undefined;
    if (environment) environment["environment"] = [...listOf(environment["environment"]), pick(VARIABLES)];
    return;
  }
  const value = structuredClone(pick(VALUES));
  if (Array.isArray(node)) {
    const at = Math.floor(random() * node.length);
    if (random() < 0.3) node.splice(at, 1);
    else if (random() < 0.5) node.push(structuredClone(node[at] ?? value));
    else node[at] = value;
    return;
  }
  const key = pick(Object.keys(node)) ?? "newField";
  if (random() < 0.3) delete node[key];
  else if (random() < 0.2) node[`${key}X`] = node[key];
  else node[key] = value;
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Every list and object, the whole one first. */
function nodesIn(content: unknown): Node[] {
  if (Array.isArray(content)) return [content, ...content.flatMap(nodesIn)];
  return isRecord(content) ? [content as Record<string, unknown>, ...Object.values(content).flatMap(nodesIn)] : [];
}
