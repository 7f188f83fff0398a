import { isAbsolute, relative, resolve } from "node:path";

/** A path as it was typed where `npx mmrv` was started, seen from the project's folder, in which every command runs. */
export const typedPath = (path: string): string =>
  isAbsolute(path) ? path : relative(process.cwd(), resolve(process.env["MMRV_TYPED_IN"] ?? "", path));
