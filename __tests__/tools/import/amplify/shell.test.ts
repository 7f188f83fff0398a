import { describe, expect, it } from "vitest";
import { statementsIn } from "../../../../tools/import/amplify/shell";

describe("the statements of a command", () => {
  it.each([
    ["npm ci && npm run build", [{ pipeline: [["npm", "ci"]] }, { pipeline: [["npm", "run", "build"]] }]],
    [
      "env | grep -e A_ -e 'B C' >> .env.production || true",
      [{ pipeline: [["env"], ["grep", "-e", "A_", "-e", "B C"]], to: ".env.production" }, { pipeline: [["true"]] }],
    ],
    ['echo "A=$A;B" > .env', [{ pipeline: [["echo", "A=$A;B"]], to: ".env" }]],
    [
      'export T=$(aws ssm get-parameter --name "/a b/c" --query x); echo done # said',
      [
        { pipeline: [["export", 'T=$(aws ssm get-parameter --name "/a b/c" --query x)']] },
        { pipeline: [["echo", "done"]] },
      ],
    ],
    [
      "cat <<EOF >> .env.production\nA=1\n  B=$B\nEOF\nnpm run build",
      [{ pipeline: [["cat"]], to: ".env.production", input: ["A=1", "B=$B"] }, { pipeline: [["npm", "run", "build"]] }],
    ],
    ["yarn \\\n  build 2>&1 2> /dev/null", [{ pipeline: [["yarn", "build"]] }]],
  ])("%j is taken apart", (command, statements) => {
    expect(statementsIn(command)).toEqual(statements);
  });
});
