import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { checkEnvironments } from "../../model/check";
import { HelmValues, valuesTexts } from "../../model/helm-values";
import { HELM_VALUES } from "../support/fixtures/environments/all";
import { bootstrap } from "../support/fixtures/environments/bootstrap";
import { production } from "../support/fixtures/environments/production";
import { staging } from "../support/fixtures/environments/staging";
import { BAD_FOLDERS, FOLDER, GOOD_FOLDERS } from "../support/fixtures/folders";
import { NO_SECRETS, SECRET_LOOKS } from "../support/fixtures/secret-looks";

const root = mkdtempSync(join(tmpdir(), "mmrv-values-"));
afterAll(() => rmSync(root, { recursive: true }));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(root, "values-"));
  cpSync(HELM_VALUES, folder, { recursive: true });
});

const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
/** The issues that a user of this folder is told, without the heading. */
function issues(): string[] {
  try {
    checkEnvironments([staging, production], bootstrap, { helmValues: new HelmValues(folder) });
    return [];
  } catch (error) {
    return (error as Error).message
      .split("\n")
      .slice(1)
      .map((line) => line.trim());
  }
}
/** A few lines that unfold to a thousand million words. */
const BOMB = Array.from({ length: 10 }, (_, level) => {
  const inner =
    level === 0
      ? "word"
      : Array(10)
          .fill(`*a${level - 1}`)
          .join(", ");
  return `a${level}: &a${level} [${inner}]`;
}).join("\n");
const DIGEST = `sha256:${"a".repeat(64)}`;

describe("the values in the repository", () => {
  it("are good", () => {
    expect(issues()).toEqual([]);
  });
});

describe.each([
  [
    "a key that nobody knows",
    "colour: red",
    'colour: got "red", must be absent (no such field; the schema in model/ lists them)',
  ],
  [
    "a tag instead of a digest",
    "image: { tag: v1.2.3 }",
    'image.tag: got "v1.2.3", must come with image.digest (a tag can be moved to another image after it was tested)',
  ],
  [
    "a tag as the digest",
    "image: { digest: v1.2.3 }",
    'image.digest: got "v1.2.3", must be the digest of a pushed image, sha256: and 64 hex digits (a tag can be moved to another image)',
  ],
  [
    "a probe without its path",
    "probes: { liveness: { path: } }",
    "probes.liveness.path: got null, must be a path such as /healthz (the kubelet asks it)",
  ],
  [
    "a memory limit below the request",
    "resources: { limits: { memory: 128Mi } }",
    'resources.limits.memory: got "128Mi", must be at least requests.memory 384Mi (Kubernetes refuses the pod)',
  ],
  [
    "a CPU limit below the request",
    "resources: { limits: { cpu: 0.2 } }",
    "resources.limits.cpu: got 0.2, must be in quotes (without them it is a number), and be a CPU quantity such as 250m or 1, below 100 (ECS counts 1024 units a CPU)",
  ],
  [
    "a CPU limit below the request, in quotes",
    'resources: { limits: { cpu: "0.2" } }',
    'resources.limits.cpu: got "0.2", must be at least requests.cpu 250m (Kubernetes refuses the pod)',
  ],
  [
    "a minimum above the maximum",
    "autoscaling: { minReplicas: 20 }",
    "autoscaling.minReplicas: got 20, must be at most maxReplicas 6 (the autoscaler is refused)",
  ],
  [
    "a host outside the domains",
    "routes: [{ host: www.example.com, path: / }]",
    `routes.0.host: got "www.example.com", must be one of the environment's domains, api.staging.mmrv.invalid or staging.mmrv.invalid (the gateway has no certificate for another)`,
  ],
  [
    "a limit that also ended streams",
    "routes: [{ path: /, timeoutSeconds: 60 }]",
    "routes.0.timeoutSeconds: got 60, must be absent (it ended streams too; the gateway now ends what is silent for 60 s, as the ALB did: leave it out, or say idleTimeoutSeconds for another silence, requestTimeoutSeconds for the whole answer)",
  ],
  [
    "a silence that no ALB allows",
    "routes: [{ path: /, idleTimeoutSeconds: 0 }]",
    "routes.0.idleTimeoutSeconds: got 0, must be a whole number from 1 to 4000 (seconds of silence, as on the ALB)",
  ],
  [
    "a secret that Key Vault cannot hold",
    "secrets: [{ name: database_url }]",
    'secrets.0.name: got "database_url", must be 1 to 127 letters, digits and hyphens (Key Vault takes no other name)',
  ],
  [
    "workers on both sides",
    "workers: both",
    'workers: got "both", must be aws or azure, one of them (on both sides every job would run twice)',
  ],
  [
    "workers on a list of sides",
    "workers: [aws, azure]",
    'workers: got ["aws","azure"], must be aws or azure, one of them (on both sides every job would run twice)',
  ],
  [
    "too little grace",
    "shutdown: { graceSeconds: 20 }",
    "shutdown.graceSeconds: got 20, must be at least preStopSeconds 15 + 10 (it counts from before preStop, and a request in flight may take the rest)",
  ],
  [
    "a variable that YAML reads as true",
    "env: { DEBUG: yes }",
    'env.DEBUG: got true, must be text; put numbers and true in quotes: "8080"',
  ],
  [
    "a variable twice",
    'env: { DATABASE_URL: "x" }',
    'env.DATABASE_URL: got "DATABASE_URL", must be in env or in secrets, not in both (one would hide the other)',
  ],
  ["a variable of the chart's", 'env: { PORT: "80" }', 'env.PORT: got "PORT", must be absent (the chart sets it)'],
  [
    "a migration without words",
    "migration: { enabled: true, args: [] }",
    "migration.args: got [], must say what migrates (without words the image starts its server)",
  ],
  [
    "a folder over the secrets",
    "volumes: [{ path: /mnt/secrets/mine, size: 1Mi }]",
    'volumes: got "/mnt/secrets/mine", must be another folder (secrets are mounted there)',
  ],
  [
    "the folder of the secrets itself",
    "volumes: [{ path: /mnt/secrets-of-mine, size: 1Mi }, { path: /mnt/secrets, size: 1Mi }]",
    'volumes: got "/mnt/secrets", must be another folder (secrets are mounted there)',
  ],
])("%s", (_, text, sentence) => {
  it("is refused with the file and a sentence", () => {
    write("backend/staging.yaml", text);
    expect(issues()).toEqual([`helm-values/backend/staging.yaml ${sentence}`]);
  });
});

