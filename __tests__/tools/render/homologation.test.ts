import { expect, it } from "vitest";
import { Cutovers } from "../../../model/cutover/files";
import { HelmValues } from "../../../model/helm-values";
import { SERVICES } from "../../../tools/render/homologation";
import { HELM_VALUES } from "../../support/fixtures/environments/all";
import { staging } from "../../support/fixtures/environments/staging";

it("names every host that has a certificate, first and further ones", () => {
  const frontend = {
    host: "app.example.com",
    also: [
      { host: "example.com", does: "redirects" as const },
      { host: "www.example.com", does: "serves" as const },
    ],
  };
  const environment = { ...staging, domains: { backend: "api.example.com", frontend } };
  const row = SERVICES.find(({ aws }) => aws.en === "Certificate Manager");
  const hosts = "`api.example.com`, `app.example.com`, `example.com`, `www.example.com`";
  expect(row?.stands(environment, { cutovers: new Cutovers({}), helmValues: new HelmValues(HELM_VALUES) })).toEqual({
    en: hosts,
    es: hosts,
  });
});

it("says who delivers an application, once that is not Terraform", () => {
  const row = SERVICES.find(({ aws }) => aws.en === "ECS, Fargate");
  const files = { cutovers: new Cutovers({}), helmValues: new HelmValues(HELM_VALUES) };
  const stands = (delivery: "terraform" | "handover" | "flux") =>
    row?.stands({ ...staging, gitOps: { via: "deployKey", delivery: { backend: delivery } } }, files);
  const [en, es] = ["backend: no image yet; users on AWS", "backend: aún sin imagen; usuarios en AWS"];
  expect([stands("terraform"), stands("handover"), stands("flux")]).toEqual([
    { en, es },
    { en: `${en}; between Terraform and Flux`, es: `${es}; entre Terraform y Flux` },
    { en: `${en}; Flux delivers`, es: `${es}; Flux la entrega` },
  ]);
});
