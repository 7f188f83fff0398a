import { UserError } from "../../../model/user-error";
import type { At } from "../at";
import type { Ledger } from "../ledger";
import { ACCEPTED } from "../question";

/** What the chart runs that says nothing: charts/mmrv-app/values.yaml. */
const REPLICAS = "1 to 50";

/**
 * A service's own settings: how many, never two at once, and what runs beside it.
 * @throws UserError for a DAEMON, which is an agent of the host and no application
 */
export function replicasOf(service: At, ledger: Ledger): number | undefined {
  refuseDaemon(service);
  names(service, ledger);
  rollOut(service, ledger);
  placement(service, ledger);
  const replicas = wanted(service, ledger);
  singleton(service, ledger);
  notRunning(service, ledger);
  return replicas;
}

function refuseDaemon(service: At): void {
  if (service.at("schedulingStrategy").text !== "DAEMON") return;
  throw new UserError(
    `${service.at("serviceName").text}: its schedulingStrategy is DAEMON: an agent of each host, and no application; nothing was written\n  next: leave it on AWS, or look for what AKS has for it`,
  );
}

function names(service: At, ledger: Ledger): void {
  for (const name of ["serviceName", "serviceArn", "clusterArn", "cluster", "taskDefinition"])
    if (service.at(name).isThere) ledger.mapped(service.at(name), "the report's head");
  const strategy = service.at("schedulingStrategy");
  if (strategy.isThere) ledger.dropped(strategy, "REPLICA is what the chart does");
  const address = service.at("networkConfiguration", "awsvpcConfiguration", "assignPublicIp");
  if (!address.isThere) return;
  ledger.dropped(address, "its address changed with every task; what leaves Azure has the environment's own address");
  if (address.text === "ENABLED")
    ledger.note(
      "The tasks had public addresses that changed: nobody can have let in one of them, but a whole range perhaps.",
    );
}

function rollOut(service: At, ledger: Ledger): void {
  const configuration = service.at("deploymentConfiguration");
  const controller = service.at("deploymentController", "type");
  if (["ECS", "CODE_DEPLOY"].includes(controller.text ?? ""))
    ledger.dropped(controller, "`mmrv deploy` rolls out, by Helm");
  const others = [controller, service.at("taskSets")].filter(({ isThere }) => isThere);
  if (controller.text === "EXTERNAL" || service.at("taskSets").isThere)
    ledger.ask(others, {
      id: "deployment:controller",
      risk: "does not start",
      asks: "Another program rolls out this service by task sets, and may say more than the service does. What does it do?",
      options: [ACCEPTED],
      without: "what the service and the task definition say is converted, and nothing else",
    });
  const strategy = configuration.at("strategy");
  if (strategy.text === "ROLLING") ledger.dropped(strategy, "so does the chart");
  else if (strategy.isThere)
    ledger.ask(strategy, {
      id: "deployment:strategy",
      risk: "slower",
      asks: `The service is rolled out ${strategy.text}: both versions stand side by side first. The chart rolls pod by pod. Is that enough?`,
      options: [ACCEPTED],
      without: "it is rolled out pod by pod",
    });
  if (configuration.at("lifecycleHooks").isThere)
    ledger.ask(configuration.at("lifecycleHooks"), {
      id: "deployment:hooks",
      risk: "done twice or never",
      asks: "Lambda functions run at steps of a roll-out. What do they do, and who does it on Azure?",
      options: [ACCEPTED],
      without: "nobody runs them",
    });
  const alarms = configuration.at("alarms");
  if (alarms.at("enable").boolean === true)
    ledger.ask(alarms, {
      id: "deployment:alarms",
      risk: "slower",
      asks: "Alarms take back a roll-out. Helm takes back what does not become ready. Is that enough?",
      options: [ACCEPTED],
      without: "a release that is ready but fails its users is not taken back by itself",
    });
  else if (alarms.isThere) ledger.dropped(alarms, "they are off");
}

function placement(service: At, ledger: Ledger): void {
  for (const constraint of service.at("placementConstraints").items) {
    if (constraint.at("type").text === "distinctInstance")
      ledger.dropped(constraint, "the chart spreads pods over zones and nodes");
    else
      ledger.ask(constraint, {
        id: "placement",
        risk: "does not start",
        asks: "It runs on certain machines only. What have they that others have not?",
        options: [ACCEPTED],
        without: "it runs on any node of the environment",
      });
  }
}

function wanted(service: At, ledger: Ledger): number | undefined {
  const count = service.at("desiredCount");
  if (count.number === undefined) {
    ledger.defaulted(count, "replicas: 2", "the chart's default; ECS would run one or none");
    return undefined;
  }
  if (count.number >= 1 && count.number <= 50) {
    ledger.mapped(count, "replicas");
    return count.number;
  }
  const isOff = count.number === 0;
  const answer = ledger.ask(count, {
    id: isOff ? "off" : "replicas",
    risk: isOff ? "done twice or never" : "slower",
    asks: isOff
      ? "The service is off: desiredCount is 0. Is it needed at all, and how many pods should run?"
      : `It runs ${count.number} tasks, and the chart takes at most 50 pods. How many should run?`,
    options: [{ form: `a number of pods, ${REPLICAS}`, fits: /^([1-9]|[1-4]\d|50)$/, means: "so many run" }],
    without: isOff ? "the chart would run two pods of what is off" : "the chart would run two",
  });
  return answer === undefined ? undefined : Number(answer);
}

/** ECS rounds the maximum down: with one task wanted, 150 % is one. */
function singleton(service: At, ledger: Ledger): void {
  const configuration = service.at("deploymentConfiguration");
  const [maximum, minimum] = [configuration.at("maximumPercent"), configuration.at("minimumHealthyPercent")];
  const count = Math.max(1, service.at("desiredCount").number ?? 1);
  const percents = [maximum, minimum].filter(({ isThere }) => isThere);
  if (maximum.number === undefined || Math.floor((count * maximum.number) / 100) > count) {
    ledger.dropped(percents, "the chart never runs fewer pods than wanted, and a quarter more for a while");
    return;
  }
  ledger.ask(percents, {
    id: "singleton",
    risk: "done twice or never",
    asks: `While it is rolled out, never more than ${count} ran at once (${minimum.number ?? 100} % to ${maximum.number} %). The chart starts the new pod first: may two run side by side for a minute, both at work?`,
    options: [ACCEPTED],
    without: "two run at once in every roll-out, and whatever they do may be done twice",
  });
}

function notRunning(service: At, ledger: Ledger): void {
  const running = service.at("runningCount");
  const failed = service.at("deployments").items.map((deployment) => deployment.at("failedTasks"));
  if (running.isThere) ledger.dropped(running, "what ran at that moment, and not what is wanted");
  ledger.dropped(
    failed.filter(({ isThere }) => isThere),
    "what ran at that moment, and not what is wanted",
  );
  const failures = failed.reduce((sum, { number = 0 }) => sum + number, 0);
  if (running.number === 0 && (service.at("desiredCount").number ?? 0) > 0)
    ledger.note(
      `It does not run on AWS either: of ${service.at("desiredCount").number} tasks none runs${failures > 0 ? `, and ${failures} failed` : ""}. Find out why before it moves.`,
    );
}
