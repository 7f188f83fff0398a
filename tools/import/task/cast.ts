import type { At } from "../at";
import type { ServicePart } from "../ecs/inputs";
import type { Ledger } from "../ledger";
import { type Container, containersIn, isSameImage, type Sidecar } from "./container";
import { type Injection, injectionIn } from "./injection";
import { isStateful, lostContainers, sortOut } from "./lost";

/** What each container is here. What is in none of these is lost, and the ledger says why. */
export interface Cast {
  readonly main: Container;
  /** Whether the main container is a server: behind a load balancer, or with a port. */
  readonly isServer: boolean;
  readonly migration: Container | undefined;
  /** Other work by the same image. */
  readonly consumers: readonly Container[];
  /** What runs beside the server, with the digest of an image of its own. */
  readonly sidecars: readonly Sidecar[];
  readonly lost: readonly Container[];
  readonly injection: Injection | undefined;
}

/** Who the application is, who works for it, and who stays behind. */
export function castOf(taskDefinition: At, ledger: Ledger, service: ServicePart | undefined): Cast {
  const all = containersIn(taskDefinition);
  const lost = lostContainers(all, taskDefinition);
  // A task that is nothing but a log router is an application of its own.
  const routed = lost.length < all.length ? lost : [];
  const possible = all.filter((container) => !routed.includes(container));
  const main = mainOf(possible, ledger, service);
  const isServer = main.ports.length > 0 || service?.behind !== undefined || all.some((one) => isInFrontOf(one, main));
  const injection = injectionIn(main, possible);
  const others = possible.filter((one) => one !== main && !(injection?.containers.includes(one) ?? false));
  const migration = others.find((one) => isSameImage(one, main) && isAwaited(one, main));
  const rest = others.filter((one) => one !== migration);
  const sorted = sortOut(rest, { main, isServer, taskDefinition }, ledger);
  return {
    main,
    isServer,
    migration,
    ...sorted,
    lost: [...routed, ...(injection?.containers ?? []), ...sorted.lost],
    injection,
  };
}

/** The main container: the one behind the load balancer, else the only essential one with a port, else a question. */
function mainOf(possible: readonly Container[], ledger: Ledger, service: ServicePart | undefined): Container {
  const behind = possible.find(({ name }) => name === service?.behind?.container);
  if (behind) return behind;
  const fronted = possible.filter((one) => !isProxyOf(one, possible));
  const steps = [
    (one: Container) => one.isEssential && one.ports.length > 0 && !isStateful(one),
    (one: Container) => one.isEssential && one.ports.length > 0,
    (one: Container) => one.isEssential && !isAgentOf(one, fronted),
    (one: Container) => one.isEssential,
    () => true,
  ];
  const candidates = steps.map((step) => fronted.filter(step)).find(({ length }) => length > 0) ?? possible;
  const [first = possible[0] as Container, ...more] = candidates;
  if (more.length === 0) return first;
  const answer = ledger.ask(
    candidates.map(({ at }) => at.at("name")),
    {
      id: "container",
      risk: "unreachable",
      asks: `Which container is the application? ${candidates.map(({ name }) => name).join(", ")} could each be.`,
      options: candidates.map(({ name }) => ({ answer: name, means: "it is; the others run beside it" })),
      without: `${first.name} is taken for it`,
    },
  );
  return candidates.find(({ name }) => name === answer) ?? first;
}

const PROXIES = /(^|[/_-])(nginx|httpd|apache2?|haproxy|caddy|traefik)([:@_-]|$)/;

/** A web server that waits for another container, or serves its files, stands in front of it. */
function isInFrontOf(container: Container, main: Container): boolean {
  if (container === main || container.ports.length === 0) return false;
  if (!PROXIES.test(container.name) && !PROXIES.test(container.image)) return false;
  return [...container.waitsFor.map(({ name }) => name), ...container.sees].includes(main.name);
}

const isProxyOf = (container: Container, all: readonly Container[]): boolean =>
  all.some((one) => one.isEssential && isInFrontOf(container, one));

/** Another container waits until this one is there: it serves that one, and not users. */
const isAgentOf = (container: Container, all: readonly Container[]): boolean =>
  all.some((one) => one.waitsFor.some(({ name }) => name === container.name));

/** The main container starts once this one has ended. */
const isAwaited = ({ name }: Container, main: Container): boolean =>
  main.waitsFor.some((one) => one.name === name && /^(SUCCESS|COMPLETE)$/.test(one.condition));
