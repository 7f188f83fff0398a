import type { Environment } from "../model/environment";
import type { ThirdParty, ThirdPartyImage } from "../model/third-party";

/** Where the chart gateway-helm takes its images from. */
export function envoyGatewayImages(environment: Environment, thirdParty: ThirdParty): object {
  const image = (of: ThirdPartyImage) => ({ image: thirdParty.image(environment, of).reference });
  return { global: { images: { envoyGateway: image("envoy-gateway"), envoyProxy: image("envoy") } } };
}

/** Where the chart cert-manager takes its images from. */
export function certManagerImages(environment: Environment, thirdParty: ThirdParty): object {
  const image = (part: "controller" | "webhook" | "cainjector" | "acmesolver" | "startupapicheck") => {
    const { digest, folder, host, name, tag } = thirdParty.image(environment, `cert-manager-${part}`);
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
