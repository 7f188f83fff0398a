/**
 * Sockets in the working folder: no port that another process could take or read from. With etcd a URL needs a host and
 * a port; for a socket both together are the name of the file.
 */
const ETCD = "unix://etcd:0";
const ETCD_PEER = "unix://etcd-peer:0";

export const ETCD_ARGS = [
  "--data-dir=etcd",
  `--listen-client-urls=${ETCD}`,
  `--advertise-client-urls=${ETCD}`,
  `--listen-peer-urls=${ETCD_PEER}`,
  `--initial-advertise-peer-urls=${ETCD_PEER}`,
  `--initial-cluster=default=${ETCD_PEER}`,
];

export const apiServerArgs = (port: number) => [
  `--etcd-servers=${ETCD}`,
  "--bind-address=127.0.0.1",
  "--advertise-address=127.0.0.1",
  `--secure-port=${port}`,
  "--tls-cert-file=apiserver.crt",
  "--tls-private-key-file=apiserver.key",
  "--client-ca-file=ca.crt",
  "--service-cluster-ip-range=10.96.0.0/16",
  "--service-account-issuer=https://kubernetes.default.svc",
  "--service-account-key-file=service-account.pub",
  "--service-account-signing-key-file=service-account.key",
  "--authorization-mode=RBAC",
  // As every managed cluster has it: whether a pod may be privileged is for Pod Security to say, not for the validation.
  "--allow-privileged=true",
  // It would taint each new node, and who lifts the taint is the controller that is off below.
  "--disable-admission-plugins=TaintNodesByCondition",
  // Endpoints of the service kubernetes may not be loopback addresses.
  "--endpoint-reconciler-type=none",
];

export const CONTROLLER_ARGS = [
  "--kubeconfig=kubeconfig",
  "--secure-port=0",
  "--leader-elect=false",
  "--service-account-private-key-file=service-account.key",
  "--root-ca-file=ca.crt",
  // It wants heartbeats in time, and would evict every pod when this machine is busy.
  "--controllers=*,-node-lifecycle-controller",
];

export const SCHEDULER_ARGS = ["--kubeconfig=kubeconfig", "--secure-port=0", "--leader-elect=false"];

export const KWOK_ARGS = ["--kubeconfig=kubeconfig", "--manage-all-nodes=true"];

/** A node as a kubelet would register it; kwok adds the conditions. */
export function node(number: number, cpu: string, memory: string): object {
  const name = `node-${number}`;
  const resources = { cpu, memory, pods: "110", "ephemeral-storage": "100Gi" };
  const labels = {
    "kubernetes.io/hostname": name,
    "kubernetes.io/os": "linux",
    "kubernetes.io/arch": "amd64",
    "topology.kubernetes.io/region": "local",
    "topology.kubernetes.io/zone": `local-${((number - 1) % 3) + 1}`,
  };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels },
    status: { capacity: resources, allocatable: resources },
  };
}
