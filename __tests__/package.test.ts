import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { allowScripts } from "../package.json";

interface Locked {
  readonly hasInstallScript?: true;
}

describe("package.json", () => {
  it("denies the install script of every package that has one, so that npm ci has nothing to say of it", () => {
    const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8")) as { packages: Record<string, Locked> };
    const scripted = Object.keys(packages).filter((path) => packages[path]?.hasInstallScript);
    const names = scripted.map((path) => path.replace(/^.*node_modules\//, ""));
    expect(allowScripts).toEqual(Object.fromEntries(names.map((name) => [name, false])));
  });
});