describe("a variable that looks like a secret", () => {
  it.each(SECRET_LOOKS)("is refused without its value: %s", (kind, value) => {
    write("backend/staging.yaml", stringify({ env: { TOKEN: value } }));
    expect(issues()).toEqual([
      `helm-values/backend/staging.yaml env.TOKEN: got "…", must be in the application's vault, and under secrets with env: TOKEN (it looks like ${kind}, and everybody may read env; git keeps it, so replace it)`,
    ]);
  });

  it("is not shown either where the mistake is another", () => {
    write("backend/staging.yaml", stringify({ evn: { TOKEN: "AKIAIOSFODNN7EXAMPLE" } }));
    expect(issues()).toEqual([
      'helm-values/backend/staging.yaml evn: got "…", must be absent (no such field; the schema in model/ lists them)',
    ]);
  });

  it("is none when it only has something of one", () => {
    write(
      "backend/staging.yaml",
      stringify({ env: Object.fromEntries(NO_SECRETS.map((value, at) => [`A${at}`, value])) }),
    );
    expect(issues()).toEqual([]);
  });
});

describe("a volume's folder", () => {
  const volumes = (path: string) => write("backend/staging.yaml", stringify({ volumes: [{ path, size: "1Mi" }] }));

  it.each(BAD_FOLDERS)("is not %s", (path) => {
    volumes(path);
    expect(issues()).toEqual([`helm-values/backend/staging.yaml volumes.0.path: got "${path}", must be ${FOLDER}`]);
  });

  it.each(GOOD_FOLDERS)("may be %s", (path) => {
    volumes(path);
    expect(issues()).toEqual([]);
  });
});

