import { join } from "node:path";
import { expect, test } from "vitest";
import { UserError } from "../../../model/user-error";
import { textOf } from "../../../tools/import/read-input";

test.each([
  ["a file that is not there", join(__dirname, "absent.json"), "there is no such file"],
  ["a folder", __dirname, "is a folder, and a file is needed"],
])("%s is told so in a sentence", (_, path, sentence) => {
  expect(() => textOf(path)).toThrow(new UserError(`${path}: ${sentence}`));
});
