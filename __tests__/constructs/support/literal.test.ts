import { expect, it } from "vitest";
import { literal } from "../../../constructs/support/literal";

it("keeps what Terraform would take for a reference or a directive, and nothing else is changed", () => {
  expect(literal('{"URL":"http://${HOST}/","TEMPLATE":"%{ if x }","PRICE":"$5 {a} 5%"}')).toBe(
    '{"URL":"http://$${HOST}/","TEMPLATE":"%%{ if x }","PRICE":"$5 {a} 5%"}',
  );
});
