/** Selectors of series, by the scrape jobs of managed Prometheus. */

/** A selector of one scrape job; the jobs are those of managed Prometheus. */
const from =
  (job: string) =>
  (metric: string, ...matchers: string[]): string =>
    `${metric}{${[`job="${job}"`, ...matchers].join(",")}}`;
export const node = from("node");
export const containers = from("cadvisor");
export const state = from("kube-state-metrics");
export const kubelet = from("kubelet");
export const apiServer = from("kube-apiserver");
