import { describe, expect, it } from "vitest";
import { convertFile, corpus } from "../../../support/import/ecs";

/** What each file leaves to decide, by ids; everything else has a fate of its own. */
const DECISIONS: Readonly<Record<string, readonly string[]>> = {
  "01-fargate-next-web.json": ["env:NEXT_PUBLIC_ENV", "probe:path", "task-role", "writable-folders"],
  "02-fargate-envfile-pem-secret.json": ["env-file:production.env", "probe:path", "task-role", "writable-folders"],
  "03-fargate-path-secrets-same-suffix.json": ["probe:path", "task-role", "template", "writable-folders"],
  "04-handlebars-one-json-secret.json": [
    ...["probe:path", "secret:FRONT_API_BASE_URL", "secret:HOST", "secret:USE_MAPS_API", "template"],
    "writable-folders",
  ],
  "06-worker-ssm-plain-strings.json": [
    ...["kind", "secret:PARSER_API_KEY", "secret:PARSER_TIMEOUT_MS", "secret:S3_BUCKET"],
    ...["secret:SQS_INGESTION_QUEUE_URL", "secret:TABLE_NAME", "task-role", "writable-folders"],
  ],
  "07-worker-shell-command-ps-health.json": ["env:DB_HOST", "env:REDIS_HOST", "task-role", "writable-folders"],
  "08-json-in-yml-nginx-volumesfrom.yml": [
    "container:nginx",
    "port",
    "probe:path",
    "task-role",
    "template",
    "writable-folders",
  ],
  "10-describe-wrapper-bridge-dynamic-ports.json": [
    ...["container:exporter", "env-file:web.env", "launch-type", "probe:path", "secret:secret-env-1"],
    ...["secret:secret-env-2", "writable-folders"],
  ],
  "12-firelens-efs-wrapper.json": ["logs:config", "port", "probe:path", "task-role", "writable-folders"],
  "14-firelens-log-files-on-shared-volume.json": [
    ...["consumers.app.resources:cpu", "consumers.app.resources:memory", "kind", "logs:files", "task-role"],
    "writable-folders",
  ],
  "15-appmesh-envoy-router-first.json": [
    "env:ECHO_URL",
    "logs:config",
    "mesh",
    "probe:path",
    "task-role",
    "writable-folders",
  ],
  "16-init-container-entrypoint-wrapper.json": ["container:instrumentation-init/agent", "template", "writable-folders"],
  "23-terraform-container-list.json": [
    ...["family", "probe:path", "resources:cpu", "resources:memory", "secret:ACCESS_KEY_ID", "template"],
    "writable-folders",
  ],
  "24-hardened-readonly-two-scratch.json": ["architecture", "init-process", "task-role", "template"],
  "27-system-controls-ping.json": ["kind", "secret:ACCESS_TOKEN", "sysctls", "writable-folders"],
  "28-four-containers-redis-efs.json": [
    ...["container:redis", "container:suite-notebook", "env:REDIS_URL", "task-role", "volume:data"],
    "writable-folders",
  ],
  "30-injected-security-agent-volumesfrom.json": [
    "container:agent",
    "env:AGENT_TOKEN",
    "probe:path",
    "writable-folders",
  ],
  "37-broker-cmd-exec-health.json": ["port", "probe:path", "state", "writable-folders"],
  "38-bom-crlf.json": ["env:NEXT_PUBLIC_ENV", "probe:path", "task-role", "writable-folders"],
  "40-same-image-server-worker-cron.json": [
    "env:PORT",
    "migration:first",
    "secret:db_url",
    "task-role",
    "writable-folders",
  ],
};

const DESCRIBE = "aws ecs describe-task-definition --task-definition FAMILY --include TAGS";
const notA = (what: string, before = "") =>
  `this is ${what}, not a task definition; nothing was written\n  next: ${before}${DESCRIBE}`;

