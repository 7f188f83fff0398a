import { expect, it } from "vitest";
import { checkEnvironments } from "../../../model/check";
import { many } from "../../../tools/bench/many";
import { bootstrap } from "../../support/fixtures/environments/bootstrap";
import { production } from "../../support/fixtures/environments/production";

it("what the bench synthesizes is as many environments as it says, and none is in another's way", () => {
  const also = [{ host: "www.app.mmrv.invalid", does: "serves" as const }];
  const like = { ...production, domains: { ...production.domains, frontend: { host: "app.mmrv.invalid", also } } };
  const environments = many(like, 3);
  expect(environments.map(({ name }) => name)).toEqual(["bench0", "bench1", "bench2"]);
  expect(() => checkEnvironments(environments, bootstrap)).not.toThrow();
  const twins = many(like, 1).flatMap((one) => [one, { ...one, name: "twin", code: "tw" }]);
  expect(() => checkEnvironments(twins, bootstrap)).toThrow("must be another host than");
});
