import { describe, expect, it } from "vitest";
import { parseAddresses } from "../../../tools/cutover/addresses";

describe("Azure's addresses", () => {
  it("are sorted by their family, each of them once", () => {
    expect(parseAddresses(["2001:DB8::7", "203.0.113.8", "203.0.113.7", "2001:db8::7", "203.0.113.8"])).toEqual({
      A: ["203.0.113.8", "203.0.113.7"],
      AAAA: ["2001:db8::7"],
    });
    expect(parseAddresses(["203.0.113.7"])).toEqual({ A: ["203.0.113.7"] });
  });

  it.each([
    [["203.0.113.256"]],
    [["mmrv.eastus2.cloudapp.azure.com", "203.0.113.7"]],
    [["203.0.113.7", "fe80::1%eth0"]],
    [["203.0.113.0/24"]],
    [["2001:db8::7"]],
  ])("must all be such, with one of IPv4 among them: %j", (typed) => {
    expect(() => parseAddresses(typed)).toThrow(
      `--azure-address ${typed.join(" ")}: must be IP addresses, at least one of IPv4; nothing was touched`,
    );
  });
});
