import { readFileSync } from "node:fs";

const FOLDER = "/mnt/secrets";

/** A secret from its file. A file stays out of `kubectl describe`, child processes and crash reports; a variable does not. */
function readSecret(name: string): string {
  const value = readFileSync(`${FOLDER}/${name}`, "utf8").trimEnd();
  if (value === "") throw new Error(`${FOLDER}/${name} is empty`);
  return value;
}

/** Where the database is, with its password. Errors name the file only. */
export function readDatabaseUrl(): URL {
  const value = readSecret("database-url");
  // new URL() throws an error that carries the whole input, and Node.js prints it.
  if (!URL.canParse(value)) throw new Error(`${FOLDER}/database-url is no URL`);
  return new URL(value);
}
