import type { Environment } from "../model/environment";
import { type ThirdPartyImage, thirdPartyImage } from "../model/third-party-artifacts";

/** Where the chart gateway-helm takes its images from. */
export function envoyGatewayImages(environment: Environment): object {
  const image = (of: ThirdPartyImage) => ({ image: thirdPartyImage(environment, of).reference });
  return { global: { images: { envoyGateway: image("envoy-gateway"), envoyProxy: image("envoy") } } };
}

/** Where the chart cert-manager takes its images from. */
export function certManagerImages(environment: Environment): object {
  const image = (part: "controller" | "webhook" | "cainjector" | "acmesolver" | "startupapicheck") => {
    const { digest, folder, host, name, tag } = thirdPartyImage(environment, `cert-manager-${part}`);
    return { image: { repository: `${host}/${folder}/${name}`, tag, digest } };
  };
  return {
    ...image("controller"),
    webhook: image("webhook"),
    cainjector: image("cainjector"),
    acmesolver: image("acmesolver"),
    startupapicheck: image("startupapicheck"),
  };
}