describe("issues of values", () => {
  it("are told all at once, and together with those of the environments", () => {
    write("backend/staging.yaml", "colour: red\nworkers: both");
    write("platform/production.yaml", "gateway: { minReplicas: 20 }");
    const bad = { ...staging, zones: ["4"] as never };
    expect(() => checkEnvironments([bad, production], bootstrap, { helmValues: new HelmValues(folder) })).toThrow(
      /^environments\/ and helm-values\/: 4 issues, nothing was touched\n {2}staging\.zones/,
    );
  });

  it("name the file of all environments when that is where it is, once for all that it breaks", () => {
    write(
      "backend/values.yaml",
      readFileSync(join(folder, "backend/values.yaml"), "utf8").replace("port: 8080", "port: 80"),
    );
    expect(issues()).toEqual([
      "helm-values/backend/values.yaml port: got 80, must be a whole number from 1024 to 65535 (a port that needs no root)",
    ]);
  });

  it("name the environments that a file of all breaks, where others have a value of their own", () => {
    write(
      "backend/values.yaml",
      readFileSync(join(folder, "backend/values.yaml"), "utf8").replace("port: 8080", "port: 80"),
    );
    write("backend/production.yaml", "port: 8080");
    expect(issues()).toEqual([
      "helm-values/backend/values.yaml (staging) port: got 80, must be a whole number from 1024 to 65535 (a port that needs no root)",
    ]);
  });

  it.each([
    ["a: 1\na: 2", ":2: must be YAML that Helm can read, got Map keys must be unique"],
    [
      "a: [",
      ":1: must be YAML that Helm can read, got Flow sequence in block collection must be sufficiently indented and end with a ]",
    ],
    ["- a", ': must be a mapping of values, got ["a"]'],
    ["port: 8080\na: *b", ':2: must be an alias of an anchor that stands before it, got "*b"'],
    ["a: &a\n  b: *a", ':2: must be an alias of something else (a value cannot hold itself), got "*a"'],
    [BOMB, ':10: must be written out (aliases of aliases grow beyond any use), got "*a8"'],
    [
      "port: 8080\n__proto__: { polluted: yes }",
      ':2: must be another key (it is no value to JavaScript), got "__proto__"',
    ],
    ['env:\n  "__proto__": a', ':2: must be another key (it is no value to JavaScript), got "__proto__"'],
    ["<<: { __proto__: { polluted: yes } }", ':1: must be another key (it is no value to JavaScript), got "__proto__"'],
    ["a: &key __proto__\n? *key\n: b", ':2: must be another key (it is no value to JavaScript), got "__proto__"'],
  ])("of YAML itself come before the rest, with their line: %j", (text, sentence) => {
    write("backend/staging.yaml", text);
    expect(issues()).toEqual([`helm-values/backend/staging.yaml${sentence}`]);
    expect({}).not.toHaveProperty("polluted");
  });

  it.each([
    ['env: { NO: "x" }', "NO", "false"],
    ["env: { ON: x }", "ON", "true"],
    ["env: { y: x }", "y", "true"],
    ["env: { 8080: x }", "8080", "8080"],
    ["env: { ~: x }", "~", "null"],
  ])("are keys that YAML takes for another word: %j", (text, key, value) => {
    write("backend/staging.yaml", text);
    expect(issues()).toEqual([
      `helm-values/backend/staging.yaml:1: must be in quotes, "${key}" (YAML takes the bare word for ${value}, and Helm would call the key that), got ${JSON.stringify(key)}`,
    ]);
  });

  it.each([
    ["NEL", "\\N"],
    ["a separator of lines", "\\L"],
    ["DEL", "\\x7f"],
    ["NUL", "\\0"],
    ["a mark of byte order", "\\uFEFF"],
  ])("are texts with %s in them, which arrive as something else", (_, written) => {
    write("backend/staging.yaml", `env: { A: "a${written}b" }`);
    expect(issues()).toEqual([
      expect.stringMatching(
        /^helm-values\/backend\/staging\.yaml:1: must be text of lines and tabs, .*, got "a(\\u[0-9a-f]{4})b"$/,
      ),
    ]);
  });

  it("are separators of lines in a comment, at which Helm would read on", () => {
    write("backend/staging.yaml", "env: { A: x } # note\u0085replicas: 9\n");
    expect(issues()).toEqual([
      expect.stringMatching(
        /^helm-values\/backend\/staging\.yaml:1: must be text .*, got env: .*# note\\u0085replicas: 9$/,
      ),
    ]);
  });

  it("are not line breaks of Windows, nor the mark of byte order of its editors", () => {
    write("backend/staging.yaml", "\uFEFFenv:\r\n  A: x\r\n");
    expect(issues()).toEqual([]);
  });

  it("are keys that are the same word to YAML, each told by itself", () => {
    write("backend/staging.yaml", "env: { ON: a, Y: b, yes: c }");
    expect(issues().map((line) => line.match(/must be in quotes, "\w+"/)?.[0])).toEqual([
      'must be in quotes, "ON"',
      'must be in quotes, "Y"',
      'must be in quotes, "yes"',
    ]);
    write("backend/staging.yaml", "env: { A: a, A: b }");
    expect(issues()).toEqual([expect.stringMatching(/must be YAML that Helm can read, got Map keys must be unique/)]);
  });

  it("are not texts of several lines", () => {
    write("backend/staging.yaml", stringify({ env: { A: "one\ntwo\tthree\n" } }));
    expect(issues()).toEqual([]);
  });

  it("name the file of a key with dots in it", () => {
    write("backend/staging.yaml", 'env: { "a.b": x }');
    expect(issues()).toEqual([
      expect.stringMatching(/^helm-values\/backend\/staging\.yaml env\.a\.b: got "a\.b", must be the name/),
    ]);
  });

  it("take a modest use of anchors for what it is", () => {
    write("backend/staging.yaml", 'env: { A: &value "1", B: *value }');
    expect(issues()).toEqual([]);
  });

  it("are a folder of values that is not there", () => {
    rmSync(folder, { recursive: true });
    expect(issues()).toContain("helm-values: must be a folder with one for each release, got nothing");
  });

  it("are not told of an environment whose name is none: nobody knows which files are its", () => {
    write("backend/Bad_1.yaml", "port: 80");
    const told = (environment: object) => {
      try {
        checkEnvironments([{ ...staging, ...environment }], bootstrap, { helmValues: new HelmValues(folder) }, [
          staging,
          production,
        ]);
        return [];
      } catch (error) {
        return (error as Error).message.split("\n").slice(1);
      }
    };
    expect(told({ name: "Bad_1" })).toEqual([expect.stringMatching(/^ {2}Bad_1\.name: got "Bad_1", must be 3 to 63/)]);
    expect(told({ name: "bad" })).toContain(
      '  helm-values/backend/Bad_1.yaml: must be one of values.yaml, staging.yaml, production.yaml, bad.yaml (nobody would read it) (did you mean bad.yaml?), got "Bad_1.yaml"',
    );
  });

  it("are not told of a route whose domain the environment has an issue in", () => {
    write("backend/staging.yaml", "routes: [{ host: www.example.com, path: / }]");
    const domains = { ...staging.domains, frontend: "Not a host" };
    expect(() =>
      checkEnvironments([{ ...staging, domains }, production], bootstrap, { helmValues: new HelmValues(folder) }),
    ).toThrow(/^environments\/: 1 issue, nothing was touched\n {2}staging\.domains\.frontend: got Not a host, [^\n]+$/);
  });

  it("are also folders that no release reads", () => {
    mkdirSync(join(folder, "backnd"));
    expect(issues()).toEqual([
      'helm-values/backnd: must be one of backend, frontend, platform, envoy-gateway, cert-manager (nobody would read it) (did you mean backend?), got "backnd"',
    ]);
  });

  it("are also files that no environment reads, whose values nobody would miss; one for all of a name", () => {
    write("backend/stagin.yaml", `image: { digest: ${DIGEST} }`);
    write("platform/stagin.yaml", "");
    expect(issues()).toEqual([
      'helm-values/backend/stagin.yaml, helm-values/platform/stagin.yaml: must be one of values.yaml, staging.yaml, production.yaml (nobody would read it) (did you mean staging.yaml?), got "stagin.yaml"',
    ]);
  });

  it("are shown with what would act on a terminal or a runner escaped", () => {
    write("backend/\u001b[31mred.yaml", "");
    write("platform/staging.yaml", '"\\u202e\\n::add-mask::x": 1');
    expect(issues()).toEqual([
      'helm-values/backend/\\u001b[31mred.yaml: must be one of values.yaml, staging.yaml, production.yaml (nobody would read it), got "\\u001b[31mred.yaml"',
      "helm-values/platform/staging.yaml \\u202e\\n::add-mask::x: got 1, must be absent (no such field; the schema in model/ lists them)",
    ]);
  });
});

describe("merging", () => {
  it("is Helm's: objects by key, lists replaced, over the chart's defaults; null takes nothing away", () => {
    write("backend/values.yaml", "env: { A: a, B: b }\nsecrets: [{ name: one }, { name: two }]\nport: 1");
    write("backend/staging.yaml", "env: { B: null, C: c }\nsecrets: [{ name: three }]");
    const { layers, merged } = new HelmValues(folder).of("backend", staging);
    expect(merged).toMatchObject({
      env: { A: "a", B: null, C: "c" },
      secrets: [{ name: "three" }],
      port: 1,
      workers: "aws",
    });
    expect(layers.map(({ file }) => file)).toEqual([
      "helm-values/backend/values.yaml",
      "helm-values/backend/staging.yaml",
    ]);
  });

  it("hands each layer to Helm as JSON, so that no text becomes a number on the way", () => {
    write("backend/staging.yaml", 'env: { OCTAL: "010", TEXT: "yes" } # a comment');
    const [, text = ""] = valuesTexts(new HelmValues(folder).of("backend", staging));
    expect(JSON.parse(text)).toEqual({ env: { OCTAL: "010", TEXT: "yes" } });
  });
});
