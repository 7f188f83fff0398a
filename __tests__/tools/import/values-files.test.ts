import { describe, expect, it } from "vitest";
import { valuesEdits } from "../../../tools/import/values-files";

const DEFAULTS = { replicas: 2, shutdown: { preStopSeconds: 15 } };

/** What the files say after an import: those that change alone. */
function edited(
  own: object,
  files: Readonly<Record<string, string>>,
  others: readonly { readonly environment: string; readonly values: object }[] = [],
): Record<string, string> {
  const read = (file: string) => files[file.replace("helm-values/backend/", "")];
  const edits = valuesEdits("backend", { environment: "staging", values: own }, others, DEFAULTS, read);
  return Object.fromEntries(edits.map(({ after, file }) => [file.replace("helm-values/backend/", ""), after]));
}

describe("what one import means", () => {
  it("goes into the environment's file, and comments and order stay", () => {
    const files = { "staging.yaml": "# Ours.\nenv:\n  A: b # why\nreplicas: 3 # three\n" };
    expect(edited({ replicas: 4, port: 3000, env: { A: "b", NUM: "1" } }, files)).toEqual({
      "staging.yaml": '# Ours.\nenv:\n  A: b # why\n  NUM: "1"\nreplicas: 4 # three\nport: 3000\n',
    });
  });

  it("is not said again where the values or the chart say it already", () => {
    expect(edited({ replicas: 2, port: 3000 }, { "values.yaml": "port: 3000\n" })).toEqual({});
  });

  it("takes away what the environment's file says against it", () => {
    expect(edited({ port: 3000 }, { "values.yaml": "port: 3000\n", "staging.yaml": "port: 1\nreplicas: 3\n" })).toEqual(
      {
        "staging.yaml": "replicas: 3\n",
      },
    );
  });

  it("replaces a list whole, as Helm does, and takes a mapping's place where there was none", () => {
    expect(edited({ args: ["a", "b"], env: { A: "b" } }, { "staging.yaml": "args: [z]\nenv:\n" })).toEqual({
      "staging.yaml": "args:\n  - a\n  - b\nenv:\n  A: b\n",
    });
  });

  it("keeps the comments of what stays in a list", () => {
    const files = { "staging.yaml": "secrets:\n  # by hand\n  - name: a\n  - name: b # old\n" };
    expect(edited({ secrets: [{ name: "c" }, { name: "b" }] }, files)).toEqual({
      "staging.yaml": "secrets:\n  - name: c\n  - name: b # old\n",
    });
  });

  it("is refused for a file that is no YAML", () => {
    expect(() => edited({ port: 1 }, { "staging.yaml": "a: [" })).toThrow(
      /^helm-values\/backend\/staging\.yaml: .*must be YAML that Helm can read$/,
    );
  });
});

describe("what the imports of all environments mean alike", () => {
  const production = { environment: "production", values: { port: 3000, env: { A: "1", B: "1" } } };

  it("goes into values.yaml, and out of the environments' files; the rest stays apart", () => {
    const files = { "production.yaml": 'port: 3000\nenv:\n  A: "1"\n  B: "1"\n' };
    expect(edited({ port: 3000, env: { A: "1", B: "2" } }, files, [production])).toEqual({
      "values.yaml": 'port: 3000\nenv:\n  A: "1"\n',
      "staging.yaml": 'env:\n  B: "2"\n',
      "production.yaml": 'env:\n  B: "1"\n',
    });
  });

  it("leaves a mapping of which nothing is left out of the file", () => {
    const files = { "production.yaml": "env:\n  A: '1'\nreplicas: 3\n" };
    expect(edited({ env: { A: "1" } }, files, [{ environment: "production", values: { env: { A: "1" } } }])).toEqual({
      "values.yaml": 'env:\n  A: "1"\n',
      "production.yaml": "replicas: 3\n",
    });
  });

  it("takes the comment of a line along, and leaves the file's own above", () => {
    const files = {
      "production.yaml": "# Ours.\nreplicas: 3\nenv:\n  # asked for by audit\n  A: '1'\n  B: '2'\n",
      "staging.yaml": "env:\n  C: '3'\n  # why\n  A: '1'\n",
    };
    const same = { replicas: 3, env: { A: "1" } };
    expect(edited(same, files, [{ environment: "production", values: same }])).toEqual({
      "values.yaml": 'replicas: 3\nenv:\n  # why\n  A: "1"\n',
      "staging.yaml": "env:\n  C: '3'\n",
      "production.yaml": "# Ours.\n\nenv:\n  B: '2'\n",
    });
  });
});
