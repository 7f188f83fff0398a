import type { At } from "../at";
import { ACCEPTED } from "../question";
import { type Container, there, volumesMountedBy, volumesOnlyOf } from "./container";
import { isLogRouter, isMeshProxy } from "./lost";
import type { Task } from "./task";

/** Drivers whose lines stay on the host or go to CloudWatch, and options that say no more than where. */
const PLAIN_DRIVERS = ["awslogs", "awsfirelens", "json-file"];
const MULTILINE = /^awslogs-(multiline-pattern|datetime-format)$/;

/** Where a container's lines go: Container Insights reads what it prints. */
export function settleLogs({ ledger }: Task, { at, name }: Container): void {
  const logs = at.at("logConfiguration");
  const [driver, options] = [logs.at("logDriver"), logs.at("options")];
  if (!logs.isThere) return;
  if (!PLAIN_DRIVERS.includes(driver.text ?? "awslogs")) {
    ledger.ask(logs, {
      id: "logs:output",
      risk: "slower",
      asks: `The lines of ${name} go by ${driver.text} to a system of its own. Who reads them there? Here Container Insights has what is printed.`,
      options: [ACCEPTED],
      without: "they are in Container Insights alone",
    });
    return;
  }
  for (const [key, option] of options.entries) {
    if (MULTILINE.test(key))
      ledger.ask(option, {
        id: "logs:multiline",
        risk: "slower",
        asks: "Several lines make one entry in CloudWatch, such as a stack trace. Here each line is one: print entries as JSON, on one line each.",
        options: [ACCEPTED],
        without: "an entry is several lines",
      });
  }
  if (driver.text === "awsfirelens" && options.isThere)
    ledger.ask(options, {
      id: "logs:output",
      risk: "slower",
      asks: `The log router sends the lines of ${name} to a system of its own. Who reads them there? Here Container Insights has what is printed.`,
      options: [ACCEPTED],
      without: "they are in Container Insights alone",
    });
  ledger.dropped(logs, "Container Insights reads what is printed");
}

/** Containers that are left out because the platform does their work: log routers, and the proxy of App Mesh. */
export function settleLost(task: Task): void {
  const { cast, inputs, ledger } = task;
  for (const container of cast.lost) {
    if (isLogRouter(container)) settleRouter(task, container);
    ledger.dropped(volumesOnlyOf(container, inputs.taskDefinition), `${container.name} alone uses it, and is left out`);
    if (isMeshProxy(container, inputs.taskDefinition))
      ledger.dropped(container.at, "the proxy of App Mesh; pods are called directly");
  }
  for (const { at, name } of cast.main.waitsFor)
    if (cast.lost.some((one) => one.name === name)) ledger.dropped(at, `${name} is left out`);
  for (const container of cast.lost)
    ledger.dropped(
      container.waitsFor.map(({ at }) => at),
      `${container.name} is left out`,
    );
}

function settleRouter(task: Task, router: Container): void {
  const { cast, ledger } = task;
  const files = sharedWith(router, cast.main);
  const config = router.at
    .at("firelensConfiguration", "options")
    .entries.flatMap(([key, at]) => (key.startsWith("config-file") ? [at] : []));
  const own = config.filter(({ path, text }) => path.endsWith("config-file-value}") && !OF_AWS.test(text ?? ""));
  if (files.length > 0) {
    ledger.ask([...files, ...config], {
      id: "logs:files",
      risk: "slower",
      asks: `${cast.main.name} writes its logs to files, which ${router.name} reads. It is left out: the application must print them instead (stdout).`,
      options: [ACCEPTED],
      without: "its logs are in a folder that nobody reads",
    });
  } else if (own.length > 0) {
    ledger.ask(config, {
      id: "logs:config",
      risk: "access lost",
      asks: `${router.name} has a configuration of its own: it may filter lines, mask what is personal, or send them elsewhere. What does it do? It is left out.`,
      options: [ACCEPTED],
      without: "every line is in Container Insights as it is printed",
    });
  }
  ledger.dropped(router.at, "a log router; Container Insights reads what is printed");
}

/** Configurations that come with AWS's image, and only read JSON. */
const OF_AWS = /^\/fluent-bit\/configs\//;

const sharedWith = (router: Container, main: Container): At[] => {
  const names = volumesMountedBy(main);
  return there(
    ...router.at.at("mountPoints").items.filter((mount) => names.includes(mount.at("sourceVolume").text ?? "")),
  );
};
