import { isDeepStrictEqual } from "node:util";
import { memberOf } from "./leaves";

/**
 * The lists that an import adds to, and does not replace: what a file has beyond it stays, such as a secret that AWS never had.
 * @param meant what the import means
 * @param effective what the files and the chart say now, together
 */
export function withListsOf(meant: object, effective: unknown): object {
  const [secrets, volumes] = ["secrets", "volumes"].map((key) => [listAt(meant, key), listAt(effective, key)] as const);
  return {
    ...meant,
    ...(secrets?.[0] && { secrets: joined(secrets[0], secrets[1] ?? [], ["name", "env"]) }),
    // The size is a person's, where one has said it: ECS knows none.
    ...(volumes?.[0] && {
      volumes: joined(
        volumes[0].map((one) => volumes[1]?.find((other) => isSame(one, other, "path")) ?? one),
        volumes[1] ?? [],
        ["path"],
      ),
    }),
  };
}

const listAt = (values: unknown, key: string): readonly unknown[] | undefined => {
  const list = memberOf(values, [key]);
  return Array.isArray(list) ? list : undefined;
};

/** Ours, and of the others those that are none of ours by any of the keys. */
const joined = (ours: readonly unknown[], others: readonly unknown[], keys: readonly string[]): unknown[] => [
  ...ours,
  ...others.filter((other) => !ours.some((one) => keys.some((key) => isSame(one, other, key)))),
];

const isSame = (one: unknown, other: unknown, key: string): boolean =>
  memberOf(one, [key]) !== undefined && isDeepStrictEqual(memberOf(one, [key]), memberOf(other, [key]));
