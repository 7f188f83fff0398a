import { describe, expect, it } from "vitest";
import { UserError } from "../../../../model/user-error";
import type { AmplifyFiles } from "../../../../tools/import/amplify/read";
import { corpus, file, imported } from "../../../support/amplify-import";

const SPEC = "aws amplify get-app --app-id ID --query app.buildSpec --output text > amplify.yml";
const RULES = "aws amplify get-app --app-id ID --query app.customRules > redirects.json";
const APP = "aws amplify get-app --app-id ID > app.json";

describe("a file that is not what it should be is refused with what to do", () => {
  it.each<[string, AmplifyFiles, string]>([
    [
      "y13, broken indentation",
      corpus("y13-broken-indentation.amplify.yml"),
      `y13-broken-indentation.amplify.yml: is not YAML: the indentation is off at line 7, column 6; nothing was written\n  next: mend it there, or ${SPEC}`,
    ],
    [
      "a key twice",
      { buildSpec: file("version: 1\nfrontend: {}\nfrontend: {}\n") },
      `amplify.yml: is not YAML: a key stands there twice at line 3, column 1; nothing was written\n  next: mend it there, or ${SPEC}`,
    ],
    [
      "a tag with a secret behind it",
      { buildSpec: file('frontend: "\\canary"\n') },
      `amplify.yml: is not YAML: bad dq escape at line 1, column 12; nothing was written\n  next: mend it there, or ${SPEC}`,
    ],
    [
      "aliases that grow without end",
      { buildSpec: file(`frontend: &a [x]\n${aliases(30)}`) },
      `amplify.yml: its anchors and aliases lead nowhere, or too far; nothing was written\n  next: mend it there, or ${SPEC}`,
    ],
    [
      "CloudFormation",
      { buildSpec: file("Resources:\n  App:\n    Type: AWS::Amplify::App\n") },
      `amplify.yml: this is CloudFormation, not a build spec; nothing was written\n  next: ${SPEC}`,
    ],
    [
      "another YAML",
      { buildSpec: file("services: {}\n", "compose.yml") },
      `compose.yml: this is not a build spec: it has none of applications, backend, frontend, test; nothing was written\n  next: ${SPEC}`,
    ],
    [
      "redirects of next.config",
      { redirects: file("module.exports = []", "redirects.json") },
      `redirects.json: this is JavaScript, a program, not a list of redirects; nothing was written\n  next: ${RULES}`,
    ],
    [
      "redirects of another shape",
      { redirects: file('{"rules":[]}', "redirects.json") },
      `redirects.json: this is not a list of redirects; nothing was written\n  next: ${RULES}`,
    ],
    [
      "an app of another service",
      { app: file('{"service":"canary"}', "app.json") },
      `app.json: this is not an app of Amplify; nothing was written\n  next: ${APP}`,
    ],
    [
      "an app that is cut off",
      { app: file('{"app":{"appId":"canary', "app.json") },
      `app.json: is not JSON: unexpected end of string at line 1, column 17; nothing was written\n  next: mend it there, or ${APP}`,
    ],
    [
      "domains of another shape",
      { domains: file('{"app":{}}', "domains.json") },
      "domains.json: this is not a list of domain associations; nothing was written\n  next: aws amplify list-domain-associations --app-id ID > domains.json",
    ],
    [
      "a monorepo of which nobody said which application",
      corpus("c03-monorepo.customHttp.yml"),
      "c03-monorepo.customHttp.yml: it has the applications apps/web, apps/admin, and nobody said which; nothing was written\n  next: say --app-root and one of them",
    ],
  ])("%s", (_, files, message) => {
    expect(() => imported(files)).toThrow(new UserError(message));
    expect(message).not.toContain("canary");
  });
});

/** Each a list of the one before, twice and more. */
function aliases(count: number): string {
  const name = (index: number) => (index === 0 ? "a" : `a${index}`);
  return Array.from(
    { length: count },
    (_, index) => `k${index}: &${name(index + 1)} [*${name(index)}, *${name(index)}, *${name(index)}]\n`,
  ).join("");
}

describe("what editors and Windows add", () => {
  it("is taken: a byte order mark, and CRLF", () => {
    const text =
      "\uFEFFversion: 1\r\nfrontend:\r\n  phases:\r\n    build:\r\n      commands:\r\n        - |\r\n          npm ci\r\n          npm run build\r\n";
    const { asked, draft } = imported({ buildSpec: file(text), redirects: file("\uFEFF[]\r\n", "redirects.json") });
    expect({ asked, install: draft.build.install, commands: draft.build.commands }).toEqual({
      asked: [],
      install: ["npm ci"],
      commands: ["npm run build"],
    });
  });
});
