import type { Environment } from "../environment";
import type { Application } from "../schema/application";
import type { Workload } from "../schema/workload";
import { type Issue, issue } from "./issue";
import { twice } from "./variables";

/** Rules of what runs beside a server; those of its variables are in `variables.ts`. */

type Sidecar = Workload["sidecars"][string];

const each = ({ sidecars }: Workload, of: (sidecar: Sidecar, at: string, name: string) => Issue[]): Issue[] =>
  Object.entries(sidecars).flatMap(([name, sidecar]) => of(sidecar, `sidecars.${name}`, name));

export function sidecarsOfTheApplicationsName(workload: Workload, _: Environment, application: Application): Issue[] {
  return each(workload, (_sidecar, at, name) =>
    name === application.name
      ? [issue(at, name, "must be another name than the application's (its container has it)")]
      : [],
  );
}

/** The containers of a pod share its addresses, and so its ports. */
export function sharedPorts(workload: Workload): Issue[] {
  const ports: (readonly [path: string, port: number | undefined])[] = [
    ["port", workload.port],
    ...Object.entries(workload.sidecars).map(([name, { port }]) => [`sidecars.${name}.port`, port] as const),
  ];
  return ports.flatMap(([path, port], index) => {
    const other = ports.slice(0, index).find(([, taken]) => taken === port);
    if (port === undefined || other === undefined) return [];
    return [
      issue(path, port, `must be another port than ${other[0]} (the containers of a pod share one address)`, [
        other[0],
      ]),
    ];
  });
}

export function unfitProbes(workload: Workload): Issue[] {
  return each(workload, ({ port, probes = {} }, at) =>
    Object.entries(probes).flatMap(([kind, { command, path }]) => {
      const probe = `${at}.probes.${kind}`;
      if ((command === undefined) === (path === undefined))
        return [
          issue(
            `${probe}.path`,
            path,
            "must be there, or command must, and not both (the kubelet asks for a path or runs a command)",
            [`${probe}.command`],
          ),
        ];
      if (path === undefined || port !== undefined) return [];
      return [issue(`${at}.port`, port, `must be there (probes.${kind} asks it for ${path})`, [probe])];
    }),
  );
}

/** A mount of nothing, and two of one folder. */
export function unfitMounts(workload: Workload): Issue[] {
  const shared = workload.volumes.map(({ path }) => path);
  return each(workload, ({ mounts = [], volumes = [] }, at) => [
    ...mounts.flatMap(({ volume }, index) =>
      shared.includes(volume)
        ? []
        : [
            issue(
              `${at}.mounts.${index}.volume`,
              volume,
              `must be the path of one of the application's volumes, ${shared.join(", ") || "and there is none"}`,
              ["volumes"],
            ),
          ],
    ),
    ...twice([...volumes, ...mounts].map(({ path }) => path)).map((path) =>
      issue(`${at}.mounts`, path, "must be mounted once, by volumes or by mounts", [`${at}.volumes`]),
    ),
  ]);
}