/** Files of which nothing is converted, and what is said of each. */
const REFUSED: Readonly<Record<string, string>> = {
  "11-old-console-nulls-privileged-daemon.json":
    "it reaches into its host (privileged, the Docker socket or the root folder): a host agent, not an application; nothing was written\n  next: look for an add-on of AKS that does the same, such as Defender or Container Insights",
  "17-windows-powershell-entrypoint.json":
    "runtimePlatform.operatingSystemFamily is WINDOWS_SERVER_2022_CORE, a Windows family, and there is no Windows node pool; nothing was written\n  next: if the image is Linux, correct runtimePlatform and give the file again; if not, the application stays where it is",
  "18-windows-declared-by-mistake.json":
    "runtimePlatform.operatingSystemFamily is WINDOWS_SERVER_2019_CORE, a Windows family, and there is no Windows node pool; nothing was written\n  next: if the image is Linux, correct runtimePlatform and give the file again; if not, the application stays where it is",
  "31-terraform-template.json.tpl": notA("a Terraform template"),
  "32-js-module-comments-trailing-comma.js": notA("JavaScript, a program"),
  "33-ecspresso.jsonnet": notA("Jsonnet", "ecspresso render taskdef, or "),
  "34-cloudformation-capitalised.yaml": notA("CloudFormation"),
  "35-host-mode-no-ports.json":
    "networkMode is host and no container maps a port: nobody can say which one is the application, a server or a worker; nothing was written\n  next: say portMappings for a server, or networkMode awsvpc for a worker, and give the file again",
  "90-bad-no-containers.json":
    "containerDefinitions is empty: there is no container to run; nothing was written\n  next: aws ecs describe-task-definition prints the whole of a revision; give that",
  "91-bad-run-task-input.json": notA("what run-task or create-service takes, which only names one"),
  "92-bad-truncated.json": `is not JSON: close brace expected at line 26, column 6; nothing was written\n  next: mend it there, or ${DESCRIBE}`,
  "93-bad-not-json.json": `is not JSON: invalid symbol at line 1, column 1; nothing was written\n  next: mend it there, or ${DESCRIBE}`,
  "95-bad-family-not-a-name.json":
    "App_Main maps 80/tcp twice, which ECS registers for nobody; nothing was written\n  next: give the revision that runs: aws ecs describe-task-definition --task-definition FAMILY",
  "94-bad-list-task-definitions.json": notA("a list of names"),
};

/** What a refused file is told, without its name. */
function refusalOf(file: string): string {
  try {
    convertFile(file);
    return "nothing";
  } catch (error) {
    return error instanceof Error && error.name === "UserError"
      ? error.message.replace(`${file}: `, "")
      : String(error);
  }
}

describe("a file of the corpus", () => {
  it("is either converted or refused", () => {
    expect([...Object.keys(DECISIONS), ...Object.keys(REFUSED)].sort()).toEqual(corpus());
  });

  it.each(Object.entries(DECISIONS))("%s leaves exactly its decisions", (file, ids) => {
    expect(convertFile(file).ids).toEqual([...ids].sort());
  });

  it.each(Object.entries(REFUSED))("%s is refused with one sentence and what to do", (file, sentence) => {
    expect(refusalOf(file)).toBe(sentence);
  });

  it("has each of its values in the report, and none that nothing is known of", () => {
    const unclassified = Object.keys(DECISIONS).flatMap((file) =>
      convertFile(file)
        .decisions.filter(({ id }) => id.startsWith("taskDefinition"))
        .map(({ id }) => `${file} ${id}`),
    );
    expect(unclassified).toEqual([]);
  });

  it("with a byte order mark and ends of lines of Windows means the same", () => {
    expect(convertFile("38-bom-crlf.json")).toEqual(convertFile("01-fargate-next-web.json"));
  });

  it("says what is worth knowing and needs no answer", () => {
    const noted = Object.fromEntries(
      Object.keys(DECISIONS).flatMap((file) => {
        const notes = convertFile(file).notes.filter((note) => !note.startsWith("ECS adds variables"));
        return notes.length > 0 ? [[file, notes]] : [];
      }),
    );
    const shorter = (name: string, was: string, start: number, path = "") =>
      `On ECS ${name} had ${was} s to start (startPeriod ${start} and 3 times 30), and here it has 60 s (2 times 30). If it needs longer, raise ${path}probes.startup.failureThreshold.`;
    expect(noted).toEqual({
      "01-fargate-next-web.json": [shorter("app", "150", 60)],
      "03-fargate-path-secrets-same-suffix.json": [
        "The ARNs of MODEL_API_KEY and BROWSER_PROJECT_ID end in the same six characters. They are two secrets; see that neither was copied from the other by mistake.",
      ],
      "07-worker-shell-command-ps-health.json": [shorter("analytics-worker", "120", 30, "consumers.analytics-worker.")],
      "08-json-in-yml-nginx-volumesfrom.yml": [
        shorter("app", "105", 15),
        "Docker runs only the first text behind CMD-SHELL: of app's health check the rest never ran.",
      ],
      "24-hardened-readonly-two-scratch.json": [shorter("dashboard", "110", 20)],
      "28-four-containers-redis-efs.json": [shorter("suite-app", "150", 60)],
      "38-bom-crlf.json": [shorter("app", "150", 60)],
      "40-same-image-server-worker-cron.json": [
        "web may grow a heap of 1800 MiB, more than three quarters of its limit of 2048Mi: it may be killed. Lower the heap, or raise resources.limits.memory.",
      ],
    });
  });
});
