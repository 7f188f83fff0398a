import { isAbsolute, join, relative } from "node:path";
import { printable } from "./printable";

const ROOT = join(__dirname, "..");

/**
 * What a user is told of an error, when it is a mistake or a circumstance that a user can mend: a file that is no
 * TypeScript, a name in it that nobody knows, a disk that takes nothing. Undefined for a bug, which keeps its trace.
 */
export function sentenceOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.name === "UserError") return error.message;
  return ofSyntax(error) ?? ofFileSystem(error) ?? ofEvaluation(error);
}

/** A path as a user knows it. */
const known = (path: string): string => {
  const inside = relative(ROOT, path.replace(/^file:\/\//, ""));
  return printable(inside === "" || inside.startsWith("..") ? path : inside);
};

/** One thing that esbuild cannot translate: esbuild.github.io/api/#log-message. */
interface Untranslated {
  readonly text: string;
  readonly location: { readonly file: string; readonly line: number } | null;
}

/** What esbuild cannot translate: a file that is no TypeScript, or an import that leads nowhere. */
function ofSyntax(error: Error & { readonly errors?: readonly Untranslated[] }): string | undefined {
  const { errors = [], message } = error;
  if (!message.startsWith("Build failed") || errors.length === 0) return undefined;
  const lines = errors.map(({ location, text }) =>
    location === null ? printable(text) : `${known(location.file)}:${location.line}: ${printable(text)}`,
  );
  const isLost = errors.every(({ text }) => /^(Could not resolve|No matching export)/.test(text));
  const next = isLost
    ? "mend the name, or take the import out"
    : "mend it there, or just before: a comma, a quote or a bracket may be missing";
  return `${lines.join("\n")}; nothing was touched\n  next: ${next}`;
}

/** Why a disk refuses: nodejs.org/api/errors.html#common-system-errors. */
const REFUSALS: Readonly<Record<string, string>> = {
  EACCES: "you may not: look at its owner and mode",
  EDQUOT: "your share of the disk is used up",
  EEXIST: "a file stands in the way where a folder must be",
  EISDIR: "it is a folder, and must be a file",
  ENOSPC: "the disk is full",
  ENOTDIR: "a part of its path is a file, and must be a folder",
  EPERM: "you may not: look at its owner and mode",
  EROFS: "the file system is read-only: work in a copy that you may write to",
};

const READING = ["lstat", "open", "read", "readlink", "scandir", "stat"];

function ofFileSystem(error: NodeJS.ErrnoException & { readonly dest?: string }): string | undefined {
  const { code = "", path, syscall = "" } = error;
  // Node names no file when it reads a folder.
  if (path === undefined)
    return code === "EISDIR"
      ? "a folder stands where a file must be: look for one among environments/, helm-values/ and cdktf.json"
      : undefined;
  const file = known(error.dest ?? path);
  const isRead = READING.includes(syscall) && !["EROFS", "ENOSPC"].includes(code);
  const why = code === "ENOENT" ? ofNothing(file, isRead) : REFUSALS[code];
  return why && `${file} cannot be ${isRead ? "opened" : "written"} (${code}); ${why}`;
}

/** What is not there is a user's to bring back when it is a file of the project; anything else is a bug of ours. */
function ofNothing(file: string, isRead: boolean): string | undefined {
  if (isAbsolute(file) || /^(cdktf\.out|node_modules)[/\\]/.test(file)) return undefined;
  return isRead
    ? "there is no such file: git checkout brings back what was deleted"
    : "the folder around it takes nothing: the file system may be read-only";
}

/** How V8 writes a call: the function, where there is one, then file, line and column. */
const CALL = /^ +at (?:.*? \()?(?:file:\/\/)?(\/.*?|[A-Za-z]:\\.*?):(\d+):\d+\)?$/;

/** What is thrown while a file of environments/ is read: a name that nobody declared, a field of nothing. */
function ofEvaluation({ message, name, stack = "" }: Error): string | undefined {
  const calls = stack.split("\n").filter((line) => line.startsWith("    at "));
  const loader = calls.findIndex((line) => /\bat ((Module\._compile|ModuleJob\.run) \(node:|__init \()/.test(line));
  const own = calls.slice(0, Math.max(0, loader)).flatMap((line) => {
    const [, file, number] = CALL.exec(line) ?? [];
    return file === undefined ? [] : [{ file, number }];
  });
  // The last one is the file that was read; it may have called others.
  const read = own.at(-1)?.file;
  if (read === undefined || !/^environments[/\\]/.test(known(read))) return undefined;
  const at = own.find(({ file }) => file === read);
  const next = name === "ReferenceError" ? "put a text in quotes, or import the name" : "mend that line";
  return `${known(read)}:${at?.number}: ${printable(message)}; nothing was touched\n  next: ${next}`;
}
