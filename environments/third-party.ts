import type { Artifact, ThirdPartyPins } from "../model/third-party";

/**
 * The charts of others. The registry knows `v1.9.2` and `1.9.2` of Envoy Gateway as two artifacts: only the form with
 * the v counts. docs/third-party.md says how to move on.
 */
const charts = {
  "gateway-crds": { repository: "docker.io/envoyproxy/gateway-crds-helm", version: "v1.9.2", digest: "change-me" },
  "envoy-gateway": { repository: "docker.io/envoyproxy/gateway-helm", version: "v1.9.2", digest: "change-me" },
  "cert-manager": {
    repository: "quay.io/jetstack/charts/cert-manager",
    version: "v1.21.2",
    digest: "sha256:634dce9c13b56677a2c05e2ab76c312d0be2664022d5dd05815da67e1fd5f610",
  },
} satisfies ThirdPartyPins["charts"];

const certManager = (part: string, digest: Artifact["digest"]): Artifact => ({
  repository: `quay.io/jetstack/cert-manager-${part}`,
  version: "v1.21.2",
  digest,
});

/** Every image that those charts run here. */
const images = {
  // The controller; the job that makes its certificates; and beside each Envoy what lets it end in peace.
  "envoy-gateway": {
    repository: "docker.io/envoyproxy/gateway",
    version: "v1.9.2",
    digest: "sha256:9d67017c442a70e6ae9f1a358e6c80eb653c67c2e40823d9a991e0daf37ba926",
  },
  // Newer than the controller's own default, of the same minor, as Envoy Gateway allows: CVE-2026-35189.
  envoy: {
    repository: "docker.io/envoyproxy/envoy",
    version: "distroless-v1.39.2",
    digest: "sha256:dced08cf7c472e1a1d067f906878266078eeeb63c110b4961882c039a622853a",
  },
  "cert-manager-controller": certManager(
    "controller",
    "sha256:70f532fd9cfde0b09d55687200942399d89838bc2d5d5b45152eb799a15912b8",
  ),
  "cert-manager-webhook": certManager(
    "webhook",
    "sha256:a60e2dac46dbb8a7f3df95c54ce941012f54c2fe022f0ee55aaa1ab40ed957ae",
  ),
  "cert-manager-cainjector": certManager(
    "cainjector",
    "sha256:c85268c64f2e0e76684bf5fe8906caff34b82523561c6affe0fae3546bd87562",
  ),
  "cert-manager-acmesolver": certManager(
    "acmesolver",
    "sha256:699b40d622211ab7accad8a21b04c5fbaa1841ef7a12621e8de492dbe27b2503",
  ),
  "cert-manager-startupapicheck": certManager(
    "startupapicheck",
    "sha256:46e75b6866359ffb5d82624f41e3ed1c70b2994982702ced547ce5edb418a8f5",
  ),
} satisfies ThirdPartyPins["images"];

export const thirdParty: ThirdPartyPins = { charts, images };
