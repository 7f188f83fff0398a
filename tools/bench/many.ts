import type { Environment } from "../../model/environment";

/** As many environments as asked for, all like one but for their names and hosts; each builds its images. */
export const many = (like: Environment, count: number): Environment[] =>
  Array.from({ length: count }, (_, index) => ({
    ...like,
    name: `bench${index}`,
    code: `b${index}`,
    images: { from: "build" },
    domains: Object.fromEntries(
      Object.entries(like.domains).map(([application, domain]) => [application, inFrontOf(domain, `bench${index}`)]),
    ),
  }));

type Domain = Environment["domains"][string];

const inFrontOf = (domain: Domain, label: string): Domain =>
  typeof domain === "string"
    ? `${label}.${domain}`
    : {
        host: `${label}.${domain.host}`,
        also: domain.also.map((name) => ({ ...name, host: `${label}.${name.host}` })),
      };
